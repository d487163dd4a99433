"""Judge a case that was sent already once more, when the world around it has changed; what was decided stays."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from approvals import work
from approvals.knowledge import with_knowledge
from approvals.models import Finding, Via, WorkKind
from approvals.submission import judge, note_findings
from declarations.drafts import post_of
from declarations.facts import facts_of
from declarations.models import Declaration, PolicyMode, Severity
from declarations.status import OPEN
from declarations.succession import HOLDS
from portal import clock
from portal.audit.log import record


def rescreen(declaration: Declaration, *, because: str, quiet: bool = False) -> list[Finding]:
    """Add the findings that today's rules and the declarant's post of today raise and that are not there yet.

    The declaration must be locked. On an approval, new ones of weight become a task for BKPSDM; nothing is taken back.
    A quiet one leaves no line in the history of a case where nothing is new.
    """
    snapshot = declaration.snapshot
    if snapshot is None or declaration.status not in OPEN | HOLDS:
        return []
    sealed = getattr(snapshot, "sealed", None)
    facts = facts_of(snapshot.content, sealed.answers if sealed else {})
    today = clock.today()
    facts = replace(facts, post=post_of(declaration.declarant, today), on=today)
    facts = with_knowledge(facts, declaration=declaration)
    known = {finding.code: finding for finding in snapshot.findings.all()}
    judged = judge(facts, PolicyMode(snapshot.policy))
    now = clock.now()
    added = Finding.objects.bulk_create(
        Finding(snapshot=snapshot, added_at=now, **each) for each in judged if each["code"] not in known
    )
    again = [each for each in judged if each["code"] in known]
    graver = [each for each in again if _rank(each["severity"]) > _rank(known[each["code"]].severity)]
    if declaration.status in OPEN:
        added += [_raise(known[each["code"]], each) for each in graver]
    codes = sorted({finding.code for finding in added} | {each["code"] for each in graver})
    if codes or not quiet:
        record("rescreened", declaration, by=None, via=Via.SYSTEM, because=because, new=codes)
    if added:
        note_findings(declaration, list(snapshot.findings.all()))
        declaration.revision += 1
        declaration.save(update_fields=["worst", "findings", "rules", "revision"])
    grave = any(_rank(finding.severity) > 1 for finding in added) or bool(graver)
    if grave and declaration.status in HOLDS:
        text = _("Temuan baru setelah persetujuan: %s") % ", ".join(codes)
        work.owe(WorkKind.RESCREENED, text[:300], declaration=declaration)
    return added


def _rank(severity: str) -> int:
    return (Severity.INFO, Severity.WARN, Severity.BLOCK).index(Severity(severity)) + 1


def _raise(finding: Finding, described: dict[str, Any]) -> Finding:
    """Make a finding of an open case graver; an officer's word on the lighter one does not cover it."""
    for name, value in described.items():
        setattr(finding, name, value)
    finding.added_at = clock.now()
    finding.conflict, finding.situation, finding.impact = "", "", ""
    finding.relevant, finding.handled_by, finding.handled_at, finding.handling = None, None, None, ""
    finding.save()
    return finding
