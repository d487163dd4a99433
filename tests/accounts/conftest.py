"""A small directory, and the code of the latest mail."""

import re
from typing import Any

import pytest
from django.test import Client

from portal.crypto import unseal
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee, Opd
from tests.factories import PASSWORD, World, person, unit

NIP = "199001012015031001"


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def office(db: None) -> Opd:
    return unit("Dinas Contoh", code="CONTOH")


@pytest.fixture
def newcomer(office: Opd) -> Employee:
    """Somebody of the roster without an account."""
    return Employee.objects.create_user(
        NIP,
        name="Suci Rahayu",
        unit=office,
        email="suci@demo.pasbar.example",
        email_gov="suci.dinas@demo.pasbar.example",
        employment_type="pns",
    )


@pytest.fixture
def member(office: Opd) -> Employee:
    """Somebody with an account."""
    return person("Rahmi Oktavia", office, nip="198504122010012901", contact_email="rahmi@demo.pasbar.example")


def latest(to: str = "") -> OutgoingEmail:
    rows = OutgoingEmail.objects.filter(to=to) if to else OutgoingEmail.objects.all()
    row = rows.order_by("-pk").first()
    assert row is not None
    return row


def code_of(row: OutgoingEmail) -> str:
    assert row.secret is not None
    return str(unseal(row.secret)["code"])


def latest_code(to: str = "") -> str:
    return code_of(latest(to))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def ask_code(client: Client, nip: str = NIP) -> Any:
    return client.post("/daftar/", {"nip": nip, "privasi": "on"})


def plain(response: Any) -> str:
    """Return the page without its token and the hours on it, which differ from one answer to the next."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r"(waktu server .*? |\d\d\.\d\d )WIB", "", text)


def sign_in(client: Client, who: Employee, password: str = PASSWORD) -> Any:
    return client.post("/masuk/", {"login": who.nip, "password": password})
