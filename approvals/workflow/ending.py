"""How a case ends other than by a decision: withdrawn, revoked, expired."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import emails, letters, work
from approvals.models import Via, WorkKind
from approvals.policies import check_close, check_revoke
from approvals.verdicts import REASON_MIN
from approvals.workflow.moving import cancel_pending, lock, move
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.errors import Refused
from portal.people.models import Employee


@transaction.atomic
def withdraw(declaration: Declaration, *, by: Employee, reason: str) -> Declaration:
    """Take one's own case back while nobody has given the result; the pending step and its link die."""
    declaration = lock(declaration)
    if declaration.declarant_id != by.pk:
        raise Refused(_("Hanya yang mengisi yang dapat menarik deklarasi ini."), status=403)
    if declaration.status == Status.WITHDRAWN:
        return declaration
    cancel_pending(declaration, "withdrawn")
    was_sent = declaration.submitted_at is not None
    move(declaration, Status.WITHDRAWN, by=by, event="withdrawn", via=Via.DASHBOARD, reason=reason[:40])
    if was_sent:
        emails.withdrawn(declaration).send()
    return declaration


@transaction.atomic
def close_returned(declaration: Declaration, *, by: Employee, reason: str) -> Declaration:
    """Withdraw a case in its declarant's stead after 30 days without mending; the declarant reads the reason."""
    declaration = lock(declaration)
    check_close(declaration, by)
    if len(reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    cancel_pending(declaration, "withdrawn")
    move(declaration, Status.WITHDRAWN, by=by, event="closed", via=Via.DASHBOARD)
    work.settle(WorkKind.RETURN_OVERDUE, declaration=declaration, by=by)
    emails.closed(declaration, reason.strip()).send()
    return declaration


@transaction.atomic
def revoke(declaration: Declaration, *, by: Employee, reason: str) -> Declaration:
    """Take an approval back with a reason that the declarant reads; /v/ shows it at once."""
    declaration = lock(declaration)
    check_revoke(declaration, by)
    if len(reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    move(declaration, Status.REVOKED, by=by, event="revoked", via=Via.DASHBOARD)
    letters.revoke(declaration, reason=reason.strip())
    emails.revoked(declaration, reason.strip()).send()
    return declaration


@transaction.atomic
def expire(declaration: Declaration) -> Declaration:
    """End an approval whose last day is over; done by the clock."""
    declaration = lock(declaration)
    over = declaration.valid_until is not None and declaration.valid_until < clock.today()
    if declaration.status in (Status.APPROVED, Status.SUSPENDED) and over:
        move(declaration, Status.EXPIRED, by=None, event="expired", via=Via.SYSTEM)
        emails.expired(declaration).send()
    return declaration
