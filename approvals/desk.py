"""A reviewer's work on a case short of deciding: take it, judge its findings, leave a note."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.models import ConflictKind, Finding, Note, Via
from approvals.policies import REVIEWER, check_free, check_judge, check_reviewer, groups_of
from approvals.verdicts import REASON_MIN
from approvals.workflow import lock
from declarations.models import Declaration
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee


@dataclass(frozen=True, slots=True)
class Analysis:
    """Whether a finding is a conflict of interest, whether the situation is true, and what it may lead to."""

    kind: str = ""  # a ConflictKind, '' where nobody said
    situation: str = ""
    impact: str = ""

    @property
    def weighs(self) -> bool:
        return self.kind in (ConflictKind.POTENTIAL, ConflictKind.ACTUAL)


@transaction.atomic
def take(declaration: Declaration, *, by: Employee) -> Declaration:
    """Put one's name on a case that nobody works on; whoever comes second is told who was first."""
    declaration = lock(declaration)
    check_free(declaration, by)
    if declaration.reviewer_id == by.pk:
        return declaration
    if declaration.reviewer_id is not None:
        raise Refused(_("Sudah diambil %s.") % declaration.reviewer)
    return _hand_to(declaration, by, by=by, event="taken")


@transaction.atomic
def release(declaration: Declaration, *, by: Employee) -> Declaration:
    """Give a case back to the common queue."""
    declaration = lock(declaration)
    check_reviewer(declaration, by)
    if declaration.reviewer_id is None:
        return declaration
    return _hand_to(declaration, None, by=by, event="released")


@transaction.atomic
def assign(declaration: Declaration, to: Employee, *, by: Employee) -> Declaration:
    """Hand a case to a colleague, who must be a reviewer and not the declarant."""
    declaration = lock(declaration)
    check_reviewer(declaration, by)
    check_free(declaration, to)
    if REVIEWER not in groups_of(to):
        raise Refused(_("%s bukan peninjau.") % to, status=422)
    return _hand_to(declaration, to, by=by, event="assigned")


def _hand_to(declaration: Declaration, to: Employee | None, *, by: Employee, event: str) -> Declaration:
    declaration.reviewer = to
    declaration.save(update_fields=["reviewer"])
    record(event, declaration, by=by, via=Via.DASHBOARD, reviewer=to.pk if to else None)
    return declaration


@transaction.atomic
def handle_finding(
    finding: Finding, *, relevant: bool, handling: str, by: Employee, analysis: Analysis | None = None
) -> Finding:
    """Record an officer's judgement of one finding; setting one aside needs a reason of 20 characters.

    A conflict of interest, actual or potential, needs both parts of the analysis.
    """
    declaration = lock(finding.snapshot.declaration)
    check_judge(declaration, by)
    if finding.snapshot.version != declaration.version:
        raise Refused(_("Versi baru sudah masuk. Tinjau temuan pada versi terbaru."))
    if not Finding.objects.filter(pk=finding.pk, severity=finding.severity).exists():  # rescreened meanwhile
        raise Refused(_("Deklarasi ini berubah sejak halaman dibuka. Tinjau perubahannya sebelum memutuskan."))
    if not relevant and len(handling.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    found = analysis if analysis is not None and relevant and finding.source else Analysis()
    if found.weighs and min(len(found.situation.strip()), len(found.impact.strip())) < REASON_MIN:
        raise Refused(_("Isi kedua bagian analisis, masing-masing sedikitnya %d karakter") % REASON_MIN, status=422)
    finding.relevant, finding.handling = relevant, handling.strip()
    finding.conflict, finding.situation, finding.impact = found.kind, found.situation.strip(), found.impact.strip()
    finding.handled_by, finding.handled_at = by, clock.now()
    finding.save(update_fields=["relevant", "handling", "conflict", "situation", "impact", "handled_by", "handled_at"])
    record(
        "finding_judged",
        declaration,
        by=by,
        via=Via.DASHBOARD,
        code=finding.code,
        relevant=relevant,
        conflict=found.kind,
    )
    return finding


@transaction.atomic
def write_note(declaration: Declaration, text: str, *, by: Employee) -> Note:
    """Append an internal note; it is never changed and never shown to the declarant."""
    declaration = lock(declaration)
    check_reviewer(declaration, by)
    if not text.strip():
        raise Refused(_("Tulis catatan Anda"), status=422)
    note = Note.objects.create(declaration=declaration, author=by, text=text.strip()[:2000])
    record("note_written", declaration, by=by, via=Via.DASHBOARD, note=note.pk)
    return note
