"""What sending freezes: the snapshot, the findings of the rules on it, and whose turn a resubmission is."""

from typing import Any

from approvals import catalogue, routing
from approvals.knowledge import with_knowledge
from approvals.models import Explanation, Finding, Outcome, PointAnswer, Stage, Step
from approvals.parts import barred
from approvals.screening import screen
from approvals.search import update_search
from approvals.verdicts import ENDORSEMENTS
from declarations.drafts import content_of
from declarations.facts import Facts, facts_of
from declarations.models import Declaration, PolicyMode, SealedAnswers, Severity, Snapshot
from declarations.presentation import differences, label_of
from declarations.registries.names import normalise
from portal import clock

_SEALED_DECISIVE = ("F3", "F4")
_RANK = {Severity.BLOCK: 3, Severity.WARN: 2, Severity.INFO: 1}


def freeze(declaration: Declaration) -> tuple[Snapshot, Facts, dict[str, Any]]:
    """Write the next snapshot with its sealed answers, and the columns that the queue filters by."""
    content, sensitive = content_of(declaration, on=clock.today())
    policy = catalogue.policy_on(clock.today())
    declaration.version += 1
    snapshot = Snapshot.objects.create(
        declaration=declaration,
        version=declaration.version,
        content=content,
        digest=Snapshot.digest_of(content),
        policy=policy.mode,
        policy_version=policy.pk,
    )
    sealed = SealedAnswers(declaration=declaration, snapshot=snapshot)
    sealed.answers = sensitive
    sealed.save()
    answers = [channel["answers"] for channel in content["channels"]]
    declaration.opd = declaration.declarant.office
    declaration.platforms = sorted({channel["platform"] for channel in content["channels"]})
    declaration.kinds = sorted({kind.lower() for answer in answers for kind in answer.get("C1") or ()})
    declaration.commercial = commercial_word([answer.get("E1", "") for answer in answers])
    declaration.partners = partners_of(content)
    update_search(declaration, content)
    return snapshot, facts_of(content, sensitive), sensitive


def partners_of(content: dict[str, Any]) -> list[str]:
    """Return the normalised names of all partners, by which other cases with the same one are found."""
    rows = [partner for channel in content["channels"] for partner in channel["answers"].get("E3") or ()]
    return sorted({name[:150] for row in rows if (name := normalise(row.get("name", "")))})


def commercial_word(e1: list[str]) -> str:
    """Return the queue's word for the benefit answers of all channels: ya, rencana or tidak."""
    if "SUDAH" in e1:
        return "ya"
    return "rencana" if "DIRENCANAKAN" in e1 else "tidak"


def judge(facts: Facts, mode: PolicyMode) -> list[dict[str, Any]]:
    """Return what the rules say about these facts, as keyword arguments of Finding; writes nothing."""
    on = clock.today()
    texts = catalogue.rule_texts(on)
    return catalogue.describe(screen(facts, mode, catalogue.book_of(texts)), facts, on=on, texts=texts)


def save_findings(declaration: Declaration, snapshot: Snapshot, facts: Facts) -> list[Finding]:
    """Store what fired, with the explanations that the declarant gave beforehand."""
    explained = dict(Explanation.objects.filter(declaration=declaration).values_list("code", "text"))
    if snapshot.version > 1:  # an answer to "please explain KK-04" is its explanation
        asked = PointAnswer.objects.filter(step__declaration=declaration).order_by("written_at", "pk")
        explained |= dict(asked.values_list("part", "text"))
    findings = Finding.objects.bulk_create(
        Finding(snapshot=snapshot, explanation=explained.get(described["code"], ""), **described)
        for described in judge(with_knowledge(facts, declaration=declaration), PolicyMode(snapshot.policy))
    )
    note_findings(declaration, findings)
    return findings


def note_findings(declaration: Declaration, findings: list[Finding]) -> None:
    """Put what was found into the columns that the queue filters by; does not save."""
    worst = max((Severity(finding.severity) for finding in findings), key=lambda each: _RANK[each], default="")
    declaration.worst = worst
    declaration.findings = len(findings)
    declaration.rules = [finding.code for finding in findings]


def current_route(declaration: Declaration, step: Step) -> routing.Route:
    """Return who must decide today on what was sent, whoever was asked on the day of sending."""
    person = declaration.declarant
    sealed = getattr(step.snapshot, "sealed", None)
    related = bool(sealed and sealed.answers.get("F8") == "YA")
    has_block = step.snapshot.findings.filter(severity=Severity.BLOCK).exists()
    out = barred(declaration)
    return routing.route(person, person.unit, clock.today(), has_block=has_block, related=related, barred=out)


def resume_stage(declaration: Declaration, before: Snapshot | None, snapshot: Snapshot) -> Stage:
    """Return who is asked now: the head first; after a return, whoever returned it.

    The head's endorsement stands unless a decisive answer changed, a channel was added, or a block finding is new.
    """
    if before is None:
        return Stage.HEAD
    last = declaration.steps.filter(outcome=Outcome.RETURNED).order_by("-decided_at").first()
    if last is None or last.stage == Stage.HEAD:
        return Stage.HEAD
    endorsed = endorsed_snapshot(declaration)
    if endorsed is None or endorsement_falls(endorsed, snapshot):
        return Stage.HEAD
    return Stage(last.stage)


def endorsed_snapshot(declaration: Declaration) -> Snapshot | None:
    """Return what the head gave his opinion on last."""
    steps = declaration.steps.filter(stage=Stage.HEAD, outcome__in=[*ENDORSEMENTS, Outcome.OBJECTED], cancelled_at=None)
    step = steps.select_related("snapshot").order_by("-decided_at").first()
    return step.snapshot if step else None


def falling_answers(endorsed: Snapshot, content: dict[str, Any], sensitive: dict[str, Any]) -> list[str]:
    """Return the labels of the decisive answers that differ from what the head endorsed."""
    labels = [change.label for change in differences(endorsed.content, content) if change.decisive]
    sealed = getattr(endorsed, "sealed", None)
    old = sealed.answers if sealed else {}
    return labels + [label_of(code) for code in _SEALED_DECISIVE if old.get(code) != sensitive.get(code)]


def endorsement_falls(endorsed: Snapshot, now: Snapshot) -> bool:
    """Tell whether what the head endorsed differs from `now` in something decisive (DESIGN 9, row Decisive)."""
    sealed = getattr(now, "sealed", None)
    if falling_answers(endorsed, now.content, sealed.answers if sealed else {}):
        return True
    blocks = set(now.findings.filter(severity=Severity.BLOCK).values_list("code", flat=True))
    return bool(blocks - set(endorsed.findings.filter(severity=Severity.BLOCK).values_list("code", flat=True)))
