"""The checklist of the first day: computed, with the page that mends each line."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals import readiness
from approvals.models import LegalBasis
from portal import clock
from portal.calendar.models import Holiday
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World, person, sent, unit

pytestmark = pytest.mark.django_db
URL = "/kelola/kesiapan/"


@pytest.fixture
def world() -> World:
    return World()


def state() -> dict[str, bool]:
    return {line.key: line.ready for line in readiness.lines()}


def test_each_line_follows_the_facts(world: World, settings: Any) -> None:
    before = state()
    assert before["roster"]
    assert not before["administrator"]
    person("Pengelola Dua", world.school, "administrator")
    assert state()["administrator"]
    unit("Dinas Tanpa Kepala")
    assert not state()["heads"]
    year = clock.today().year
    Holiday.objects.all().delete()
    assert not state()["calendar"]
    for each in (year, year + 1):
        Holiday.objects.create(day=date(each, 1, 1), name="Tahun baru", kind="national", source="bkpsdm")
    assert state()["calendar"]
    assert not state()["bases"]
    LegalBasis.objects.update(verified_at=clock.now(), verified_by=world.reviewer)
    assert state()["bases"]
    assert not state()["sent"]
    settings.PORTAL_URL, settings.DEMO, settings.SECOND_FACTOR = "https://portal.example", False, True
    assert {state()[key] for key in ("https", "demo", "second")} == {True}


def test_a_head_without_an_address_is_no_approver_and_a_failed_mail_is_told(world: World) -> None:
    ready = state()["heads"]
    Employee.objects.filter(pk=world.head.pk).update(email="", email_gov="", contact_email=None)
    assert ready is False or not state()["heads"]
    sent(world.teacher)
    OutgoingEmail.objects.update(state="failed", failed_at=clock.now(), lease_until=None)
    assert not state()["failed"]


def test_the_page_is_for_administrators_and_costs_the_same(world: World) -> None:
    client = Client()
    client.force_login(world.administrator)
    page = client.get(URL)
    assert 'data-siap="heads"' in page.content.decode()
    assert "Lengkapi" in page.content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for index in range(5):
        unit(f"Dinas {index}")
        person(f"Orang {index}", world.school, "reviewer")
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(few) == len(many)
    client.force_login(world.reviewer)
    assert client.get(URL).status_code == 403
