"""One mail a working morning: failures by number, or the word that there were none."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.duties import operator
from declarations.status import Status
from portal import clock
from portal.mail.models import OutgoingEmail, State
from tests.factories import World, declaration_at, sent

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
