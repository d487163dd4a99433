"""Who took which part in a case, and who is therefore free to take another."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from approvals.models import PaperDecision, Stage, Step, Via
from declarations.models import Declaration
from portal.people.models import Employee

REVIEWER, INSPECTORATE = "reviewer", "inspectorate"


def valid_steps(declaration: Declaration) -> list[Step]:
    """Return the steps that were not cancelled, oldest first; a page that has read the steps is not asked again.

    So with everything here: on a case fresh from the database, as the lock of a verb gives it, it is as it is now.
    """
    return [step for step in declaration.steps.all() if step.cancelled_at is None]


def _by(step: Step) -> Iterator[int]:
    """Yield who decided a step, and who recorded that from paper."""
    if step.decided_by_id is not None:
        yield step.decided_by_id
    if step.via == Via.PAPER:
        yield from PaperDecision.objects.filter(step=step).values_list("recorded_by", flat=True)


def decided_at_other_stage(step: Step, person: Employee) -> Step | None:
    """Return a decision of this person, or one he recorded from paper, at another stage; a disowned one never was."""
    others = (each for each in valid_steps(step.declaration) if each.pk != step.pk and each.stage != step.stage)
    return next((each for each in others if person.pk in _by(each)), None)


def took_part(declaration: Declaration) -> set[int]:
    """Return everybody who decided, endorsed or advised in this case, or recorded such a decision from paper."""
    return {person for step in valid_steps(declaration) for person in _by(step)}


def barred(declaration: Declaration) -> set[int]:
    """Return who can be asked as head no more: whoever stepped down, recorded a sheet, or decided elsewhere."""
    out = stepped_down(declaration)
    for step in valid_steps(declaration):
        out |= set(_by(step)) - ({step.decided_by_id} if step.stage == Stage.HEAD else set())
    return out


def stepped_down(declaration: Declaration) -> set[int]:
    """Return the people who stepped down from this case."""
    return {recusal.person_id for recusal in declaration.recusals.all()}


def reserved(declaration: Declaration) -> bool:
    """Tell whether the Inspektorat decides in BKPSDM's place (R17, R19)."""
    return any(step.inspectorate_decides for step in declaration.steps.all())


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
