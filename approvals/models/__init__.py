"""Who must decide, what was found, what was decided: steps, findings, conditions and letters."""

from approvals.models.confirmations import Answer, Confirmation
from approvals.models.findings import ConflictKind, Explanation, Finding
from approvals.models.mending import PointAnswer
from approvals.models.notices import Notice
from approvals.models.objections import Objection
from approvals.models.papers import PaperDecision
from approvals.models.rescreens import RescreenRun
from approvals.models.results import Condition, Letter, LetterCounter, LetterFile, Proof
from approvals.models.rules import ConflictSource, ControlMeasure, LegalBasis, Policy, RuleText
from approvals.models.steps import Because, Note, Outcome, Recusal, Stage, Step, Via
from approvals.models.workitems import Audience, WorkItem, WorkKind

__all__ = [
    "Because",
    "Answer",
    "Condition",
    "Confirmation",
    "ControlMeasure",
    "Explanation",
    "Finding",
    "ConflictKind",
    "ConflictSource",
    "LegalBasis",
    "Letter",
    "LetterCounter",
    "LetterFile",
    "Note",
    "Notice",
    "Objection",
    "Outcome",
    "PaperDecision",
    "PointAnswer",
    "Policy",
    "Proof",
    "Recusal",
    "RescreenRun",
    "RuleText",
    "Stage",
    "Step",
    "Via",
    "WorkItem",
    "WorkKind",
    "Audience",
]
