"""Renewing and changing an approval: prefilled, short, once, and the old one stands until the new decision."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from approvals import workflow
from approvals.models import Outcome
from declarations import flow, succession
from declarations.answers import answers_of, save_answers
from declarations.models import Declaration, Origin
from declarations.status import Status
from portal import clock
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from tests.factories import World, declaration_at, endorse, review, sent, step_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def old(world: World) -> Declaration:
    return declaration_at(Status.APPROVED, world)


@pytest.fixture
def owner(world: World, client: Client) -> Client:
    client.force_login(world.teacher)
    return client


def near_the_end(old: Declaration):  # noqa: ANN201
    assert old.valid_until is not None
    return clock.pretend(clock.end_of_day(old.valid_until - timedelta(days=30)))


def url(name: str, declaration: Declaration) -> str:
    return reverse(f"declarations:{name}", args=[declaration.number])


def test_a_renewal_is_three_pages_and_supersedes_when_it_is_approved(
    world: World, old: Declaration, owner: Client
) -> None:
    with near_the_end(old):
        assert owner.get(url("renew", old)).status_code == 200
        answer = owner.post(url("renew", old), {"sama": "ya"})
        draft = Declaration.objects.get(replaces=old)
        assert answer["Location"] == url("statement", draft)
        statements = {f"{code}": "1" for code in ("G1", "G2", "G3", "G4")}
        answer = owner.post(url("statement", draft), statements)
        assert answer["Location"] == url("check", draft)
        answer = owner.post(reverse("approvals:submit", args=[draft.number]))
        draft.refresh_from_db()
        assert (draft.status, draft.origin, draft.late) == (Status.AWAITING_HEAD, Origin.RENEWAL, False)
        old.refresh_from_db()
        assert old.status == Status.APPROVED
        request = OutgoingEmail.objects.get(case=draft.number, purpose="head_request")
        assert f"dari {old.number}; 0 jawaban berubah" in request.text
        draft = review(endorse(draft), world.reviewer, reason="Masih sesuai dengan surat edaran.")
    assert old.valid_until is not None
    assert draft.valid_until == old.valid_until + timedelta(days=365)
    old.refresh_from_db()
    assert old.status == Status.SUPERSEDED


def test_a_renewal_does_not_open_before_the_last_sixty_days(old: Declaration, owner: Client) -> None:
    answer = owner.get(url("renew", old))
    assert answer.status_code == 409
    assert "60 hari" in answer.content.decode()
    assert not Declaration.objects.filter(replaces=old).exists()


def test_a_late_renewal_is_possible_and_marked(old: Declaration, owner: Client) -> None:
    assert old.valid_until is not None
    with clock.pretend(clock.end_of_day(old.valid_until + timedelta(days=12))):
        workflow.expire(old)
        assert "habis 12 hari lalu" in owner.get(url("renew", old)).content.decode()
        owner.post(url("renew", old), {"sama": "ya"})
    assert Declaration.objects.get(replaces=old).late


def test_choosing_nothing_is_said_and_changes_nothing(old: Declaration, owner: Client) -> None:
    with near_the_end(old):
        refused = owner.post(url("renew", old), {})
        assert (refused.status_code, "Pilih apakah semua masih sama" in refused.content.decode()) == (422, True)
    refused = owner.post(url("amend", old), {"berubah": ["salah"]})
    assert (refused.status_code, "Pilih apa yang berubah" in refused.content.decode()) == (422, True)
    assert not Declaration.objects.filter(replaces=old).exists()


def test_an_amendment_asks_only_what_changed(old: Declaration, owner: Client) -> None:
    """[W10]"""
    answer = owner.post(url("amend", old), {"berubah": ["jenis"]})
    draft = Declaration.objects.get(replaces=old)
    item = draft.items.get()
    assert answer["Location"] == reverse("declarations:content", args=[draft.number, item.pk])
    assert flow.pages(draft) == [answer["Location"], url("statement", draft), url("check", draft)]
    assert answers_of(draft)["F4"] == "TIDAK", "sensitive answers are prefilled too"
    assert owner.post(url("amend", old), {"berubah": ["jenis"]}).status_code == 302
    assert Declaration.objects.filter(replaces=old).count() == 1


def test_the_old_approval_survives_a_rejected_or_withdrawn_change(world: World, old: Declaration) -> None:
    draft = succession.follow_up(old, Origin.AMENDMENT, ["lainnya"])
    workflow.withdraw(draft, by=world.teacher, reason="lainnya")
    old.refresh_from_db()
    assert (old.status, succession.successor(old)) == (Status.APPROVED, None)
    draft = succession.follow_up(old, Origin.AMENDMENT, ["lainnya"])
    save_answers(draft, {"D1": "KADANG_JAM_KERJA"})
    from declarations import statements  # noqa: PLC0415

    statements.make(draft, statements.ERRORS)
    case = workflow.submit(draft, by=world.teacher)
    review(endorse(case), world.reviewer, Outcome.REJECTED, reason="Belum sesuai dengan ketentuan surat edaran.")
    old.refresh_from_db()
    assert old.status == Status.APPROVED


def test_head_and_reviewer_see_what_changed_against_the_old_one(world: World, old: Declaration, client: Client) -> None:
    from approvals import links  # noqa: PLC0415
    from declarations import statements  # noqa: PLC0415

    draft = succession.follow_up(old, Origin.AMENDMENT, ["jabatan"])
    save_answers(draft, {"D1": "KADANG_JAM_KERJA"})
    statements.make(draft, statements.ERRORS)
    case = workflow.submit(draft, by=world.teacher)
    page = client.get("/" + links.url_for(step_of(case)).split("/", 3)[3], follow=True).content.decode()
    assert f"Perubahan dari {old.number}" in page
    assert "<del>" in page
    endorse(case)
    client.force_login(world.reviewer)
    page = client.get(reverse("approvals:case", args=[case.number])).content.decode()
    assert f"jawaban berubah dari {old.number}" in page


@pytest.mark.parametrize("status", [Status.AWAITING_HEAD, Status.REJECTED, Status.REVOKED, Status.WITHDRAWN])
def test_only_an_approval_can_be_changed_or_renewed(world: World, status: Status) -> None:
    case = declaration_at(status, world)
    for origin in Origin:
        with pytest.raises(Refused):
            succession.follow_up(case, origin, ["jenis"])


def test_a_channel_declared_anew_after_the_end_stops_the_renewal(world: World, old: Declaration) -> None:
    from declarations.samples import SampleChannel  # noqa: PLC0415

    assert old.valid_until is not None
    with clock.pretend(clock.end_of_day(old.valid_until + timedelta(days=2))):
        workflow.expire(old)
        channel = old.items.get().channel
        sent(world.teacher, SampleChannel(channel.handle, platform=channel.platform))
        old.refresh_from_db()
        with pytest.raises(Refused, match="sudah Anda deklarasikan"):
            succession.follow_up(old, Origin.RENEWAL)


def test_nobody_renews_for_somebody_else(world: World, old: Declaration, client: Client) -> None:
    client.force_login(world.colleague)
    for name in ("renew", "amend"):
        assert client.get(url(name, old)).status_code == 404
