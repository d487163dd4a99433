"""The rules of screening: pure functions over frozen facts; a conflict is a question, never a verdict."""

from collections.abc import Callable
from dataclasses import replace

from approvals.screening import benefits, conduct, duties, feeds, integrity
from approvals.screening.conflict import Conflict, Evidence, per_channel
from approvals.screening.terms import STANDARD, Book
from declarations.facts import Facts
from declarations.models import PolicyMode, Severity

__all__ = ["RULES", "Book", "Conflict", "Evidence", "Rule", "screen"]

Rule = Callable[[Facts], Conflict | None]
RULES: tuple[Rule, ...] = (*duties.RULES, *conduct.RULES, *benefits.RULES, *integrity.RULES, *feeds.RULES)


def screen(facts: Facts, policy: PolicyMode | str, book: Book = STANDARD) -> tuple[Conflict, ...]:
    """Run every active rule once, the commercial clause last because it looks at the others; it is shown first."""
    facts = replace(facts, limits=book.limits)
    raised = (conflict for rule in RULES if (conflict := rule(facts)) is not None)
    found = tuple(conflict for conflict in raised if book.asks(conflict.code))
    commercial = commercial_clause(facts, policy, found, book)
    return (commercial, *found) if commercial and book.asks(commercial.code) else found


def commercial_clause(
    facts: Facts, policy: PolicyMode | str, others: tuple[Conflict, ...], book: Book = STANDARD
) -> Conflict | None:
    """KOM-00: read strictly, any benefit counts, even a planned one; by conflict, it is grave beside a grave one."""
    if policy == PolicyMode.STRICT:
        return Conflict("KOM-00", Severity.BLOCK, per_channel(facts.commercial, "E1")) if facts.commercial else None
    earning = facts.any_channel("E1", "SUDAH")
    if not earning:
        return None
    grave = any(each.code.startswith("KK-") and book.severity(each) == Severity.BLOCK for each in others)
    return Conflict("KOM-00", Severity.BLOCK if grave else Severity.WARN, per_channel(earning, "E1"))
