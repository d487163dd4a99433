"""One mail a working morning: failures by number, or the word that there were none."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from approvals import readiness
from approvals.duties import operator
from declarations.status import Status
from portal import clock
from portal.audit.models import LogReading
from portal.mail.models import OutgoingEmail, State
from tests.factories import World, declaration_at, sent, tamper

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 25, 7, 5, tzinfo=ZoneInfo("Asia/Jakarta"))  # a Wednesday


def reports() -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(purpose="operator_report"))


def test_it_comes_once_a_working_day_from_seven_on(settings: Any) -> None:
    settings.OPERATOR_EMAIL = "ti@demo.pasbar.example"
    for moment in (MORNING - timedelta(hours=1), MORNING, MORNING + timedelta(hours=3), MORNING + timedelta(days=3)):
        with clock.pretend(moment):  # the fourth is a Saturday
            operator.report()
    assert [mail.subject for mail in reports()] == ["Laporan portal 25 November 2026: tidak ada kegagalan"]
    assert "Sidik jari log audit" in reports()[0].text


def test_it_names_what_failed_by_number_and_no_person(settings: Any) -> None:
    settings.OPERATOR_EMAIL = "ti@demo.pasbar.example"
    world = World()
    sent(world.teacher)
    with clock.pretend(MORNING):
        OutgoingEmail.objects.update(state=State.FAILED, failed_at=clock.now())
        operator.report()
    (mail,) = reports()
    assert "email gagal terkirim" in mail.text
    assert world.teacher.name not in mail.text
    assert mail.subject.endswith("perlu dilihat")


def test_it_names_letters_that_could_not_be_made(settings: Any) -> None:
    settings.OPERATOR_EMAIL = "ti@demo.pasbar.example"
    with clock.pretend(MORNING - timedelta(hours=2)):
        declaration_at(Status.APPROVED, World())
    with clock.pretend(MORNING):
        operator.report()
    assert "1 surat keterangan belum dapat dibuat" in reports()[0].text


def test_without_an_address_none_is_written() -> None:
    with clock.pretend(MORNING):
        assert operator.report() == 0
    assert reports() == []


@pytest.mark.parametrize(
    ("change", "figure", "sentence"),
    [
        ("event = 'y'", "portal_audit_broken 1.0", "Jejak audit tidak utuh pada 1 rantai"),
        ("at = at + interval '5 minutes'", "portal_audit_refusing 1.0", "1 rantai jejak audit menolak catatan baru"),
    ],
)
def test_a_log_that_is_broken_or_refuses_is_told_without_anybody_looking(
    settings: Any, client: Client, change: str, figure: str, sentence: str
) -> None:
    settings.OPERATOR_EMAIL = "ti@demo.pasbar.example"
    case = sent(World().teacher)
    operator.prove()
    assert operator.alarm() == 0
    tamper(f"UPDATE audit_auditevent SET {change} WHERE chain = %s AND seq = 1", case.audit_chain)  # noqa: S608
    LogReading.objects.update(at=LogReading.objects.get().at - timedelta(days=1))
    operator.prove()
    told = operator.alarm()
    assert (told > 0, operator.alarm()) == (True, 0)
    alarms = OutgoingEmail.objects.filter(purpose="operator_alarm")
    assert {mail.subject for mail in alarms} == {"Jejak audit portal perlu diperiksa"}
    assert any(sentence in mail.text and sentence in mail.html for mail in alarms)
    with clock.pretend(MORNING):
        operator.report()
    assert sentence in reports()[0].text
    assert figure in client.get("/metrics").content.decode()
    (line,) = [line for line in readiness.lines() if line.key == "audit"]
    assert not line.ready
    assert sentence in line.text


def test_a_log_that_nobody_reads_is_an_alarm_of_its_own(client: Client) -> None:
    assert "portal_audit_unread_seconds +Inf" in client.get("/metrics").content.decode()
    operator.prove()
    read = LogReading.objects.get().at
    operator.prove()
    assert LogReading.objects.get().at == read  # once a day
    assert "portal_audit_unread_seconds +Inf" not in client.get("/metrics").content.decode()
    assert "portal_audit_broken 0.0" in client.get("/metrics").content.decode()
