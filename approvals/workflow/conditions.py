"""Conditions after the decision: proof handed in and judged; an approval is suspended only by a person."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals import emails, work
from approvals.models import Condition, Proof, Via, WorkKind
from approvals.policies import check_revoke
from approvals.verdicts import REASON_MIN
from approvals.workflow.moving import lock, move
from declarations.models import Declaration
from declarations.status import Status
from declarations.succession import HOLDS
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.files import store
from portal.people.models import Employee


def conditions_of(declaration: Declaration) -> QuerySet[Condition]:
    """Return the conditions of the approval in force, with what was handed in for each."""
    found = Condition.objects.filter(step__declaration=declaration, step__cancelled_at=None)
    return found.prefetch_related("proofs__files", "proofs__judged_by").order_by("pk")


def overdue_of(declaration: Declaration) -> QuerySet[Condition]:
    """Return the conditions whose day has passed and that nobody has accepted as fulfilled."""
    return conditions_of(declaration).filter(fulfilled_at=None, due_on__lt=clock.today())


@transaction.atomic
def send_proof(condition: Condition, text: str, uploads: Sequence["UploadedFile[bytes]"], *, by: Employee) -> Proof:
    """Hand in what shows that a condition is fulfilled; one proof at a time waits for an officer."""
    declaration = lock(condition.step.declaration)
    condition = Condition.objects.select_for_update().get(pk=condition.pk)
    if declaration.declarant_id != by.pk:
        raise Refused(_("Hanya pemegang persetujuan yang dapat mengirim bukti."), status=403)
    if declaration.status not in HOLDS:
        raise Refused(_("Persetujuan ini tidak berlaku lagi, jadi bukti tidak diperlukan."))
    if condition.fulfilled_at is not None:
        raise Refused(_("Syarat ini sudah dinyatakan dipenuhi."))
    if condition.proofs.filter(accepted=None).exists():
        raise Refused(_("Bukti Anda sudah terkirim dan sedang diperiksa."))
    if condition.needs_proof and not uploads:
        raise Refused(_("Unggah foto atau PDF sebagai bukti"), status=422)
    if not text.strip() and not uploads:
        raise Refused(_("Tulis bagaimana syarat ini dipenuhi, atau unggah bukti"), status=422)
    proof = Proof.objects.create(condition=condition, text=text.strip()[:2000], sent_at=clock.now())
    proof.files.set(store.accept(uploads, by=by, case=declaration.number))
    record("proof_sent", declaration, by=by, via=Via.DASHBOARD, condition=condition.pk, proof=proof.pk)
    work.owe(WorkKind.PROOF_SENT, condition.text[:200], declaration=declaration, about=f"c{condition.pk}")
    return proof


@transaction.atomic
def judge_proof(proof: Proof, *, accepted: bool, note: str, by: Employee) -> Proof:
    """Accept a proof, or return it with a note that says what is missing."""
    declaration = lock(proof.condition.step.declaration)
    proof = Proof.objects.select_for_update(of=("self",)).select_related("condition").get(pk=proof.pk)
    check_revoke(declaration, by)
    if proof.accepted is not None:
        raise Refused(_("Bukti ini sudah diperiksa."))
    if not accepted and len(note.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    proof.accepted, proof.note, proof.judged_by, proof.judged_at = accepted, note.strip(), by, clock.now()
    proof.save()
    condition = proof.condition
    if accepted:
        condition.fulfilled_at = clock.now()
        condition.save(update_fields=["fulfilled_at"])
        work.settle(WorkKind.CONDITION_OVERDUE, declaration=declaration, about=f"c{condition.pk}", by=by)
    work.settle(WorkKind.PROOF_SENT, declaration=declaration, about=f"c{condition.pk}", by=by)
    record("proof_judged", declaration, by=by, via=Via.DASHBOARD, proof=proof.pk, accepted=accepted)
    emails.proof_judged(declaration, proof).send()
    return proof


@transaction.atomic
def suspend(declaration: Declaration, *, by: Employee, reason: str) -> Declaration:
    """Suspend an approval whose condition is overdue; never by the clock."""
    declaration = lock(declaration)
    check_revoke(declaration, by)
    if not overdue_of(declaration).exists():
        raise Refused(_("Tidak ada syarat yang lewat batas, jadi persetujuan tidak dapat ditangguhkan."))
    if len(reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    move(declaration, Status.SUSPENDED, by=by, event="suspended", via=Via.DASHBOARD)
    emails.suspended(declaration, reason.strip()).send()
    return declaration


@transaction.atomic
def lift(declaration: Declaration, *, by: Employee) -> Declaration:
    """Let a suspended approval hold again once its conditions are fulfilled."""
    declaration = lock(declaration)
    check_revoke(declaration, by)
    if overdue_of(declaration).exists():
        raise Refused(_("Masih ada syarat yang lewat batas. Terima buktinya dulu."))
    move(declaration, Status.APPROVED, by=by, event="lifted", via=Via.DASHBOARD)
    emails.lifted(declaration).send()
    return declaration
