"""The rules of screening: pure functions over frozen facts; a conflict is a question, never a verdict."""

from collections.abc import Callable

from approvals.screening import benefits, conduct, duties, feeds, integrity
from approvals.screening.conflict import Conflict, Evidence, per_channel
from declarations.facts import Facts
from declarations.models import PolicyMode, Severity

__all__ = ["RULES", "Conflict", "Evidence", "Rule", "screen"]

Rule = Callable[[Facts], Conflict | None]
RULES: tuple[Rule, ...] = (*duties.RULES, *conduct.RULES, *benefits.RULES, *integrity.RULES, *feeds.RULES)


def screen(facts: Facts, policy: PolicyMode | str) -> tuple[Conflict, ...]:
    """Run every rule once, the commercial clause last because it looks at the others; it is shown first."""
    found = tuple(conflict for rule in RULES if (conflict := rule(facts)) is not None)
    commercial = commercial_clause(facts, policy, found)
    return (commercial, *found) if commercial else found


def commercial_clause(facts: Facts, policy: PolicyMode | str, others: tuple[Conflict, ...]) -> Conflict | None:
    """KOM-00: read strictly, any benefit counts, even a planned one; by conflict, it is grave beside a grave one."""
    if policy == PolicyMode.STRICT:
        return Conflict("KOM-00", Severity.BLOCK, per_channel(facts.commercial, "E1")) if facts.commercial else None
    earning = facts.any_channel("E1", "SUDAH")
    if not earning:
        return None
    grave = any(each.code.startswith("KK-") and each.severity == Severity.BLOCK for each in others)
    return Conflict("KOM-00", Severity.BLOCK if grave else Severity.WARN, per_channel(earning, "E1"))
