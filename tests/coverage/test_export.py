"""The filtered queue as a file: a purpose first, one audit line, nothing a spreadsheet would calculate."""

import io
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from approvals.exports.background import drop_old, make, resume
from approvals.exports.models import Export
from portal import clock
from portal.audit.models import AuditEvent
from portal.people.models import Employee
from tests.factories import World, endorse, sent

pytestmark = pytest.mark.django_db
PURPOSE = "Bahan rapat evaluasi triwulan empat."


@pytest.fixture
def world() -> World:
    world = World()
    Employee.objects.filter(pk=world.teacher.pk).update(post="=HYPERLINK(1)")
    world.teacher.refresh_from_db()
    endorse(sent(world.teacher))
    sent(world.colleague)
    return world


def officer_of(who: Employee) -> Client:
    client = Client()
    client.force_login(who)
    session = client.session
    session["proven"] = time.time()
    session.save()
    return client


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_without_a_purpose_nothing_leaves_and_what_was_typed_stays(world: World) -> None:
    client, url = officer_of(world.reviewer), reverse("approvals:export_csv")
    assert "2 deklarasi menurut saringan Anda" in client.get(url).content.decode()
    answer = client.post(url, {"keperluan": "singkat"})
    assert answer.status_code == 422
    assert "singkat</textarea>" in answer.content.decode()
    assert not AuditEvent.objects.filter(event="queue_exported").exists()


def test_the_csv_holds_the_filtered_rows_and_no_formula(world: World) -> None:
    """[X06]"""
    client = officer_of(world.reviewer)
    answer = client.post(reverse("approvals:export_csv") + "?status=awaiting_review", {"keperluan": PURPOSE})
    text = body(answer).decode()
    assert text.startswith("\ufeffNomor;Status;Nama;NIP")
    assert len(text.strip().splitlines()) == 2
    assert ";'=HYPERLINK(1);" in text
    assert "NIP" not in answer["Content-Disposition"]
    event = AuditEvent.objects.get(event="queue_exported")
    assert (event.data["rows"], event.data["purpose"]) == (1, PURPOSE)


def test_the_workbook_opens_with_texts_only(world: World) -> None:
    answer = officer_of(world.inspector).post(reverse("approvals:export_xlsx"), {"keperluan": PURPOSE})
    sheet = load_workbook(io.BytesIO(body(answer))).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}


def test_the_proof_of_the_person_is_asked_first(world: World) -> None:
    client = officer_of(world.reviewer)
    session = client.session
    session["proven"] = 0
    session.save()
    answer = client.post(reverse("approvals:export_csv"), {"keperluan": PURPOSE})
    assert answer.status_code == 302
    assert "ekspor" in answer["Location"]


# -- larger ones -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("approvals.views.export.AT_ONCE", 1)


def ordered(client: Client) -> Export:
    answer = client.post(reverse("approvals:export_xlsx"), {"keperluan": PURPOSE})
    export = Export.objects.latest("pk")
    assert answer["Location"] == f"/tinjau/ekspor/{export.public_id}/"
    return export


def test_a_large_workbook_is_made_by_a_worker_and_fetched_by_whoever_ordered_it(world: World, small: None) -> None:
    client = officer_of(world.reviewer)
    export = ordered(client)
    assert ordered(client) == export  # the same view is not made twice at a time
    url = reverse("approvals:export", args=[export.public_id])
    assert "0 dari 2 baris" in client.get(url).content.decode()
    assert client.post(url).status_code == 409
    assert make(export.pk) is True
    assert make(export.pk) is False
    assert "Siap." in client.get(url).content.decode()
    sheet = load_workbook(io.BytesIO(body(client.post(url)))).active
    assert sheet is not None
    assert sheet.max_row == 3
    assert AuditEvent.objects.filter(event="queue_exported").count() == 1
    assert AuditEvent.objects.filter(event="export_fetched").count() == 1
    assert officer_of(world.second_reviewer).get(url).status_code == 404


def test_a_worker_that_died_is_followed_by_another_and_old_files_go(world: World, small: None) -> None:
    export = ordered(officer_of(world.reviewer))
    assert resume() == 0  # somebody may still be at it
    with clock.pretend(clock.now() + timedelta(minutes=4)):
        assert resume() == 1
    assert drop_old() == 0
    with clock.pretend(clock.now() + timedelta(hours=25)):
        assert drop_old() == 1
        assert drop_old() == 0
    assert not export.parts.exists()
    page = officer_of(world.reviewer).get(reverse("approvals:export", args=[export.public_id]))
    assert "sudah dihapus" in page.content.decode()


def test_whoever_lost_the_role_gets_an_empty_workbook(world: World, small: None) -> None:
    export = ordered(officer_of(world.reviewer))
    world.reviewer.groups.clear()
    make(export.pk)
    export.refresh_from_db()
    assert export.written == 0


def test_an_export_that_cannot_be_made_is_not_tried_for_ever(
    world: World, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = officer_of(world.reviewer)
    export = ordered(client)
    monkeypatch.setattr("approvals.exports.background.write_xlsx", lambda *_args: 1 / 0)
    assert make(export.pk) is True
    assert make(export.pk) is False
    page = client.get(reverse("approvals:export", args=[export.public_id]))
    assert "gagal dibuat" in page.content.decode()
