"""What BKPSDM sets about the rules: a next version with its day, the reading of the commercial clause, legal bases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from approvals.catalogue import book_of, rule_texts, versions_on
from approvals.knowledge import with_knowledge
from approvals.models import LegalBasis, Policy, RuleText
from approvals.screening import Book, Conflict, feeds, screen
from declarations.facts import Facts, facts_of
from declarations.models import Declaration, PolicyMode, Severity
from portal import clock
from portal.alone import in_turn
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee

TRIED = 200  # declarations a draft of a rule is tried on
# rules that look at more than the answers: what was read of channels, and what the registers hold
KNOWING = feeds.CODES | {"KK-01", "KK-02", "KK-03", "KK-04", "KK-05", "KK-15", "KK-16", "KK-23", "KK-24", "KOM-00"}


@dataclass(frozen=True, slots=True)
class Draft:
    """The next version of a rule as somebody wants it."""

    reason: str
    topic: str
    levels: dict[str, str]
    limits: dict[str, int]
    source: str
    active: bool
    bases: tuple[int, ...]
    effective_from: date
    note: str


@dataclass(frozen=True, slots=True)
class Overview:
    """One rule: what is in force, and the version that is still to begin."""

    now: RuleText
    next: RuleText | None


def overviews() -> list[Overview]:
    """Return every rule by its code."""
    today = clock.today()
    planned = {row.code: row for row in RuleText.objects.filter(cancelled_at=None, effective_from__gt=today)}
    return [Overview(row, planned.get(code)) for code, row in sorted(versions_on(today).items())]


@transaction.atomic
def plan(code: str, draft: Draft, *, by: Employee) -> RuleText:
    """Write the next version; it begins on a day to come, and only one waits at a time."""
    rows = RuleText.objects.select_for_update().filter(code=code)
    if draft.effective_from <= clock.today():
        raise Refused(_("Versi baru berlaku paling cepat besok"), status=422)
    if rows.filter(cancelled_at=None, effective_from__gt=clock.today()).exists():
        raise Refused(_("Sudah ada versi yang belum berlaku. Batalkan dulu yang itu."))
    before = versions_on(clock.today())[code]
    row = RuleText.objects.create(
        code=code,
        version=(rows.aggregate(most=Max("version"))["most"] or 0) + 1,
        name=before.name,
        reason=draft.reason,
        topic=draft.topic,
        levels=draft.levels,
        limits=draft.limits,
        source=draft.source,
        active=draft.active,
        effective_from=draft.effective_from,
        note=draft.note,
        made_by=by,
        made_at=clock.now(),
    )
    row.bases.set(draft.bases)
    record("rule_planned", row, by=by, code=code, version=row.version, on=draft.effective_from.isoformat())
    return row


@transaction.atomic
def cancel(row: RuleText | Policy, *, by: Employee) -> None:
    """Take back what has not begun; nothing is deleted."""
    fresh = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if fresh.cancelled_at is not None or fresh.effective_from <= clock.today():
        raise Refused(_("Yang sudah berlaku tidak dapat dibatalkan; buat versi berikutnya."))
    fresh.cancelled_at, fresh.cancelled_by = clock.now(), by
    fresh.save(update_fields=["cancelled_at", "cancelled_by"])
    record("rule_cancelled", fresh, by=by)


@transaction.atomic
def plan_policy(mode: PolicyMode, effective_from: date, reason: str, *, by: Employee) -> Policy:
    """Set how the commercial clause is read from a day to come on; what was sent before keeps its reading."""
    in_turn("policy")
    if effective_from <= clock.today():
        raise Refused(_("Kebijakan baru berlaku paling cepat besok."), status=422)
    if Policy.objects.filter(cancelled_at=None, effective_from__gt=clock.today()).exists():
        raise Refused(_("Sudah ada kebijakan yang belum berlaku. Batalkan dulu yang itu."))
    row = Policy.objects.create(
        mode=mode, effective_from=effective_from, reason=reason, made_by=by, made_at=clock.now()
    )
    record("policy_planned", row, by=by, mode=mode.value, on=effective_from.isoformat())
    return row


@transaction.atomic
def correct_basis(basis: LegalBasis, texts: Mapping[str, Any], *, by: Employee) -> None:
    """Save a corrected legal text; who says that it was compared with the official one stands beside it."""
    basis.instrument, basis.clause, basis.summary = texts["instrument"], texts["clause"], texts["summary"]
    basis.verified_by, basis.verified_at = (by, clock.now()) if texts["verified"] else (None, None)
    basis.save()
    record("basis_corrected", basis, by=by, code=basis.code, verified=bool(texts["verified"]))


@dataclass(frozen=True, slots=True)
class Trial:
    """How the draft would have asked about the last declarations, beside how the rule asks now."""

    tried: int
    before: int
    after: int
    changed: list[tuple[str, str, str]]  # number, severity now, severity by the draft; '' asks nothing


def trial(code: str, draft: Draft) -> Trial:
    """Try a draft on the newest declarations; writes nothing, and costs the same however many there are in all."""
    now = book_of(rule_texts(clock.today()))
    then = _book_with(now, code, draft)
    changed, before, after, tried = [], 0, 0, 0
    for number, facts, mode in _newest(code in KNOWING):
        tried += 1
        old, new = _severity(facts, mode, now, code), _severity(facts, mode, then, code)
        before, after = before + bool(old), after + bool(new)
        if old != new:
            changed.append((number, old, new))
    return Trial(tried, before, after, changed)


def _book_with(book: Book, code: str, draft: Draft) -> Book:
    active = book.active or frozenset()
    limits = {key: value for key, value in book.limits.items() if not key.startswith(f"{code}.")}
    return Book(
        levels={**book.levels, code: draft.levels},
        limits=limits | {f"{code}.{name}": value for name, value in draft.limits.items()},
        active=active | {code} if draft.active else active - {code},
    )


def _newest(knowing: bool) -> Iterator[tuple[str, Facts, PolicyMode]]:
    cases = Declaration.objects.exclude(submitted_at=None).select_related("declarant__unit__office")
    for case in cases.order_by("-submitted_at", "-pk")[:TRIED]:
        snapshot = case.snapshots.select_related("sealed").order_by("-version").first()
        if snapshot is None:
            continue
        sealed = getattr(snapshot, "sealed", None)
        facts = facts_of(snapshot.content, sealed.answers if sealed else {})
        if knowing:
            facts = with_knowledge(facts, declaration=case)
        yield case.number, facts, PolicyMode(snapshot.policy)


def _severity(facts: Facts, mode: PolicyMode, book: Book, code: str) -> str:
    hit: Conflict | None = next((each for each in screen(facts, mode, book) if each.code == code), None)
    return Severity(book.severity(hit)).value if hit else ""
