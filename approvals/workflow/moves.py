"""The declarant moved to another unit or post: the request follows, approvals are confirmed."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import emails, work
from approvals.models import Answer, Confirmation, Stage, Via, WorkKind
from approvals.queries import pending_step
from approvals.rescreen import rescreen
from approvals.workflow.moving import lock
from approvals.workflow.requests import reassign
from declarations.models import Declaration
from declarations.status import OPEN
from declarations.succession import HOLDS
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee


@transaction.atomic
def follow_move(declaration: Declaration) -> Declaration:
    """Bring one case of a person who moved up to date; opinions given before stay as history."""
    declaration = lock(declaration)
    if declaration.status not in OPEN | HOLDS:
        return declaration
    office = declaration.declarant.office
    if declaration.opd_id != (office.pk if office else None):
        declaration.opd = office
        declaration.save(update_fields=["opd"])
        record("moved", declaration, by=None, via=Via.SYSTEM, opd=office.pk if office else None)
    rescreen(declaration, because="mutasi")
    step = pending_step(declaration)
    if step is not None and step.stage == Stage.HEAD:
        reassign(step)
    if declaration.status in HOLDS:
        _ask(declaration)
    return declaration


def _ask(declaration: Declaration) -> None:
    person = declaration.declarant
    post = f"{person.post}, {person.unit.name}"[:300]
    question, fresh = Confirmation.objects.get_or_create(
        declaration=declaration, answered_at=None, defaults={"post": post, "asked_at": clock.now()}
    )
    if fresh:
        emails.confirm_after_move(declaration, question).send()


@transaction.atomic
def confirm(declaration: Declaration, answer: Answer, *, by: Employee) -> Confirmation:
    """Record the holder's answer; a change is filed as an amendment by himself."""
    declaration = lock(declaration)
    if declaration.declarant_id != by.pk:
        raise Refused(_("Hanya pemegang persetujuan yang dapat mengonfirmasi."), status=403)
    question = declaration.confirmations.select_for_update().filter(answered_at=None).first()
    if question is None:
        raise Refused(_("Tidak ada konfirmasi yang menunggu."))
    question.answer, question.answered_at = answer, clock.now()
    question.save(update_fields=["answer", "answered_at"])
    record("confirmed", declaration, by=by, via=Via.DASHBOARD, answer=answer)
    work.settle(WorkKind.CONFIRMATION, declaration=declaration, by=by)
    return question
