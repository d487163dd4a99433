"""Endorsing several cases at once: only cases without findings, one code for all, each case by itself."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from approvals import workflow
from approvals.models import Finding, Outcome, Stage, Step, Via
from approvals.queries import inbox, pending_steps
from approvals.verdicts import Verdict
from declarations.models import Declaration, Severity
from declarations.numbers import parse_number
from portal.errors import Refused
from portal.people.models import Employee

MOST = 50
DONE, CHANGED, DECIDED, GONE, SINGLY, REFUSED = "done", "changed", "decided", "gone", "singly", "refused"
WORDS = {
    DONE: _("disetujui"),
    CHANGED: _("belum diputus: deklarasi berubah sejak daftar dibuka. Buka sendiri dan periksa perubahannya."),
    DECIDED: _("sudah diputus sebelumnya; tidak ada yang berubah."),
    GONE: _("tidak lagi menunggu keputusan Bapak/Ibu."),
    SINGLY: _("belum diputus: ada temuan yang perlu dibaca. Buka sendiri dan putuskan di halamannya."),
    REFUSED: _("belum diputus. Buka sendiri; halamannya menjelaskan sebabnya."),
}
_SALT = "approvals.batch"
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Picked:
    """One case as the head saw it on the page of confirmation."""

    number: str
    revision: int

    @property
    def value(self) -> str:
        return f"{self.number}:{self.revision}"


def listed(person: Employee) -> QuerySet[Step]:
    """Return what waits for this head; `plain` tells which cases may be endorsed together."""
    return inbox(person).annotate(plain=~Exists(_weighty(OuterRef("snapshot"))))


def handed_on(person: Employee) -> QuerySet[Step]:
    """Return the requests this head handed on that wait with somebody else: the steps that are pending now."""
    steps = pending_steps().filter(stage=Stage.HEAD, passed_from__assigned_to=person)
    return steps.select_related("declaration", "snapshot", "assigned_to", "passed_from").order_by("due_on", "pk")


def decided(person: Employee) -> QuerySet[Step]:
    """Return what was decided as head by this person, newest first; disowned decisions were never his."""
    steps = Step.objects.filter(stage=Stage.HEAD, assigned_to=person, decided_at__isnull=False, cancelled_at=None)
    return steps.select_related("declaration", "snapshot").order_by("-decided_at", "-pk")


def _weighty(snapshot: int | OuterRef | None) -> QuerySet[Finding]:
    return Finding.objects.filter(snapshot=snapshot, severity__in=(Severity.BLOCK, Severity.WARN))


def chosen(person: Employee, numbers: Iterable[str]) -> tuple[list[Step], list[str]]:
    """Return the steps of these cases that may be endorsed together, and the numbers of those that may not."""
    wanted = [number for each in numbers if (number := parse_number(each.partition(":")[0]))]
    wanted = list(dict.fromkeys(wanted))[:MOST]
    found = {step.declaration.number: step for step in listed(person).filter(declaration__number__in=wanted)}
    together = [step for step in found.values() if step.plain]  # type: ignore[attr-defined]
    return together, [number for number in wanted if found.get(number) not in together]


def read(values: Iterable[str]) -> list[Picked]:
    """Return what the page of confirmation sent back: 'DK-…:revision', each number once."""
    picked: dict[str, Picked] = {}
    for value in values:
        number, _colon, revision = value.partition(":")
        known = parse_number(number)
        if known and revision.isascii() and revision.isdigit() and len(revision) < 10:
            picked.setdefault(known, Picked(known, int(revision)))
    return list(picked.values())[:MOST]


def subject(person: Employee, picked: Sequence[Picked]) -> str:
    """Return what a code is issued for: these cases in this state, decided by this person."""
    values = ",".join(sorted(each.value for each in picked))
    return f"batch:{person.pk}:{hashlib.sha256(values.encode()).hexdigest()}"


def waiting(person: Employee, picked: Sequence[Picked]) -> bool:
    """Tell whether any of these cases still waits for this person."""
    return inbox(person).filter(declaration__number__in=[each.number for each in picked]).exists()


def endorse(person: Employee, picked: Sequence[Picked], *, via: Via) -> list[tuple[str, str]]:
    """Endorse each case in a transaction of its own; returns number and result, in the order they were picked."""
    return [(each.number, _endorse(person, each, via)) for each in picked]


@transaction.atomic
def _endorse(person: Employee, picked: Picked, via: Via) -> str:
    case = Declaration.objects.filter(number=picked.number).first()
    if case is None:
        return GONE
    case = workflow.lock(case)
    step = case.steps.filter(stage=Stage.HEAD, assigned_to=person).order_by("-pk").first()
    if step is None or (step.decided_at is None and step.cancelled_at is not None):
        return GONE
    if step.decided_at is not None:
        return GONE if step.cancelled_at else DECIDED
    if case.revision != picked.revision:
        return CHANGED
    if _weighty(step.snapshot_id).exists():
        return SINGLY
    try:
        workflow.decide(step, Verdict(Outcome.ENDORSED), by=person, via=via, revision=picked.revision)
    except Refused:
        return REFUSED
    return DONE


def seal_results(person: Employee, results: Sequence[tuple[str, str]]) -> str:
    """Return the results as a part of an address that only this person's page reads."""
    return signing.dumps([person.pk, results], salt=_SALT, compress=True)


def open_results(person: Employee, token: str) -> list[tuple[str, str]] | None:
    """Return the results that were sealed for this person, None for anything else."""
    try:
        owner, results = signing.loads(token, salt=_SALT, max_age=_KEPT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return [(number, code) for number, code in results] if owner == person.pk else None
