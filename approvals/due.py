"""Everything that time owes, found by queries: expiries, reminders, letters to be made (mails: portal.mail)."""

from django.utils import timezone

from approvals import letters, workflow
from approvals.models import Stage
from approvals.queries import pending_steps
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.accounts.upkeep import forget

_BATCH = 500
REMINDERS = (2, 4)  # working days after the request (DESIGN 3)


def perform() -> int:
    """Expire, remind, render letters that have no file, drop used codes; returns how many things were done."""
    over = Declaration.objects.filter(
        status__in=[Status.APPROVED, Status.SUSPENDED], valid_until__lt=clock.today()
    ).order_by("valid_until", "pk")[:_BATCH]
    done = sum(workflow.expire(declaration).status == Status.EXPIRED for declaration in over)
    forget(clock.now())
    return done + remind_heads() + letters.render_missing()


def remind_heads() -> int:
    """Remind the heads whose request is two, then four working days old; silence never decides anything."""
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
