"""The filtered queue as a file: a purpose first, one audit line, nothing a spreadsheet would calculate."""

import io
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

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
