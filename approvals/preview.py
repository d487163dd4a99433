"""What the declarant sees before sending: who will be asked and why, and what a reviewer is likely to ask."""

from typing import Any

from approvals import catalogue, routing
from approvals.knowledge import with_knowledge
from approvals.models import Explanation
from approvals.submission import judge
from declarations.drafts import answers_of, content_of
from declarations.facts import facts_of
from declarations.models import Declaration, PolicyMode
from portal import clock


def likely_findings(declaration: Declaration) -> list[dict[str, Any]]:
    """Return what the rules would ask about the draft as it stands, each with the explanation given so far."""
    if declaration.pk is None:  # the page before the first draft
        return []
    content, sensitive = content_of(declaration, on=clock.today())
    if not content["channels"]:
        return []
    explained = dict(Explanation.objects.filter(declaration=declaration).values_list("code", "text"))
    facts = with_knowledge(facts_of(content, sensitive), declaration=declaration)
    found = judge(facts, PolicyMode(catalogue.policy_on(clock.today()).mode))
    return [{**finding, "explanation": explained.get(finding["code"], "")} for finding in found]


def expected_route(declaration: Declaration) -> routing.Route:
    """Return who would be asked if the draft were sent now."""
    person = declaration.declarant
    has_block = any(finding["severity"] == "block" for finding in likely_findings(declaration))
    related = declaration.pk is not None and answers_of(declaration).get("F8") == "YA"
    return routing.route(person, person.unit, clock.today(), has_block=has_block, related=related)
