"""Querysets with a name: what a person may open, what waits for whom."""

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from approvals.models import Stage, Step
from approvals.policies import INSPECTORATE, REVIEWER, groups_of
from declarations.models import Declaration
from declarations.status import Status
from portal.people.models import Employee

_PENDING = Q(decided_at__isnull=True, cancelled_at__isnull=True)


def pending_steps() -> QuerySet[Step]:
    """Return every step that still waits for a decision."""
    return Step.objects.filter(_PENDING)


def pending_step(declaration: Declaration) -> Step | None:
    """Return the one step that waits for a decision, if the case has one."""
    return (
        declaration.steps.filter(_PENDING)
        .select_related("assigned_to", "opd", "snapshot", "declaration__declarant__unit")
        .first()
    )


def read_steps(declaration: Declaration) -> list[Step]:
    """Read the steps of a case and who stepped down, once, for a page; what asks for them later reads them there.

    Verbs never do: they lock the case, which gives a fresh object, and what they write must be seen at once.
    """
    steps = Step.objects.select_related("assigned_to", "decided_by")
    prefetch_related_objects([declaration], Prefetch("steps", steps), "recusals")
    return list(declaration.steps.all())


def inbox(person: Employee) -> QuerySet[Step]:
    """Return the steps that wait for this head, nearest deadline first."""
    return (
        pending_steps()
        .filter(stage=Stage.HEAD, assigned_to=person)
        .select_related("declaration__declarant__unit", "snapshot")
        .order_by("due_on", "pk")
    )


def cases_for(person: Employee) -> QuerySet[Declaration]:
    """Return the cases this person may open on the dashboard.

    Reviewers and the Inspektorat see everything that was sent, except their own cases; a case that the Inspektorat
    decides in BKPSDM's place (R17, R19) is hidden from reviewers; everybody else sees nothing here.
    """
    mine = groups_of(person)
    if not mine & {REVIEWER, INSPECTORATE}:
        return Declaration.objects.none()
    cases = Declaration.objects.exclude(declarant=person).filter(submitted_at__isnull=False)
    if INSPECTORATE not in mine:
        # few cases are so, and an index holds just them
        cases = cases.exclude(pk__in=Step.objects.filter(inspectorate_decides=True).values("declaration"))
    return cases


def without_approver() -> QuerySet[Declaration]:
    """Return the cases that wait for a head whom nobody has named yet: BKPSDM's turn."""
    unassigned = pending_steps().filter(stage=Stage.HEAD, assigned_to__isnull=True)
    return Declaration.objects.filter(status=Status.AWAITING_HEAD, pk__in=unassigned.values("declaration_id"))
