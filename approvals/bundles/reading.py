"""Everything a bundle tells, read with a fixed number of queries; long lists are read row by row."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from approvals.casework.models import AnswerComment
from approvals.models import Condition, Finding, Letter, Note, Objection, Policy, RuleText, Step
from approvals.workflow import lock
from declarations.models import Declaration, Snapshot, StatementText
from portal.audit.log import history
from portal.audit.models import AuditEvent
from portal.files.models import StoredFile
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee


@dataclass(frozen=True)
class CaseRecord:
    """One case with all its versions, as it stood at one moment."""

    declaration: Declaration
    declarant: Employee
    versions: list[Snapshot]
    sensitive: dict[int, dict[str, Any]]  # by key of the version; empty unless they were asked for
    sealed: frozenset[int]  # the versions that have sensitive answers
    findings: dict[int, list[Finding]]
    steps: list[Step]
    letters: list[Letter]
    objections: list[Objection]
    notes: list[Note]
    comments: list[AnswerComment]
    recusals: list[Any]
    files: list[StoredFile]  # without their content
    texts: list[RuleText]
    policies: list[Policy]
    statements: dict[tuple[str, int], StatementText]

    @property
    def conditions(self) -> list[tuple[Step, Condition]]:
        return [(step, condition) for step in self.steps for condition in step.conditions.all()]


def read(declaration: Declaration, *, sensitive: bool) -> CaseRecord:
    """Read the case under its lock, so that nothing moves while the bundle is made."""
    declaration = lock(declaration)
    versions = list(declaration.snapshots.select_related("sealed"))
    sealed = {each.pk: each.sealed for each in versions if getattr(each, "sealed", None) is not None}
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in Finding.objects.filter(snapshot__in=versions).select_related("handled_by"):
        findings[finding.snapshot_id].append(finding)
    return CaseRecord(
        declaration=declaration,
        declarant=declaration.declarant,
        versions=versions,
        sensitive={pk: each.answers for pk, each in sealed.items()} if sensitive else {},
        sealed=frozenset(sealed),
        findings=findings,
        steps=_steps(declaration),
        letters=list(declaration.letters.select_related("step").defer("facts").order_by("pk")),
        objections=list(declaration.objections.select_related("admitted_by").prefetch_related("files")),
        notes=list(declaration.notes.select_related("author").order_by("pk")),
        comments=list(AnswerComment.objects.filter(declaration=declaration).select_related("author").order_by("pk")),
        recusals=list(declaration.recusals.select_related("person")),
        files=list(StoredFile.objects.filter(case=declaration.number).defer("content").select_related("uploaded_by")),
        texts=list(RuleText.objects.prefetch_related("bases").order_by("code", "effective_from", "version")),
        policies=list(Policy.objects.order_by("effective_from", "pk")),
        statements={(each.code, each.version): each for each in StatementText.objects.all()},
    )


def _steps(declaration: Declaration) -> list[Step]:
    found = declaration.steps.select_related(
        "assigned_to", "decided_by", "snapshot", "paper__recorded_by", "passed_from__assigned_to", "opd"
    )
    return list(
        found.defer("snapshot__content").prefetch_related(
            "conditions__measure", "conditions__proofs__files", "conditions__proofs__judged_by", "answers"
        )
    )


def events_of(declaration: Declaration) -> Iterator[AuditEvent]:
    """Yield the lines of the case, oldest first."""
    return history(declaration.audit_chain).iterator(chunk_size=500)


def mails_of(declaration: Declaration) -> Iterator[OutgoingEmail]:
    """Yield the mails of the case without their texts, oldest first."""
    mails = OutgoingEmail.objects.filter(case=declaration.number).defer("text", "html", "headers", "secret")
    return mails.order_by("pk").iterator(chunk_size=500)


def contents_of(declaration: Declaration) -> Iterator[tuple[str, bytes]]:
    """Yield each attached file and each letter under its name, one in memory at a time."""
    for file in StoredFile.objects.filter(case=declaration.number).iterator(chunk_size=1):
        yield f"lampiran/{file.name}", bytes(file.content)
    letters = declaration.letters.filter(file__isnull=False).select_related("file").order_by("pk")
    for letter in letters.iterator(chunk_size=1):
        yield f"surat/{letter.number}.pdf", bytes(letter.file.pdf)
