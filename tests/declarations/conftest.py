"""Two people of one school, each with a signed-in client."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from declarations.models import Channel, Declaration, DeclarationChannel
from declarations.samples import PAID_CHANNEL, SampleChannel, filled_draft
from portal.people.models import Employee, Opd, UnitKind

MakeDraft = Callable[..., Declaration]


def _person(nip: str, name: str, unit: Opd) -> Employee:
    return Employee.objects.create_user(
        nip, name=name, unit=unit, employment_type="pns", grade="III/c", post="Guru Ahli Muda", post_kind="fungsional"
    )


@pytest.fixture
def school(db: None) -> Opd:
    dinas = Opd.objects.create(name="Dinas Pendidikan", kind=UnitKind.OPD, code="DISDIKBUD")
    return Opd.objects.create(name="SD Negeri 91 Contoh", kind=UnitKind.SEKOLAH, parent=dinas)


@pytest.fixture
def alice(school: Opd) -> Employee:
    return _person("198504122010012901", "Alice Contoh", school)


@pytest.fixture
def bob(school: Opd) -> Employee:
    return _person("198504122010011902", "Bob Contoh", school)


@pytest.fixture
def as_alice(alice: Employee) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def as_bob(bob: Employee) -> Client:
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def full_draft(alice: Employee) -> MakeDraft:
    """Return a function that makes a complete draft of Alice."""

    def make(*channels: SampleChannel, who: Employee = alice, **answers: Any) -> Declaration:
        return filled_draft(who, channels or (SampleChannel("@demo.pasbar.01"),), answers)

    return make


GOOD_CHANNEL = {"B1": "youtube", "B2": "@demo.pasbar.09", "B3": "PRIBADI", "B5": "TIDAK", "B6": "LT1K"}
FIRST = SampleChannel("@demo.pasbar.01")
PAID = SampleChannel("@demo.pasbar.02", "tiktok", answers=PAID_CHANNEL)


def at(declaration: Declaration, path: str = "") -> str:
    item = declaration.items.first()
    return f"/deklarasi/{declaration.number}/{path.format(item.pk if item else 0)}"


def state() -> list[Any]:
    """Everything that a page of filing could change."""
    return [
        list(Declaration.objects.order_by("pk").values_list("pk", "answers", "revision", "status", "edited_at")),
        list(DeclarationChannel.objects.order_by("pk").values_list("pk", "answers", "channel_id")),
        list(Channel.objects.order_by("pk").values()),
    ]
