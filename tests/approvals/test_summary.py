"""The first page of the dashboard: numbers that lead to their list, and what needs mending."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from approvals import charts, dashboard, desk
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from portal import clock
from portal.mail.models import OutgoingEmail, State
from tests.factories import World, endorse, sent

SUMMARY = "/tinjau/"


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.reviewer)
    return client


def tiles(answer) -> dict[str, str]:  # noqa: ANN001
    return {tile["label"]: tile["number"] for tile in answer.context["tiles"]}


def test_the_first_day_says_that_nothing_is_there(officer: Client) -> None:
    answer = officer.get(SUMMARY)
    assert answer.status_code == 200
    assert "Belum ada deklarasi." in answer.content.decode()


def test_the_first_day_leads_an_administrator_to_what_is_missing(world: World, client: Client) -> None:
    client.force_login(world.administrator)
    body = client.get(SUMMARY).content.decode()
    assert 'href="/kelola/kesiapan/"' in body
    assert "Impor daftar pegawai dan tetapkan kepala OPD dulu." in body
    sent(world.teacher)
    assert "tetapkan kepala OPD dulu" not in client.get(SUMMARY).content.decode()


def test_a_counter_that_fails_shows_a_dash_and_the_rest_stays(
    world: World, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    endorse(sent(world.teacher))
    real = dashboard.count

    def count(found: Any) -> int:
        if "declarations_declaration" not in str(found.query):
            raise OperationalError("canceling statement due to statement timeout")
        return real(found)

    monkeypatch.setattr(dashboard, "count", count)
    answer = officer.get(SUMMARY)
    assert (tiles(answer)["Email gagal"], tiles(answer)["Belum diambil"]) == ("–", "1")
    assert "Gagal menghitung." in answer.content.decode()


def test_every_number_equals_its_list(world: World, officer: Client) -> None:
    endorse(sent(world.teacher))
    mine = endorse(sent(world.licensing, SampleChannel("@uji.x", answers=PAID_CHANNEL), **PAID_ANSWERS))
    desk.take(mine, by=world.reviewer)
    old = sent(world.colleague)
    long_ago = clock.now() - timedelta(days=20)
    Declaration.objects.filter(pk=old.pk).update(since=long_ago, due_on=long_ago.date())
    answer = officer.get(SUMMARY)
    found = tiles(answer)
    assert found["Belum diambil"] == found["Pekerjaan saya"] == found["Lewat batas"] == found["Temuan tinggi"] == "1"
    assert found["Menunggu atasan lebih dari 3 hari"] == "1"
    for tile in answer.context["tiles"]:
        if tile["url"].startswith("/"):
            listed = officer.get(tile["url"])
            assert len(listed.context["page"]) == int(tile["number"]), tile["label"]


def test_a_failed_mail_is_named_with_its_case(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    OutgoingEmail.objects.filter(case=case.number, purpose="head_request").update(
        state=State.FAILED, failed_at=clock.now(), lease_until=None
    )
    answer = officer.get(SUMMARY)
    assert tiles(answer)["Email gagal"] == "1"
    body = answer.content.decode()
    assert "Email penyetuju gagal terkirim" in body
    assert f'href="/tinjau/{case.number}/#riwayat"' in body


def test_a_case_that_nobody_can_decide_is_named(world: World, officer: Client) -> None:
    for who in (world.head, world.sekda, world.bupati):
        who.assignments.all().delete()
    sent(world.teacher)
    body = officer.get(SUMMARY).content.decode()
    assert "Belum ada pejabat" in body
    assert "pejabat=kosong" in body


def test_the_last_case_is_one_press_away(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    officer.get(f"/tinjau/{case.number}/")
    assert f'href="/tinjau/{case.number}/"' in officer.get(SUMMARY).content.decode()


def test_the_weeks_count_what_came_and_what_was_finished(world: World) -> None:
    case = sent(world.teacher)
    last_week = clock.now() - timedelta(days=clock.today().weekday() + 4)
    Declaration.objects.filter(pk=case.pk).update(submitted_at=last_week, decided_at=last_week)
    rows = charts.weeks()["rows"]
    assert len(rows) == charts.WEEKS
    assert (rows[-1]["came"], rows[-1]["done"], rows[-1]["gap"]) == (1, 1, "0")


def test_an_administrator_sees_numbers_and_no_case(world: World, client: Client) -> None:
    case = sent(world.teacher)
    client.force_login(world.administrator)
    answer = client.get(SUMMARY)
    body = answer.content.decode()
    assert tiles(answer)["Menunggu atasan"] == "1"
    assert case.number not in body
    assert "/tinjau/antrean/" not in body
    assert 'href="/kelola/antrian-email/"' in body


def test_the_inspektorat_sees_its_own_queue(world: World, client: Client) -> None:
    client.force_login(world.inspector)
    assert "Menunggu Inspektorat" in tiles(client.get(SUMMARY))


@pytest.mark.parametrize("who", ["teacher", "head", "sekda"])
def test_others_are_turned_away(world: World, client: Client, who: str) -> None:
    client.force_login(getattr(world, who))
    assert client.get(SUMMARY).status_code == 403
