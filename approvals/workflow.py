"""The verbs of a case: each is one transaction that locks the declaration first and leaves one audit event."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import emails, letters, routing
from approvals.models import Condition, ControlMeasure, Outcome, Stage, Step, Via
from approvals.policies import check_pending, check_revoke, check_stage, check_verdict
from approvals.queries import pending_step
from approvals.submission import current_route, freeze, resume_stage, save_findings
from approvals.verdicts import REASON_MIN, Verdict
from declarations.drafts import problems
from declarations.models import Declaration, Snapshot
from declarations.status import EDITABLE, WORKING_DAYS, InvalidMove, Status, check_move
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee

VALIDITY = timedelta(days=365)
_STATUS_OF_STAGE = {
    Stage.HEAD: Status.AWAITING_HEAD,
    Stage.REVIEW: Status.AWAITING_REVIEW,
    Stage.INSPECTORATE: Status.AWAITING_INSPECTORATE,
}


def lock(declaration: Declaration) -> Declaration:
    """Return the declaration re-read under a row lock; every verb begins here, so decisions queue up behind it."""
    return (
        Declaration.objects.select_for_update(of=("self",))
        .select_related("declarant__unit__office", "opd")
        .get(pk=declaration.pk)
    )


@transaction.atomic
def submit(declaration: Declaration, *, by: Employee) -> Declaration:
    """Freeze the answers, screen them, route them, ask the first approver, thank the declarant.

    A case that is not the declarant's to edit is returned untouched: pressing "send" twice sends once.
    """
    declaration = lock(declaration)
    if declaration.declarant_id != by.pk:
        raise Refused(_("Hanya yang mengisi yang dapat mengirim deklarasi ini."), status=403)
    if declaration.status not in EDITABLE:
        return declaration
    missing = problems(declaration)
    if missing:
        raise Refused(_("Deklarasi belum lengkap: %s") % missing[0].text, status=422)
    before = declaration.snapshot
    snapshot, facts, sensitive = freeze(declaration)
    findings = save_findings(declaration, snapshot, facts)
    has_block = any(finding.severity == "block" for finding in findings)
    stage = resume_stage(declaration, before, snapshot)
    route = routing.route(by, by.unit, clock.today(), has_block=has_block, related=sensitive.get("F8") == "YA")
    declaration.submitted_at = declaration.submitted_at or clock.now()
    _move(
        declaration,
        _STATUS_OF_STAGE[stage],
        by=by,
        event="submitted",
        via=Via.DASHBOARD,
        version=snapshot.version,
        digest=snapshot.digest,
        findings=[finding.code for finding in findings],
    )
    step = open_step(declaration, snapshot, stage, route)
    if stage == Stage.HEAD and step.assigned_to_id:
        emails.ask_head(step).send()
    emails.sent(declaration, step).send()
    return declaration


def open_step(declaration: Declaration, snapshot: Snapshot, stage: Stage, route: routing.Route) -> Step:
    """Open the next required decision, due in the working days of its status."""
    head = stage == Stage.HEAD
    now = clock.now()
    return Step.objects.create(
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
        opened_at=now,
        mailed_at=now if head and route.approver else None,
        due_on=declaration.due_on,
    )


@transaction.atomic
def decide(step: Step, verdict: Verdict, *, by: Employee, via: Via, revision: int | None = None) -> Declaration:
    """Close one step with its reason, then open the next one or finish the case and issue the letter.

    `revision` is the state of the case that the decider was looking at; if the case has changed since, nothing happens
    and the sentence says so.
    """
    declaration = lock(step.declaration)
    step = Step.objects.select_for_update(of=("self",)).select_related("snapshot", "assigned_to").get(pk=step.pk)
    step.declaration = declaration
    check_pending(step)
    check_stage(step, by)
    if revision is not None and revision != declaration.revision:
        raise Refused(_("Deklarasi ini berubah sejak halaman dibuka. Tinjau perubahannya sebelum memutuskan."))
    check_verdict(step, verdict)
    _close(step, verdict, by=by, via=via)
    detail = {"stage": step.stage, "outcome": verdict.outcome, "step": step.pk, "version": step.snapshot.version}
    if step.stage == Stage.HEAD:
        _after_head(declaration, step, verdict, by=by, via=via, detail=detail)
    elif verdict.outcome == Outcome.OPINION:
        _pass_on(declaration, step, Stage.REVIEW, by=by, via=via, detail=detail)
    elif verdict.outcome == Outcome.FORWARDED:
        _pass_on(declaration, step, Stage.INSPECTORATE, by=by, via=via, detail=detail)
    else:
        _finish(declaration, step, verdict, by=by, via=via, detail=detail)
    return declaration


def _close(step: Step, verdict: Verdict, *, by: Employee, via: Via) -> None:
    step.outcome = verdict.outcome
    step.reason = verdict.reason.strip()
    step.reason_code = verdict.reason_code
    step.marks = [{"part": mark.part, "note": mark.note} for mark in verdict.marks]
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
        _move(declaration, Status.RETURNED, by=by, event="decided", via=via, **detail)
        emails.returned(declaration, step).send()
    else:
        stage = Stage.INSPECTORATE if step.inspectorate_decides else Stage.REVIEW
        _pass_on(declaration, step, stage, by=by, via=via, detail=detail)
        emails.head_decided(declaration, step).send()
    emails.receipt(step).send()


def _pass_on(
    declaration: Declaration, step: Step, stage: Stage, *, by: Employee, via: Via, detail: dict[str, Any]
) -> None:
    _move(declaration, _STATUS_OF_STAGE[stage], by=by, event="decided", via=via, **detail)
    Step.objects.create(
        declaration=declaration,
        snapshot=step.snapshot,
        stage=stage,
        second_look=step.second_look,
        inspectorate_decides=step.inspectorate_decides,
        opened_at=clock.now(),
        due_on=declaration.due_on,
    )


def _finish(
    declaration: Declaration, step: Step, verdict: Verdict, *, by: Employee, via: Via, detail: dict[str, Any]
) -> None:
    if verdict.outcome == Outcome.RETURNED:
        _move(declaration, Status.RETURNED, by=by, event="decided", via=via, **detail)
        emails.returned(declaration, step).send()
        return
    declaration.decided_at = step.decided_at
    if verdict.outcome == Outcome.REJECTED:
        _move(declaration, Status.REJECTED, by=by, event="decided", via=via, **detail)
        emails.rejected(declaration, step).send()
        return
    declaration.valid_until = _validity(verdict.valid_until)
    declaration.with_conditions = verdict.outcome == Outcome.APPROVED_CONDITIONS
    _move(declaration, Status.APPROVED, by=by, event="decided", via=via, **detail)
    letter = letters.issue(step, by=by)
    if declaration.replaces_id is not None:
        _supersede(declaration.replaces_id, declaration, by=by)
    emails.approved(declaration, step, letter).send()


def _validity(wanted: date | None) -> date:
    last = clock.today() + VALIDITY
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
        _move(old, Status.SUPERSEDED, by=by, event="superseded", via=Via.SYSTEM, successor=declaration.number)


@transaction.atomic
def reopen(step: Step, *, by: Employee) -> Declaration:
    """'Bukan saya': the head disowns a decision made in his name; he is asked again and must now prove himself.

    Possible until BKPSDM or the Inspektorat has decided; the disowned decision stays in the record, cancelled.
    """
    declaration = lock(step.declaration)
    step = Step.objects.select_for_update(of=("self",)).select_related("snapshot").get(pk=step.pk)
    if step.stage != Stage.HEAD or step.assigned_to_id != by.pk:
        raise Refused(_("Tautan tidak dikenal."), status=404)
    possible = {Status.AWAITING_REVIEW, Status.AWAITING_INSPECTORATE}
    if step.cancelled_at is not None or step.decided_at is None or declaration.status not in possible:
        raise Refused(_("Keputusan ini tidak dapat dibuka lagi. Hubungi BKPSDM bila ada yang keliru."))
    if Step.objects.filter(declaration=declaration, decided_at__gt=step.decided_at).exists():
        raise Refused(_("BKPSDM sudah memutus tahap berikutnya. Hubungi BKPSDM bila ada yang keliru."))
    Step.objects.filter(declaration=declaration, decided_at=None, cancelled_at=None).update(
        cancelled_at=clock.now(), cancelled_because="disowned"
    )
    step.cancelled_at, step.cancelled_because = clock.now(), "disowned"
    step.save(update_fields=["cancelled_at", "cancelled_because"])
    _move(declaration, Status.AWAITING_HEAD, by=by, event="disowned", via=Via.LINK, step=step.pk)
    fresh = Step.objects.create(
        declaration=declaration,
        snapshot=step.snapshot,
        stage=Stage.HEAD,
        assigned_to=step.assigned_to,
        opd=step.opd,
        capacity=step.capacity,
        post=step.post,
        because=step.because,
        second_look=step.second_look,
        inspectorate_decides=step.inspectorate_decides,
        reopens=step,
        opened_at=clock.now(),
        mailed_at=clock.now(),
        due_on=declaration.due_on,
    )
    emails.ask_head(fresh).send()
    emails.reopened(declaration, fresh).send()
    return declaration


@transaction.atomic
def withdraw(declaration: Declaration, *, by: Employee, reason: str) -> Declaration:
    """Take one's own case back while nobody has given the result; the pending step and its link die."""
    declaration = lock(declaration)
    if declaration.declarant_id != by.pk:
        raise Refused(_("Hanya yang mengisi yang dapat menarik deklarasi ini."), status=403)
    if declaration.status == Status.WITHDRAWN:
        return declaration
    _cancel_pending(declaration, "withdrawn")
    was_sent = declaration.submitted_at is not None
    _move(declaration, Status.WITHDRAWN, by=by, event="withdrawn", via=Via.DASHBOARD, reason=reason[:40])
    if was_sent:
        emails.withdrawn(declaration).send()
    return declaration


