"""What every verb is made of: lock the case, open a step, close what pends, and the one line that changes a status."""

from typing import Any

from django.utils.translation import gettext as _

from approvals import routing
from approvals.models import Stage, Step, Via
from approvals.officers import ensure_officer
from approvals.queries import pending_step
from declarations.models import Declaration, Snapshot
from declarations.status import WORKING_DAYS, InvalidMove, Status, check_move
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee

STATUS_OF_STAGE = {
    Stage.HEAD: Status.AWAITING_HEAD,
    Stage.REVIEW: Status.AWAITING_REVIEW,
    Stage.SECOND: Status.AWAITING_REVIEW,
    Stage.INSPECTORATE: Status.AWAITING_INSPECTORATE,
    Stage.OBJECTION: Status.OBJECTION,
}


def lock(declaration: Declaration) -> Declaration:
    """Return the declaration re-read under a row lock; every verb begins here, so decisions queue up behind it."""
    return (
        Declaration.objects.select_for_update(of=("self",))
        .select_related("declarant__unit__office", "opd")
        .get(pk=declaration.pk)
    )


def lock_step(step: Step, declaration: Declaration) -> Step:
    """Return the step re-read under a row lock, holding the locked declaration; lock the declaration first."""
    step = Step.objects.select_for_update(of=("self",)).select_related("snapshot", "assigned_to").get(pk=step.pk)
    step.declaration = declaration
    return step


def open_step(declaration: Declaration, snapshot: Snapshot, stage: Stage, route: routing.Route) -> Step:
    """Open the next required decision, due in the working days of its status."""
    head = stage == Stage.HEAD
    now = clock.now()
    step = Step.objects.create(
        declaration=declaration,
        snapshot=snapshot,
        stage=stage,
        assigned_to=route.approver if head else None,
        opd=route.opd if head else None,
        capacity=(route.capacity or "") if head else "",
        post=route.post if head else "",
        because=route.because if head else "",
        second_look=route.second_look,
        inspectorate_decides=route.inspectorate_decides,
        second_reviewer=route.second_reviewer,
        opened_at=now,
        mailed_at=now if head and route.approver else None,
        due_on=declaration.due_on,
    )
    ensure_officer(step)
    return step


def follow(step: Step, stage: Stage) -> Step:
    """Open the step after this one on the same snapshot; how the case is routed stays as it was."""
    following = Step.objects.create(
        declaration=step.declaration,
        snapshot=step.snapshot,
        stage=stage,
        second_look=step.second_look,
        inspectorate_decides=step.inspectorate_decides,
        second_reviewer=step.second_reviewer,
        opened_at=clock.now(),
        due_on=step.declaration.due_on,
    )
    ensure_officer(following)
    return following


def cancel_for(step: Step, declaration: Declaration, because: str) -> None:
    """Cancel a request that goes to somebody else, who gets the working days of the status anew."""
    step.cancelled_at, step.cancelled_because = clock.now(), because
    step.save(update_fields=["cancelled_at", "cancelled_because"])
    declaration.due_on = clock.add_working_days(clock.today(), WORKING_DAYS[Status.AWAITING_HEAD])
    declaration.revision += 1
    declaration.save(update_fields=["due_on", "revision"])


def cancel_pending(declaration: Declaration, because: str) -> None:
    step = pending_step(declaration)
    if step is not None:
        step.cancelled_at, step.cancelled_because = clock.now(), because
        step.save(update_fields=["cancelled_at", "cancelled_because"])


def move(declaration: Declaration, target: Status, *, by: Employee | None, event: str, via: Via, **detail: Any) -> None:
    """Change a status: the only line in the project that does. Check, save, audit."""
    current = Status(declaration.status)
    try:
        check_move(current, target)
    except InvalidMove as error:
        sentence = _("Langkah ini tidak berlaku untuk deklarasi dengan status %s.")
        raise Refused(sentence % declaration.status_label) from error
    declaration.status = target
    _begin(declaration)
    record(event, declaration, by=by, via=via, **{"from": current.value, "to": target.value, **detail})


def proceed(declaration: Declaration, stage: Stage, /, *, by: Employee, event: str, via: Via, **detail: Any) -> None:
    """Go on to a stage; a second reviewer is asked within the same status, with a deadline of his own."""
    if STATUS_OF_STAGE[stage] != declaration.status:
        move(declaration, STATUS_OF_STAGE[stage], by=by, event=event, via=via, **detail)
        return
    _begin(declaration)
    record(event, declaration, by=by, via=via, next=stage, **detail)


def _begin(declaration: Declaration) -> None:
    """Start the clock of the status the case is in now."""
    declaration.since = clock.now()
    declaration.revision += 1
    days = WORKING_DAYS.get(Status(declaration.status))
    declaration.due_on = clock.add_working_days(clock.today(), days) if days else None
    declaration.save()
