"""A head decides with a pen: the printed sheet, its record with a scan, and who is out of the case afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals import desk, workflow
from approvals.invariants import INVARIANTS
from approvals.models import Outcome, PaperDecision, Stage, Via
from approvals.parts import barred
from approvals.verdicts import Mark, Verdict
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from tests.approvals.test_conditions import picture, upload
from tests.factories import World, endorse, review, sent, step_of

pytestmark = pytest.mark.django_db
WHY = "Jam unggah perlu diatur ulang lebih dulu."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Declaration:
    return sent(world.teacher)


@pytest.fixture
def desk_of(world: World, client: Client) -> Client:
    client.force_login(world.reviewer)
    return client


def address(case: Declaration) -> str:
    return reverse("approvals:paper", args=[case.number])


def fields(case: Declaration, **typed: Any) -> dict[str, Any]:
    case.refresh_from_db()
    filled = {"keputusan": "endorsed", "tanggal": str(clock.today()), "revisi": case.revision}
    return {**filled, "berkas": upload(picture()), **typed}


def broken() -> list[str]:
    return [line for each in INVARIANTS for line in each.violations()]


def test_a_sheet_is_printed_recorded_and_told(world: World, case: Declaration, desk_of: Client) -> None:
    page = desk_of.get(reverse("approvals:case", args=[case.number])).content.decode()
    assert address(case) in page
    sheet = desk_of.get(reverse("approvals:paper_sheet", args=[case.number]))
    assert sheet.content.startswith(b"%PDF-")
    assert world.head.official_name in desk_of.get(address(case)).content.decode()
    answer = desk_of.post(address(case), fields(case, keputusan="endorsed_note", catatan="Silakan."))
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.status == Status.AWAITING_REVIEW
    step = case.steps.get(stage=Stage.HEAD)
    assert (step.via, step.decided_by, step.reason) == (Via.PAPER, world.head, "Silakan.")
    assert step.paper.recorded_by == world.reviewer
    event = AuditEvent.objects.get(chain=case.audit_chain, event="decided")
    assert event.actor_id == world.reviewer.pk
    assert OutgoingEmail.objects.get(purpose="head_receipt").to == world.head.mailbox
    told = desk_of.get(reverse("approvals:case", args=[case.number])).content.decode()
    assert "dicatat oleh" in told
    file = step.paper.files.get()
    assert desk_of.get(reverse("approvals:evidence", args=[file.public_id])).status_code == 200
    assert broken() == []


def test_whoever_recorded_is_out_of_the_case(world: World, case: Declaration, desk_of: Client) -> None:
    desk.take(case, by=world.reviewer)
    assert desk_of.post(address(case), fields(case)).status_code == 302
    case.refresh_from_db()
    assert case.reviewer is None
    with pytest.raises(Refused, match="mencatat keputusan kertas"):
        desk.take(case, by=world.reviewer)
    with pytest.raises(Refused, match="mencatat keputusan kertas"):
        workflow.decide(step_of(case), Verdict(Outcome.APPROVED), by=world.reviewer, via=Via.DASHBOARD)
    assert world.reviewer.pk in barred(case)
    assert review(case, world.second_reviewer).status == Status.APPROVED


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"keputusan": ""}, "Pilih keputusan Anda"),
        ({"keputusan": "objected", "alasan": "tugas", "alasan_isi": "pendek"}, "Jelaskan alasan"),
        ({"tanggal": ""}, "Isi tanggal ditandatangani"),
        ({"tanggal": "kemarin"}, "Tulis tanggal seperti"),
        ({"tanggal": str(clock.today() + timedelta(days=1))}, "Tanggal tidak boleh setelah hari ini"),
        ({"tanggal": str(clock.today() - timedelta(days=1))}, "Tanggal tidak boleh sebelum permintaan"),
        ({"berkas": ""}, "Unggah foto lembar keputusan"),
        ({"berkas": upload(b"<html>")}, "PDF, JPEG, atau PNG"),
    ],
)
def test_a_wrong_sheet_is_said_and_nothing_is_recorded(
    case: Declaration, desk_of: Client, typed: dict[str, Any], sentence: str
) -> None:
    answer = desk_of.post(address(case), fields(case, **typed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    case.refresh_from_db()
    assert (case.status, PaperDecision.objects.count()) == (Status.AWAITING_HEAD, 0)


def test_an_overtaken_form_and_a_decided_case_record_nothing(world: World, case: Declaration, desk_of: Client) -> None:
    old = fields(case)
    Declaration.objects.filter(pk=case.pk).update(revision=case.revision + 1)
    assert desk_of.post(address(case), old).status_code == 409
    endorse(case)
    assert desk_of.post(address(case), fields(case)).status_code == 409
    assert PaperDecision.objects.count() == 0


def test_no_one_records_his_own_sheet_or_a_case_he_had_a_part_in(world: World, client: Client) -> None:
    mine = sent(world.reviewer)
    client.force_login(world.reviewer)
    assert client.post(address(mine), fields(mine)).status_code == 404
    case = sent(world.teacher)
    step = step_of(case)
    step.assigned_to = world.reviewer
    step.save()
    assert client.post(address(case), fields(case)).status_code == 403
    other = sent(world.colleague)
    endorse(other)
    review(other, world.reviewer, Outcome.RETURNED, reason=WHY, marks=(Mark("waktu", WHY),))
    other.refresh_from_db()
    assert client.post(address(other), fields(other)).status_code == 409
    client.force_login(world.inspector)
    assert client.get(address(case)).status_code == 403


def test_a_head_without_any_mailbox_decides_on_paper_and_gets_no_mail(world: World, desk_of: Client) -> None:
    world.head.email = world.head.email_gov = world.head.contact_email = ""
    world.head.save()
    case = sent(world.teacher)
    assert step_of(case).assigned_to is None
    assert desk_of.post(address(case), fields(case)).status_code == 302
    step = case.steps.get(stage=Stage.HEAD)
    assert (step.decided_by, bool(step.post), bool(step.capacity)) == (world.head, True, True)
    assert not OutgoingEmail.objects.filter(purpose="head_receipt").exists()
    assert broken() == []


def test_a_vacant_office_has_nobody_to_sign(world: World, desk_of: Client) -> None:
    world.dinas.heads.all().delete()
    case = sent(world.teacher)
    assert "Belum ada pejabat yang tercatat" in desk_of.get(address(case)).content.decode()
    assert desk_of.post(address(case), fields(case)).status_code == 409
