"""`with_knowledge`: what the portal knows beside the answers, frozen into the facts before the rules read them."""

from dataclasses import replace

from approvals import feedfacts, registryfacts
from declarations.facts import Facts
from declarations.models import Declaration


def with_knowledge(facts: Facts, *, declaration: Declaration) -> Facts:
    """Return the facts with what was read, moves, shared channels and registers filled in; no net is asked."""
    known = feedfacts.of(facts, declaration)
    facts = registryfacts.added(facts, declaration)
    return replace(
        facts,
        uploads=known.uploads,
        foreign_samples=known.samples,
        hours=known.hours,
        fixed_hours=known.hours.checked,
        moved=known.moved,
        shared=known.shared,
    )