@transaction.atomic
def revoke(declaration: Declaration, *, by: Employee, reason: str) -> Declaration:
    """Take an approval back with a reason that the declarant reads; /v/ shows it at once."""
    declaration = lock(declaration)
    check_revoke(declaration, by)
    if len(reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    _move(declaration, Status.REVOKED, by=by, event="revoked", via=Via.DASHBOARD)
    letters.revoke(declaration, reason=reason.strip())
    emails.revoked(declaration, reason.strip()).send()
    return declaration


@transaction.atomic
def expire(declaration: Declaration) -> Declaration:
    """End an approval whose last day is over; done by the clock."""
    declaration = lock(declaration)
    over = declaration.valid_until is not None and declaration.valid_until < clock.today()
    if declaration.status in (Status.APPROVED, Status.SUSPENDED) and over:
        _move(declaration, Status.EXPIRED, by=None, event="expired", via=Via.SYSTEM)
        emails.expired(declaration).send()
    return declaration


@transaction.atomic
def ask_again(step: Step) -> Step:
    """Mail the request once more with a fresh link and kill the older ones; asked for by whoever holds an old link."""
    declaration = lock(step.declaration)
    step = Step.objects.select_for_update(of=("self",)).select_related("snapshot", "assigned_to").get(pk=step.pk)
    step.declaration = declaration
    check_pending(step)
    step.link_version += 1
    step.mailed_at = clock.now()
    step.save(update_fields=["link_version", "mailed_at"])
    record("link_renewed", declaration, by=None, via=Via.SYSTEM, step=step.pk, link_version=step.link_version)
    emails.ask_head(step).send()
    return step


@transaction.atomic
def reassign(step: Step) -> bool:
    """Move a pending request to whoever must decide today; the old link dies and says so. Tells whether it moved."""
    declaration = lock(step.declaration)
    step = Step.objects.select_for_update(of=("self",)).select_related("snapshot", "assigned_to").get(pk=step.pk)
    route = current_route(declaration, step)
    if not step.pending or step.stage != Stage.HEAD or route.approver == step.assigned_to:
        return False
    step.cancelled_at, step.cancelled_because = clock.now(), "reassigned"
    step.save(update_fields=["cancelled_at", "cancelled_because"])
    declaration.due_on = clock.add_working_days(clock.today(), WORKING_DAYS[Status.AWAITING_HEAD])
    declaration.revision += 1
    declaration.save(update_fields=["due_on", "revision"])
    fresh = open_step(declaration, step.snapshot, Stage.HEAD, route)
    record("reassigned", declaration, by=None, via=Via.SYSTEM, old_step=step.pk, new_step=fresh.pk)
    if fresh.assigned_to_id:
        emails.ask_head(fresh).send()
    emails.moved(declaration, fresh).send()
    return True


@transaction.atomic
def remind(step: Step, *, due: int) -> bool:
    """Mail the head again when fewer reminders went out than are due by now; one mail, however many were missed."""
    declaration = lock(step.declaration)
    step = Step.objects.select_for_update(of=("self",)).select_related("snapshot", "assigned_to").get(pk=step.pk)
    step.declaration = declaration
    if not step.pending or step.reminders >= due:
        return False
    step.reminders = due
    step.save(update_fields=["reminders"])
    record("reminded", declaration, by=None, via=Via.SYSTEM, step=step.pk, reminder=due)
    emails.remind_head(step).send()
    return True


def _cancel_pending(declaration: Declaration, because: str) -> None:
    step = pending_step(declaration)
    if step is not None:
        step.cancelled_at, step.cancelled_because = clock.now(), because
        step.save(update_fields=["cancelled_at", "cancelled_because"])


def _move(
    declaration: Declaration, target: Status, *, by: Employee | None, event: str, via: Via, **detail: Any
) -> None:
    """Change a status: the only line in the project that does. Check, save, audit."""
    current = Status(declaration.status)
    try:
        check_move(current, target)
    except InvalidMove as error:
        sentence = _("Langkah ini tidak berlaku untuk deklarasi dengan status %s.")
        raise Refused(sentence % declaration.status_label) from error
    declaration.status = target
    declaration.since = clock.now()
    declaration.revision += 1
    days = WORKING_DAYS.get(target)
    declaration.due_on = clock.add_working_days(clock.today(), days) if days else None
    declaration.save()
    record(event, declaration, by=by, via=via, **{"from": current.value, "to": target.value, **detail})
