"""Leaving a channel out of an approval: which findings fall with it, what is refused, and what is written."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from approvals.models import Finding, Step
from approvals.verdicts import APPROVALS, REASON_MIN, Verdict
from declarations.models import Declaration, DeclarationChannel
from portal import clock
from portal.errors import Refused
from portal.people.models import Employee


def rest_on(findings: Iterable[Finding], items: Iterable[DeclarationChannel], out: Collection[int]) -> list[Finding]:
    """Return the findings that speak of the channels left out and of no other one.

    A finding names channels by label; a label that a remaining channel bears as well closes nothing.
    """
    known = [(item.pk in out, item.channel.label) for item in items]
    gone = {label for left_out, label in known if left_out}
    stay = {label for left_out, label in known if not left_out}
    closed = []
    for finding in findings:
        named = {row["channel"] for row in finding.evidence if row.get("channel")}
        if named and named <= gone - stay:
            closed.append(finding)
    return closed


def check_exclusions(step: Step, verdict: Verdict) -> list[DeclarationChannel]:
    """Each must be a channel of the case, with a reason, in an approval that keeps at least one; returns all."""
    if not verdict.exclusions:
        return []
    items = list(step.declaration.items.filter(excluded=False).select_related("channel"))
    out = {each.item for each in verdict.exclusions}
    if verdict.outcome not in APPROVALS or not out <= {item.pk for item in items}:
        raise Refused(_("Pilih kanal deklarasi ini yang dikeluarkan dari persetujuan"), status=422)
    if any(len(each.reason.strip()) < REASON_MIN for each in verdict.exclusions):
        raise Refused(_("Jelaskan mengapa kanal dikeluarkan, sedikitnya %d karakter") % REASON_MIN, status=422)
    if len(out) == len(items):
        raise Refused(_("Semua kanal dikeluarkan, jadi tidak ada yang disetujui. Pilih “Tidak disetujui”."), status=422)
    return items


def exclude(declaration: Declaration, step: Step, verdict: Verdict, *, by: Employee) -> list[int]:
    """Mark the channels with their reasons and close what was asked about them; returns their keys."""
    items = check_exclusions(step, verdict)
    if not items:
        return []
    reasons = {each.item: each.reason.strip() for each in verdict.exclusions}
    for item in items:
        if item.pk in reasons:
            item.excluded, item.excluded_reason = True, reasons[item.pk]
            item.save(update_fields=["excluded", "excluded_reason"])
    open_findings = list(step.snapshot.findings.filter(relevant=None))
    for finding in rest_on(open_findings, items, reasons):
        finding.relevant, finding.handling = False, _("Ditutup: kanalnya dikeluarkan dari persetujuan.")
        finding.handled_by, finding.handled_at = by, clock.now()
        finding.save(update_fields=["relevant", "handling", "handled_by", "handled_at"])
    return sorted(reasons)
