"""Conditions with proof, suspension by a person, files that are what they say, and who may see them."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from approvals import workflow
from approvals.due import perform
from approvals.models import Condition, Outcome, Proof, WorkItem, WorkKind
from approvals.verdicts import NewCondition
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.errors import Refused
from portal.files import store
from portal.files.models import StoredFile
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World, endorse, review, sent

pytestmark = pytest.mark.django_db
NOTE = "Tangkapan layarnya belum menunjukkan nama kanal."
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "green").save(out, format=kind)
    return out.getvalue()


def upload(content: bytes, name: str = "bukti.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Declaration:
    wanted = NewCondition("Menonaktifkan monetisasi", due_on=clock.today() + timedelta(days=30), needs_proof=True)
    return review(endorse(sent(world.teacher)), world.reviewer, Outcome.APPROVED_CONDITIONS, conditions=(wanted,))


@pytest.fixture
def condition(case: Declaration) -> Condition:
    return Condition.objects.get(step__declaration=case)


def after(days: int):  # noqa: ANN201
    return clock.pretend(clock.now() + timedelta(days=days))


def test_a_proof_is_sent_judged_and_settles_the_condition(
    world: World, case: Declaration, condition: Condition
) -> None:
    with pytest.raises(Refused, match="Unggah foto"):
        workflow.send_proof(condition, "Sudah dimatikan.", [], by=world.teacher)
    proof = workflow.send_proof(condition, "Sudah dimatikan.", [upload(picture())], by=world.teacher)
    with pytest.raises(Refused, match="sedang diperiksa"):
        workflow.send_proof(condition, "Lagi", [upload(PDF)], by=world.teacher)
    assert WorkItem.objects.filter(kind=WorkKind.PROOF_SENT, declaration=case, done_at=None).count() == 1
    workflow.judge_proof(proof, accepted=False, note=NOTE, by=world.reviewer)
    again = workflow.send_proof(condition, "", [upload(PDF)], by=world.teacher)
    workflow.judge_proof(again, accepted=True, note="", by=world.second_reviewer)
    condition.refresh_from_db()
    assert condition.fulfilled_at is not None
    assert not WorkItem.objects.filter(kind=WorkKind.PROOF_SENT, done_at=None).exists()
    told = OutgoingEmail.objects.filter(case=case.number, subject__regex="^Bukti (di|perlu)")
    assert sorted(mail.subject for mail in told) == [
        f"Bukti diterima: {case.number}",
        f"Bukti perlu dilengkapi: {case.number}",
    ]


def test_the_day_of_a_condition_is_announced_then_a_task_and_only_a_person_suspends(
    world: World, case: Declaration, condition: Condition
) -> None:
    for _again in range(2):
        with after(24):
            perform()
    assert OutgoingEmail.objects.filter(subject__startswith="Syarat jatuh tempo").count() == 1
    with pytest.raises(Refused, match="Tidak ada syarat yang lewat batas"):
        workflow.suspend(case, by=world.reviewer, reason=NOTE)
    with after(40):
        perform()
        perform()
        case.refresh_from_db()
        assert case.status == Status.APPROVED
        assert WorkItem.objects.filter(kind=WorkKind.CONDITION_OVERDUE, done_at=None).count() == 1
        with pytest.raises(Refused):
            workflow.suspend(case, by=world.teacher, reason=NOTE)
        assert workflow.suspend(case, by=world.reviewer, reason=NOTE).status == Status.SUSPENDED
        with pytest.raises(Refused, match="lewat batas"):
            workflow.lift(case, by=world.reviewer)
        proof = workflow.send_proof(condition, "Sudah.", [upload(PDF)], by=world.teacher)
        workflow.judge_proof(proof, accepted=True, note="", by=world.reviewer)
        assert workflow.lift(case, by=world.reviewer).status == Status.APPROVED
    assert not WorkItem.objects.filter(kind=WorkKind.CONDITION_OVERDUE, done_at=None).exists()


def test_the_pages_of_both_sides(world: World, case: Declaration, condition: Condition, client: Client) -> None:
    client.force_login(world.teacher)
    page = reverse("approvals:conditions", args=[case.number])
    assert "Menonaktifkan monetisasi" in client.get(page).content.decode()
    send = reverse("approvals:send_proof", args=[case.number, condition.pk])
    refused = client.post(send, {"keterangan": "Sudah saya matikan"})
    assert refused.status_code == 422
    assert "Sudah saya matikan</textarea>" in refused.content.decode()
    assert client.post(send, {"keterangan": "Sudah", "berkas": [upload(picture()), upload(PDF)]}).status_code == 302
    proof = Proof.objects.get()
    officer = Client()
    officer.force_login(world.reviewer)
    shown = officer.get(reverse("approvals:case", args=[case.number])).content.decode()
    judge = reverse("approvals:judge_proof", args=[case.number, proof.pk])
    assert judge in shown
    assert officer.post(judge, {"terima": "tidak", "catatan": "kurang"}).status_code == 422
    assert officer.post(judge, {"terima": "ya"}).status_code == 302
    assert "Dipenuhi" in client.get(page).content.decode()


def test_evidence_is_an_attachment_for_those_concerned_only(
    world: World, case: Declaration, condition: Condition
) -> None:
    """[F12]"""
    workflow.send_proof(condition, "", [upload(picture("JPEG"), "198504122010012901.jpg")], by=world.teacher)
    file = StoredFile.objects.get()
    address = reverse("approvals:evidence", args=[file.public_id])

    def asks(who: Employee | None) -> int:
        client = Client()
        if who:
            client.force_login(who)
        return client.get(address).status_code

    assert [asks(world.teacher), asks(world.reviewer), asks(world.colleague), asks(world.head), asks(None)] == [
        200,
        200,
        404,
        404,
        302,
    ]
    client = Client()
    client.force_login(world.teacher)
    answer = client.get(address)
    assert answer["Content-Disposition"] == f'attachment; filename="{file.name}"'
    assert "198504122010012901" not in file.name
    assert (answer["X-Content-Type-Options"], "sandbox" in answer["Content-Security-Policy"]) == ("nosniff", True)


HOSTILE = {
    "empty": b"",
    "text": b"bukan gambar",
    "html": b"<html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": b"GIF89a" + b"\0" * 30,
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "png cut short": picture()[:40],
    "pdf cut short": PDF[:30],
    "pdf with script": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert)>>"),
    "pdf that starts a program": PDF.replace(b"/Catalog", b"/Catalog/Launch"),
    "pdf with an attachment": PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 2 0 R>>"),
    "too big": b"%PDF-" + b"0" * (5 * 1024 * 1024),
    "too many pixels": picture("PNG", (6400, 6300)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_evidence_is_refused_with_a_sentence(world: World, name: str) -> None:
    """[F11]"""
    with pytest.raises(Refused) as refusal:
        store.accept([upload(HOSTILE[name], "bukti.pdf")], by=world.teacher, case="DK")
    assert refusal.value.status == 422
    assert refusal.value.message.endswith(".")
    assert not StoredFile.objects.exists()


def test_a_picture_is_written_anew_without_what_was_behind_it(world: World) -> None:
    sly = picture("JPEG") + b"<script>alert(1)</script>"
    (file,) = store.accept([upload(sly, "a.html")], by=world.teacher, case="DK")
    assert b"script" not in bytes(file.content)
    assert file.kind == "jpg"


def test_six_files_or_fifty_megabytes_are_too_many(world: World) -> None:
    """[F14]"""
    with pytest.raises(Refused, match="Paling banyak 5"):
        store.accept([upload(PDF)] * 6, by=world.teacher, case="DK")
    owned = {"uploaded_by": world.teacher, "uploaded_at": clock.now()}
    StoredFile.objects.create(case="DK", kind="pdf", size=50 * 1024 * 1024, sha256="", content=b"", **owned)
    with pytest.raises(Refused, match="50 MB"):
        store.accept([upload(PDF)], by=world.teacher, case="DK")


def test_the_list_of_tasks_shows_what_one_may_see(world: World, case: Declaration, condition: Condition) -> None:
    workflow.send_proof(condition, "", [upload(PDF)], by=world.teacher)
    client = Client()
    client.force_login(world.reviewer)
    assert case.number in client.get(reverse("approvals:tasks")).content.decode()
    item = WorkItem.objects.get(kind=WorkKind.PROOF_SENT)
    assert client.post(reverse("approvals:task_close", args=[item.pk])).status_code == 404
    client.force_login(world.inspector)
    assert case.number not in client.get(reverse("approvals:tasks")).content.decode()
    client.force_login(world.teacher)
    assert client.get(reverse("approvals:tasks")).status_code == 403
