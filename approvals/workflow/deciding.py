"""Deciding a step: close it, then open the next one or finish the case."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from approvals import emails, letters, work
from approvals.excluding import exclude
from approvals.models import Condition, ControlMeasure, Outcome, Stage, Step, Via, WorkKind
from approvals.parts import took_part
from approvals.policies import check_pending, check_stage, check_verdict
from approvals.verdicts import Verdict
from approvals.workflow.moving import follow, lock, lock_step, move, proceed
from declarations.models import Declaration, Origin
from declarations.opened import pages_of
from declarations.status import Status
from declarations.succession import HOLDS
from portal import clock
from portal.errors import Refused
from portal.people.models import Employee

VALIDITY = timedelta(days=365)


@transaction.atomic
def decide(
    step: Step,
    verdict: Verdict,
    *,
    by: Employee,
    via: Via,
    revision: int | None = None,
    recorded_by: Employee | None = None,
) -> Declaration:
    """Close one step with its reason, then open the next one or finish the case and issue the letter.

    `revision` is the state of the case that the decider was looking at; if the case has changed since, nothing happens
    and the sentence says so. `recorded_by` is who typed in what the decider signed on paper.
    """
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    check_pending(step)
    check_stage(step, by)
    if revision is not None and revision != declaration.revision:
        raise Refused(_("Deklarasi ini berubah sejak halaman dibuka. Tinjau perubahannya sebelum memutuskan."))
    check_verdict(step, verdict)
    _close(step, verdict, by=by, via=via)
    detail = {"stage": step.stage, "outcome": verdict.outcome, "step": step.pk, "version": step.snapshot.version}
    if step.stage == Stage.HEAD:
        if step.mailed_at is not None and step.decided_at is not None:
            detail["after_seconds"] = int((step.decided_at - step.mailed_at).total_seconds())
        _after_head(declaration, step, verdict, by=recorded_by or by, via=via, detail=detail)
    elif verdict.outcome == Outcome.OPINION:
        work.settle(WorkKind.SECOND_OPINION, declaration=declaration, by=by)
        _pass_on(declaration, step, Stage.REVIEW, by=by, via=via, detail=detail)
    elif verdict.outcome == Outcome.FORWARDED:
        stage = Stage.SECOND if step.second_reviewer else Stage.INSPECTORATE
        _pass_on(declaration, step, stage, by=by, via=via, detail=detail)
        if stage == Stage.SECOND:
            work.owe(WorkKind.SECOND_OPINION, _("Beri pendapat sebagai peninjau kedua"), declaration=declaration)
    else:
        _finish(declaration, step, verdict, by=by, via=via, detail=detail)
    return declaration


def _close(step: Step, verdict: Verdict, *, by: Employee, via: Via) -> None:
    step.outcome = verdict.outcome
    step.reason = verdict.reason.strip()
    step.reason_code = verdict.reason_code
    step.marks = [
        {"part": mark.part, "note": mark.note} | ({"label": mark.label} if mark.label else {}) for mark in verdict.marks
    ]
    step.decided_by = by
    step.decided_at = clock.now()
    step.via = via
    step.save()
    measures = {measure.code: measure for measure in ControlMeasure.objects.all()} if verdict.conditions else {}
    Condition.objects.bulk_create(
        Condition(
            step=step,
            measure=measures.get(condition.measure_code),
            text=condition.text,
            due_on=condition.due_on,
            needs_proof=condition.needs_proof,
        )
        for condition in verdict.conditions
    )


def _after_head(
    declaration: Declaration, step: Step, verdict: Verdict, *, by: Employee, via: Via, detail: dict[str, Any]
) -> None:
    if verdict.outcome == Outcome.RETURNED:
        declaration.scope = pages_of([mark.part for mark in verdict.marks])
        move(declaration, Status.RETURNED, by=by, event="decided", via=via, **detail)
        emails.returned(declaration, step).send()
    else:
        stage = Stage.INSPECTORATE if step.inspectorate_decides else Stage.REVIEW
        _pass_on(declaration, step, stage, by=by, via=via, detail=detail)
        emails.head_decided(declaration, step).send()
    if step.assigned_to is not None and step.assigned_to.mailbox:
        emails.receipt(step).send()


def _pass_on(
    declaration: Declaration, step: Step, stage: Stage, *, by: Employee, via: Via, detail: dict[str, Any]
) -> None:
    proceed(declaration, stage, by=by, event="decided", via=via, **detail)
    follow(step, stage)


def _finish(
    declaration: Declaration, step: Step, verdict: Verdict, *, by: Employee, via: Via, detail: dict[str, Any]
) -> None:
    if verdict.outcome == Outcome.RETURNED:
        declaration.scope = pages_of([mark.part for mark in verdict.marks])
        move(declaration, Status.RETURNED, by=by, event="decided", via=via, **detail)
        emails.returned(declaration, step).send()
        return
    declaration.decided_at = step.decided_at
    if verdict.outcome == Outcome.REJECTED:
        declaration.final = step.stage == Stage.OBJECTION
        move(declaration, Status.REJECTED, by=by, event="decided", via=via, **detail)
        emails.rejected(declaration, step).send()
        _tell_the_others(declaration, step)
        return
    out = exclude(declaration, step, verdict, by=by)
    detail = {**detail, "excluded": out} if out else detail
    declaration.valid_until = _validity(declaration, verdict.valid_until)
    declaration.with_conditions = verdict.outcome == Outcome.APPROVED_CONDITIONS
    move(declaration, Status.APPROVED, by=by, event="decided", via=via, **detail)
    prefetch_related_objects([step], "conditions")  # the letter names them, and the mail
    letter = letters.issue(step, by=by)
    if declaration.replaces_id is not None:
        _supersede(declaration.replaces_id, declaration, by=by)
    emails.approved(declaration, step, letter).send()
    _tell_the_others(declaration, step)


def _tell_the_others(declaration: Declaration, step: Step) -> None:
    """What became of an objection goes to everybody who decided before."""
    if step.stage != Stage.OBJECTION:
        return
    for person in Employee.objects.filter(pk__in=took_part(declaration), is_active=True).exclude(decisions=step):
        if person.mailbox:
            emails.objection_decided(declaration, step, person).send()


def last_valid_day(declaration: Declaration) -> date:
    """Return the last day an approval may hold: 12 months, for a renewal in time from the end of the old one."""
    old, today = declaration.replaces, clock.today()
    going_on = declaration.origin == Origin.RENEWAL and old is not None and old.status in HOLDS
    begins = max(today, old.valid_until) if going_on and old is not None and old.valid_until else today
    return begins + VALIDITY


def _validity(declaration: Declaration, wanted: date | None) -> date:
    last = last_valid_day(declaration)
    if wanted is None:
        return last
    if wanted <= clock.today():
        raise Refused(_("Tanggal berlaku harus setelah hari ini"), status=422)
    if wanted > last:
        raise Refused(_("Masa berlaku paling lama 12 bulan"), status=422)
    return wanted


def _supersede(old_pk: int, declaration: Declaration, *, by: Employee) -> None:
    old = Declaration.objects.select_for_update().get(pk=old_pk)
    if old.status in (Status.APPROVED, Status.SUSPENDED):
        move(old, Status.SUPERSEDED, by=by, event="superseded", via=Via.SYSTEM, successor=declaration.number)
