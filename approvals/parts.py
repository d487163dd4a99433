"""Who took which part in a case, and who is therefore free to take another."""

from django.db.models import Q, QuerySet

from approvals.models import Stage, Step
from declarations.models import Declaration
from portal.people.models import Employee

REVIEWER, INSPECTORATE = "reviewer", "inspectorate"


def decided_at_other_stage(step: Step, person: Employee) -> Step | None:
    """Return a decision of this person at another stage of the case; a disowned decision was never his."""
    others = step.declaration.steps.filter(decided_by=person, cancelled_at=None).exclude(pk=step.pk)
    return others.exclude(stage=step.stage).first()


def took_part(declaration: Declaration) -> set[int]:
    """Return everybody who decided, endorsed or advised in this case."""
    found = declaration.steps.filter(decided_by__isnull=False, cancelled_at=None)
    return set(found.values_list("decided_by", flat=True))


def barred(declaration: Declaration) -> set[int]:
    """Return who can be asked as head no more: whoever stepped down, or decided at another stage."""
    elsewhere = declaration.steps.filter(decided_by__isnull=False, cancelled_at=None).exclude(stage=Stage.HEAD)
    return stepped_down(declaration) | set(elsewhere.values_list("decided_by", flat=True))


def stepped_down(declaration: Declaration) -> set[int]:
    """Return the people who stepped down from this case."""
    return set(declaration.recusals.values_list("person", flat=True))


def reserved(declaration: Declaration) -> bool:
    """Tell whether the Inspektorat decides in BKPSDM's place (R17, R19)."""
    return declaration.steps.filter(inspectorate_decides=True).exists()


def free_officers(declaration: Declaration, group: str) -> QuerySet[Employee]:
    """Return the active members of a group who neither filed this case nor took part in it, outside the own unit."""
    out = took_part(declaration) | stepped_down(declaration)
    mine = Q(pk=declaration.declarant_id) | Q(unit=declaration.declarant.unit_id) | Q(pk__in=out)
    return Employee.objects.filter(is_active=True, groups__name=group).exclude(mine)


def objection_group(declaration: Declaration) -> str:
    """Return who looks at an objection: reviewers who took no part; where none is left, the Inspektorat."""
    if reserved(declaration) or not free_officers(declaration, REVIEWER).exists():
        return INSPECTORATE
    return REVIEWER


def group_of(step: Step) -> str:
    """Return the group whose turn a step is; heads are named people, not a group."""
    if step.stage == Stage.OBJECTION:
        return objection_group(step.declaration)
    return INSPECTORATE if step.stage == Stage.INSPECTORATE else REVIEWER
