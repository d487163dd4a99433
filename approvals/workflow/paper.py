"""A head decides with a pen: a reviewer records the signed sheet with its scan, and is then out of the case."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from approvals import work
from approvals.models import PaperDecision, Stage, Step, Via, WorkKind
from approvals.parts import barred
from approvals.policies import check_pending, check_recorder
from approvals.verdicts import Verdict
from approvals.workflow.deciding import decide
from approvals.workflow.moving import lock, lock_step
from declarations.models import Declaration
from portal import clock
from portal.dates import long_date
from portal.errors import Refused
from portal.files import store
from portal.people.heads import head_of
from portal.people.models import Employee, HeadAssignment


def signer_of(step: Step) -> Employee | None:
    """Return whose signature the sheet needs: who was asked, or the head on record whom no mail reaches."""
    if step.assigned_to is not None:
        return step.assigned_to
    found = _unreachable_head(step)
    return found.person if found else None


def _unreachable_head(step: Step) -> HeadAssignment | None:
    found = head_of(step.opd, clock.today()) if step.opd is not None else None
    out = {step.declaration.declarant_id, *barred(step.declaration)}
    return found if found and found.person.is_active and found.person_id not in out else None


@transaction.atomic
def record_paper(
    step: Step,
    verdict: Verdict,
    *,
    signed_on: date,
    uploads: Sequence["UploadedFile[bytes]"],
    by: Employee,
    revision: int,
) -> Declaration:
    """Record what the head signed, as his decision; the head gets the receipt if any mail reaches him."""
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    check_pending(step)
    signer = _named(step, declaration)
    check_recorder(step, by)
    check_day(step, signed_on)
    if not uploads:
        raise Refused(_("Unggah foto lembar keputusan"), status=422)
    paper = PaperDecision.objects.create(step=step, recorded_by=by, signed_on=signed_on)
    paper.files.set(store.accept(uploads, by=by, case=declaration.number))
    if declaration.reviewer_id == by.pk:
        declaration.reviewer = None
        declaration.save(update_fields=["reviewer"])
    declaration = decide(step, verdict, by=signer, via=Via.PAPER, revision=revision, recorded_by=by)
    work.settle(WorkKind.HEAD_SILENT, declaration=declaration, by=by)
    return declaration


def _named(step: Step, declaration: Declaration) -> Employee:
    """Return the signer, written down on the step when nobody could be asked by mail."""
    if step.assigned_to is not None:
        return step.assigned_to
    found = _unreachable_head(step)
    if found is None:
        raise Refused(_("Belum ada pejabat yang tercatat memimpin OPD ini. Catat penunjukannya dulu."))
    step.assigned_to, step.capacity, step.post = found.person, found.capacity, found.post_on_letter
    step.save(update_fields=["assigned_to", "capacity", "post"])
    return found.person


def check_day(step: Step, signed_on: date) -> None:
    """A sheet is signed after the request and not in the future."""
    if signed_on > clock.today():
        raise Refused(_("Tanggal tidak boleh setelah hari ini"), status=422)
    asked = clock.local_day(step.opened_at)
    if signed_on < asked:
        raise Refused(_("Tanggal tidak boleh sebelum permintaan keputusan, %s") % long_date(asked), status=422)


def is_head_step(step: Step | None) -> bool:
    """Tell whether a sheet can decide this step."""
    return step is not None and step.pending and step.stage == Stage.HEAD
