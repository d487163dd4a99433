"""A head who has not decided: two reminders, then the next level is told and BKPSDM has a task."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import work, workflow
from approvals.models import Stage, WorkItem, WorkKind
from approvals.queries import pending_steps
from portal import clock

_BATCH = 500
REMINDERS = (2, 4)  # working days after the request (DESIGN 3)


def remind_heads() -> int:
    """Remind the heads whose request is two, then four working days old."""
    today = clock.today()
    waiting = (
        pending_steps()
        .filter(stage=Stage.HEAD, assigned_to__isnull=False, reminders__lt=len(REMINDERS))
        .select_related("declaration")
        .order_by("due_on", "pk")[:_BATCH]
    )
    done = 0
    for step in waiting:
        age = clock.working_days_left(today, timezone.localdate(step.opened_at))
        due = sum(age >= days for days in REMINDERS)
        done += workflow.remind(step, due=due) if due > step.reminders else 0
    return done


def escalate() -> int:
    """Tell the next level and BKPSDM once the five working days are over."""
    late = pending_steps().filter(
        stage=Stage.HEAD, assigned_to__isnull=False, escalated_at=None, due_on__lt=clock.today()
    )
    return sum(workflow.escalate(step) for step in late.select_related("declaration").order_by("due_on", "pk")[:_BATCH])


def name_missing_approvers() -> int:
    """Open the task 'belum ada pejabat' for each case that nobody can be asked about."""
    known = WorkItem.objects.filter(kind=WorkKind.NO_APPROVER, declaration=OuterRef("declaration"), done_at=None)
    orphans = pending_steps().filter(~Exists(known), stage=Stage.HEAD, assigned_to=None).select_related("declaration")
    text = _("Belum ada pejabat yang dapat memutus; tetapkan Plt. atau Plh.")
    found = list(orphans.order_by("pk")[:_BATCH])
    for step in found:
        work.owe(WorkKind.NO_APPROVER, text, declaration=step.declaration)
    return len(found)


def settle_answered() -> int:
    """Close the tasks whose head has decided, or who has been found."""
    pending = pending_steps().filter(stage=Stage.HEAD, declaration=OuterRef("declaration"))
    items = WorkItem.objects.filter(done_at=None)
    named = items.filter(~Exists(pending.filter(assigned_to=None)), kind=WorkKind.NO_APPROVER)
    heard = items.filter(~Exists(pending.exclude(escalated_at=None)), kind=WorkKind.HEAD_SILENT)
    return named.update(done_at=clock.now()) + heard.update(done_at=clock.now())
