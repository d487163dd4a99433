"""The nil statement: three screens, one row a person and year, ended by declaring, refused with a channel."""

import time
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import workflow
from declarations.models import Declaration
from declarations.nil import statement
from declarations.nil.models import Ended, NilStatement
from declarations.status import Status
from portal import clock
from portal.audit.log import history, verify_all
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from tests.factories import PASSWORD, World, declaration_at, draft, sent
from tests.journeys.steps import Walk

CONFIRM = "/nihil/pernyataan/"


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def teacher(world: World, client: Client) -> Client:
    client.force_login(world.teacher)
    return client


def test_three_screens_one_row_one_receipt(world: World, teacher: Client) -> None:
    assert 'href="/nihil/data/"' in teacher.get("/nihil/").content.decode()
    assert "Rahmi Oktavia, S.Pd." in teacher.get("/nihil/data/").content.decode()
    assert "checked" not in teacher.get(CONFIRM).content.decode()
    answer = teacher.post(CONFIRM, {"nihil": "ya"})
    assert (answer.status_code, answer["Location"]) == (302, "/nihil/")
    row = NilStatement.objects.get()
    assert (row.person, row.year, row.ended_at) == (world.teacher, clock.today().year, None)
    page = teacher.get("/nihil/").content.decode()
    assert "Pernyataan nihil tercatat" in page
    assert f'data-nihil="{row.year}"' in teacher.get("/deklarasi/").content.decode()
    mail = OutgoingEmail.objects.get(purpose="nil_receipt")
    assert mail.to == world.teacher.mailbox
    assert str(row.year) in mail.subject
    assert "Rahmi Oktavia" in mail.text
    assert "[[link]]" in mail.html
    assert world.teacher.nip not in mail.text + mail.html + mail.subject


def test_nothing_is_recorded_without_the_tick(teacher: Client) -> None:
    answer = teacher.post(CONFIRM, {})
    assert answer.status_code == 422
    assert "Centang pernyataan bila memang benar" in answer.content.decode()
    assert not NilStatement.objects.exists()


def test_pressing_twice_records_once(teacher: Client) -> None:
    for _time in range(2):
        assert teacher.post(CONFIRM, {"nihil": "ya"}).status_code == 302
    assert NilStatement.objects.get().times == 1
    assert OutgoingEmail.objects.filter(purpose="nil_receipt").count() == 1


def test_withdrawn_and_stated_again_is_the_same_row_with_a_second_receipt(world: World, teacher: Client) -> None:
    teacher.post(CONFIRM, {"nihil": "ya"})
    assert "Tarik pernyataan nihil ini?" in teacher.get("/nihil/tarik/").content.decode()
    teacher.post("/nihil/tarik/")
    assert NilStatement.objects.get().ended_because == Ended.WITHDRAWN
    assert statement.standing(world.teacher) is None
    assert teacher.post("/nihil/tarik/").status_code == 302  # nothing to take back is no error
    teacher.post(CONFIRM, {"nihil": "ya"})
    row = NilStatement.objects.get()
    assert (row.times, row.ended_at, row.ended_because) == (2, None, "")
    assert OutgoingEmail.objects.filter(purpose="nil_receipt").count() == 2
    events = [line.event for line in history(row.audit_chain)]
    assert events == ["nil_stated", "nil_ended", "nil_stated"]
    assert list(verify_all()) == []


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_HEAD, Status.APPROVED])
def test_with_a_live_channel_it_says_why_not(world: World, teacher: Client, status: Status) -> None:
    case = declaration_at(status, world)
    page = teacher.get("/nihil/").content.decode()
    assert "Anda tidak dapat menyatakan nihil" in page
    assert case.items.get().channel.label in page
    assert 'href="/kanal/"' in page
    assert teacher.get("/nihil/data/")["Location"] == "/nihil/"
    assert teacher.post(CONFIRM, {"nihil": "ya"}).status_code == 409
    assert not NilStatement.objects.exists()
    assert "Nyatakan nihil" not in teacher.get("/deklarasi/").content.decode()


def test_a_channel_that_nothing_holds_is_a_question_only(world: World, teacher: Client) -> None:
    case = declaration_at(Status.WITHDRAWN, world)
    page = teacher.get(CONFIRM).content.decode()
    assert "pernah Anda masukkan" in page
    assert case.items.get().channel.label in page
    assert teacher.post(CONFIRM, {"nihil": "ya"}).status_code == 302


def test_an_empty_draft_is_no_channel(world: World, teacher: Client) -> None:
    Declaration.objects.create(number="DK-2611-00001-1", declarant=world.teacher, opd=world.dinas)
    assert "Lanjutkan" in teacher.get("/nihil/").content.decode()
    assert teacher.post(CONFIRM, {"nihil": "ya"}).status_code == 302


def test_sending_a_declaration_ends_it(world: World) -> None:
    row = statement.make(world.teacher)
    case = draft(world.teacher)
    assert statement.standing(world.teacher) == row  # a draft says nothing yet
    workflow.submit(case, by=world.teacher)
    row.refresh_from_db()
    assert row.ended_because == Ended.DECLARED


def test_the_statement_of_another_person_stays(world: World) -> None:
    statement.make(world.colleague)
    sent(world.teacher)
    assert statement.standing(world.colleague) is not None


def test_it_lapses_with_the_year(world: World) -> None:
    at = timezone.make_aware(datetime(2026, 12, 31, 23, 50))
    with clock.pretend(at):
        statement.make(world.teacher)
        assert statement.standing(world.teacher)
    with clock.pretend(at + timezone.timedelta(minutes=20)):
        assert statement.standing(world.teacher) is None
        statement.make(world.teacher)
    assert NilStatement.objects.count() == 2


def test_an_official_without_nip_has_nothing_to_state(world: World, client: Client) -> None:
    with pytest.raises(Refused):
        statement.make(world.bupati)
    client.force_login(world.bupati)
    assert client.get("/nihil/").status_code == 403


def test_one_row_a_person_and_year_is_a_constraint(world: World) -> None:
    row = statement.make(world.teacher)
    with pytest.raises(IntegrityError):
        NilStatement.objects.create(person=world.teacher, year=row.year, made_at=clock.now())


@pytest.mark.parametrize("name", ["nil_statement", "nil_who", "nil_confirm"])
def test_pages_ask_a_fixed_number_of_questions(
    world: World, teacher: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        assert teacher.get(reverse(name)).status_code == 200


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nil_on_a_phone_without_scripts_in_three_screens(no_script: Any, phone: Any) -> None:
    world = World()
    for page, who, script in ((phone, world.teacher, True), (no_script, world.colleague, False)):
        walk = Walk(page, script=script)
        walk.sign_in(who.nip or "", PASSWORD)
        walk.go("/nihil/")
        before, began = walk.seen, time.monotonic()
        page.get_by_role("link", name="Lanjutkan").click()
        walk.look()
        page.get_by_role("link", name="Ya, lanjutkan").click()
        walk.look()
        page.get_by_label("Saya menyatakan dengan benar").check(force=True)
        walk.press("Nyatakan nihil")
        assert walk.seen - before == 3  # two further screens and the receipt
        assert time.monotonic() - began < 60
        assert page.get_by_role("heading", level=1).inner_text() == "Pernyataan nihil tercatat"
    assert NilStatement.objects.filter(ended_at=None).count() == 2
