"""Everything that time owes, found by queries: expiries, changed heads, reminders, letters (mails: portal.mail)."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from approvals import letters, workflow
from approvals.models import Stage
from approvals.officers import settle_officers
from approvals.queries import pending_steps
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.accounts.upkeep import forget
from portal.people.models import Capacity, HeadAssignment

_BATCH = 500
REMINDERS = (2, 4)  # working days after the request (DESIGN 3)


def perform() -> int:
    """Expire, move, remind, render letters that have no file, drop used codes; returns how many things were done."""
    over = Declaration.objects.filter(
        status__in=[Status.APPROVED, Status.SUSPENDED], valid_until__lt=clock.today()
    ).order_by("valid_until", "pk")[:_BATCH]
    done = sum(workflow.expire(declaration).status == Status.EXPIRED for declaration in over)
    forget(clock.now())
    done += settle_officers()
    return done + move_to_todays_heads() + remind_heads() + letters.render_missing()


def move_to_todays_heads() -> int:
    """Move requests whose head is no head any more, is stood in for today, or was never named."""
    today = clock.today()
    in_force = HeadAssignment.objects.filter(Q(ends=None) | Q(ends__gte=today), opd=OuterRef("opd"), starts__lte=today)
    own = in_force.filter(person=OuterRef("assigned_to"), capacity=OuterRef("capacity"))
    stand_in = in_force.filter(capacity=Capacity.PLH).exclude(person=OuterRef("assigned_to"))
    astray = Q(assigned_to=None) | ~Exists(own) | Exists(stand_in) | Q(assigned_to__is_active=False)
    steps = pending_steps().filter(astray, stage=Stage.HEAD).select_related("declaration").order_by("due_on", "pk")
    return sum(workflow.reassign(step) for step in steps[:_BATCH])


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
