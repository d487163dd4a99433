"""Requests follow the head of the day."""

from django.db.models import Exists, OuterRef, Q

from approvals import workflow
from approvals.models import Because, Stage
from approvals.queries import pending_steps
from portal import clock
from portal.people.models import Capacity, HeadAssignment

_BATCH = 500


def move_to_todays_heads() -> int:
    """Move requests whose head is no head any more, is stood in for today, or was never named.

    A request that was passed on for this case alone stays where it is while that person is there.
    """
    today = clock.today()
    in_force = HeadAssignment.objects.filter(Q(ends=None) | Q(ends__gte=today), opd=OuterRef("opd"), starts__lte=today)
    own = in_force.filter(person=OuterRef("assigned_to"), capacity=OuterRef("capacity"))
    stand_in = in_force.filter(capacity=Capacity.PLH).exclude(person=OuterRef("assigned_to"))
    elsewhere = ~Q(because=Because.PASSED_ON) & (~Exists(own) | Exists(stand_in))
    astray = Q(assigned_to=None) | elsewhere | Q(assigned_to__is_active=False)
    steps = pending_steps().filter(astray, stage=Stage.HEAD).select_related("declaration").order_by("due_on", "pk")
    return sum(workflow.reassign(step) for step in steps[:_BATCH])
