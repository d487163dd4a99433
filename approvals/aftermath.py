"""What follows a decision on the case page: conditions with their proofs, suspension, objections."""

from typing import Any

from approvals.mending import points
from approvals.models import Condition, Objection, Outcome, Step
from approvals.policies import REVIEWER, allowed, check_revoke, groups_of
from approvals.workflow import conditions_of
from declarations.models import Declaration
from declarations.status import Status
from declarations.succession import HOLDS
from portal import clock
from portal.people.models import Employee


def context_of(declaration: Declaration, person: Employee, steps: list[Step]) -> dict[str, Any]:
    """Return what the case page shows of the time after the decision; asks the database only where there was one."""
    approved = any(step.outcome == Outcome.APPROVED_CONDITIONS for step in steps)
    rejected = any(step.outcome == Outcome.REJECTED for step in steps)
    rows = condition_rows(declaration) if approved else []
    may_judge = bool(rows) and declaration.status in HOLDS and allowed(check_revoke, declaration, person)
    objection = _objection_of(declaration) if rejected else None
    waits = objection is not None and objection.late and objection.admitted is None
    return {
        "points": points(declaration) if any(step.outcome == Outcome.RETURNED for step in steps) else [],
        "conditions": rows,
        "may_judge": may_judge,
        "may_suspend": declaration.status == Status.APPROVED and any(row["late"] for row in rows),
        "objection": objection,
        "may_admit": waits and REVIEWER in groups_of(person),
    }


def _objection_of(declaration: Declaration) -> Objection | None:
    found = declaration.objections.select_related("admitted_by").prefetch_related("files")
    return found.order_by("-pk").first()


def condition_rows(declaration: Declaration) -> list[dict[str, Any]]:
    """Return the conditions of the approval, each with its proofs and where it stands."""
    return [_row(condition) for condition in conditions_of(declaration)]


def _row(condition: Condition) -> dict[str, Any]:
    proofs = list(condition.proofs.all())
    waiting = next((proof for proof in proofs if proof.accepted is None), None)
    today, due = clock.today(), condition.due_on
    return {
        "condition": condition,
        "proofs": proofs,
        "waiting": waiting,
        "left": clock.working_days_left(due, today) if due else None,
        "late": condition.fulfilled_at is None and due is not None and due < today,
        "asks": condition.fulfilled_at is None and waiting is None,
    }
