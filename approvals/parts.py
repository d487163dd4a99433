"""Who took which part in a case, and who is therefore free to take another."""

from django.db.models import Q, QuerySet

from approvals.models import PaperDecision, Stage, Step
from declarations.models import Declaration
from portal.people.models import Employee

REVIEWER, INSPECTORATE = "reviewer", "inspectorate"


def decided_at_other_stage(step: Step, person: Employee) -> Step | None:
    """Return a decision of this person, or one he recorded from paper, at another stage; a disowned one never was."""
    mine = Q(decided_by=person) | Q(paper__recorded_by=person)
    others = step.declaration.steps.filter(mine, cancelled_at=None).exclude(pk=step.pk)
    return others.exclude(stage=step.stage).first()


def took_part(declaration: Declaration) -> set[int]:
    """Return everybody who decided, endorsed or advised in this case, or recorded such a decision from paper."""
    found = declaration.steps.filter(decided_by__isnull=False, cancelled_at=None)
    return {person for pair in found.values_list("decided_by", "paper__recorded_by") for person in pair if person}


def barred(declaration: Declaration) -> set[int]:
    """Return who can be asked as head no more: whoever stepped down, recorded a sheet, or decided elsewhere."""
    elsewhere = declaration.steps.filter(decided_by__isnull=False, cancelled_at=None).exclude(stage=Stage.HEAD)
    return stepped_down(declaration) | recorders(declaration) | set(elsewhere.values_list("decided_by", flat=True))


def recorders(declaration: Declaration) -> set[int]:
    """Return who recorded a decision of this case from paper."""
    found = PaperDecision.objects.filter(step__declaration=declaration, step__cancelled_at=None)
    return set(found.values_list("recorded_by", flat=True))


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
