"""What somebody decided, as values: the verdict, its conditions, and which outcomes each stage knows."""

from dataclasses import dataclass
from datetime import date

from approvals.models import Outcome, Stage

REASON_MIN = 20
ENDORSEMENTS = frozenset({Outcome.ENDORSED, Outcome.ENDORSED_NOTE})
APPROVALS = frozenset({Outcome.APPROVED, Outcome.APPROVED_CONDITIONS})

OUTCOMES_OF: dict[Stage, frozenset[Outcome]] = {
    Stage.HEAD: frozenset({Outcome.ENDORSED, Outcome.ENDORSED_NOTE, Outcome.OBJECTED, Outcome.RETURNED}),
    Stage.REVIEW: APPROVALS | {Outcome.REJECTED, Outcome.RETURNED, Outcome.FORWARDED},
    Stage.SECOND: frozenset({Outcome.OPINION}),
    Stage.OBJECTION: APPROVALS | {Outcome.REJECTED},
    Stage.INSPECTORATE: APPROVALS | {Outcome.REJECTED, Outcome.RETURNED, Outcome.OPINION},
}


@dataclass(frozen=True, slots=True)
class NewCondition:
    text: str
    measure_code: str = ""
    due_on: date | None = None
    needs_proof: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of the form (a page key of declarations.questions.PAGES) that has to be mended, with a note."""

    part: str  # or the code of a finding that is to be explained
    note: str = ""
    label: str = ""  # in words, where it is no part of the form


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One channel (key of its row in the declaration) that an approval leaves out, and why."""

    item: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: str = ""
    reason_code: str = ""
    marks: tuple[Mark, ...] = ()
    conditions: tuple[NewCondition, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    valid_until: date | None = None
