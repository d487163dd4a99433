"""Judges a run: N1-N8 of security.md 3.2 over the history, the database and what the mail server took."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.drill.client import AMBIGUOUS, CONFIRMED, Call
from tests.native import Mail, Native

MOST_COPIES = 3
NOTICES_WITHIN = 120.0  # N3: seconds after the last fault was mended, or after the deed when that came later
DECIDES = {"head": "head", "review": "review"}  # op of the history -> stage in the event


@dataclass(frozen=True, slots=True)
class Event:
    """One `decided` event of the audit log; `at` is Unix time by the database's clock."""

    case: str
    stage: str
    choice: str
    by: int
    version: int
    at: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the outbox."""

    id: int
    key: str
    message_id: str
    case: str
    to: str
    state: str
    attempts: int
    written: float  # Unix time


@dataclass
class Facts:
    """What a run left behind; `submitted`: cases with a snapshot, `mended`: Unix time when the last fault was over."""

    calls: list[Call] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    submitted: set[str] = field(default_factory=set)
    mended: float = float("inf")
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that was not kept."""

    code: str
    what: str


def check(facts: Facts) -> list[Finding]:
    """Return everything that contradicts N1-N4, N6 and N8, in this order (N5 and N7 are looked at in the run)."""
    parts = (_lost_and_doubled, _ambiguous, _missing, _copies, _phantoms, _truth)
    return [finding for part in parts for finding in part(facts)]


def _decisions(facts: Facts, verdict: str) -> dict[tuple[str, str], Call]:
    """Return the last call with this verdict of each decision."""
    chosen = (call for call in facts.calls if call.op in DECIDES and call.verdict == verdict)
    return {(call.case, DECIDES[call.op]): call for call in chosen}


def _lost_and_doubled(facts: Facts) -> Iterator[Finding]:
    there: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in facts.events:
        there[event.case, event.stage].append(event)
    for (case, stage), call in _decisions(facts, CONFIRMED).items():
        found = there[case, stage]
        if not found:
            yield Finding("N1 lost", f"{case}: {stage} was told {call.status}, and there is no event")
        elif (found[0].choice, found[0].by) != (call.choice, call.by):
            yield Finding("N1 other", f"{case}: {stage} chose {call.choice}, the event says {found[0].choice}")
    for (case, stage), found in there.items():
        if len(found) > 1:
            yield Finding("N1 double", f"{case}: {stage} has {len(found)} events")


def _ambiguous(facts: Facts) -> Iterator[Finding]:
    definite = {(call.case, call.op) for call in facts.calls if call.verdict != AMBIGUOUS}
    for call in {(call.case, call.op): call for call in facts.calls if call.verdict == AMBIGUOUS}.values():
        if (call.case, call.op) not in definite:
            yield Finding("N2", f"{call.case}: {call.op} never got a definite answer")


def owed(facts: Facts) -> dict[str, list[str]]:
    """Return the keys of the notices that the events owe, as patterns with * for the number of the step."""
    keys: dict[str, list[str]] = {case: [f"{case}.sent.v1", f"{case}.s*.v1.ask"] for case in facts.submitted}
    for event in facts.events:
        if event.stage == "head":
            told = "returned" if event.choice == "returned" else "head"
            keys.setdefault(event.case, []).extend([f"{event.case}.s*.receipt", f"{event.case}.s*.{told}"])
        if event.stage == "review" and event.choice in ("approved", "rejected"):
            keys.setdefault(event.case, []).append(f"{event.case}.s*.{event.choice}")
    return keys


def _missing(facts: Facts) -> Iterator[Finding]:
    arrived = {mail.id: mail.at for mail in reversed(facts.mails)}  # the first copy counts
    present = {
        ".".join("s*" if part[:1] == "s" and part[1:].isdigit() else part for part in row.key.split("."))
        for row in facts.rows
    }
    for keys in owed(facts).values():
        for key in keys:
            if key not in present:
                yield Finding("N3 not owed", f"{key}: no row of the outbox")
    for row in facts.rows:
        if row.state == "failed":
            continue  # visible to BKPSDM, with the case it belongs to
        if row.message_id not in arrived:
            yield Finding("N3 missing", f"{row.key}: {row.state} after {row.attempts} attempts, never arrived")
        elif (late := arrived[row.message_id] - max(facts.mended, row.written) - NOTICES_WITHIN) > 0:
            yield Finding("N3 late", f"{row.key}: {late:.0f} s after the limit")


def copies(mails: Iterable[Mail]) -> Counter[str]:
    """Return how many copies of each mail arrived."""
    return Counter(mail.id for mail in mails)


def _copies(facts: Facts) -> Iterator[Finding]:
    attempts = {row.message_id: row.attempts for row in facts.rows}
    for message_id, count in copies(facts.mails).items():
        most = min(MOST_COPIES, attempts.get(message_id, MOST_COPIES)) if facts.faults else 1
        if count > most:
            yield Finding("N4 copies", f"{message_id}: {count} copies, at most {most}")
    seen: dict[tuple[str, str, str], str] = {}
    for mail in facts.mails:
        same = (mail.to, mail.subject, " ".join(mail.links))
        if seen.setdefault(same, mail.id) != mail.id and mail.id not in attempts:
            yield Finding("N4 id", f"{mail.subject}: a copy under another Message-ID ({mail.id})")


def _phantoms(facts: Facts) -> Iterator[Finding]:
    known = {row.message_id for row in facts.rows}
    for mail in facts.mails:
        if mail.id not in known:
            yield Finding("N6 phantom", f"{mail.subject} to {mail.to}: no row of the outbox says {mail.id}")


def _truth(facts: Facts) -> Iterator[Finding]:
    decided = {(event.case, event.stage): event.at for event in facts.events}
    for call in facts.calls:
        if call.op == "submit" and call.verdict == CONFIRMED and call.case not in facts.submitted:
            yield Finding("N8 told wrongly", f"{call.case}: told that it was sent, and it was not")
        if call.op not in DECIDES or call.note != "no check offered":
            continue
        if decided.get((call.case, DECIDES[call.op]), float("inf")) <= call.end:  # by this press or one before it
            yield Finding("N8 no check", f"{call.case}: {call.op} answered {call.status} without a way to look")


# -- reading what a run left behind -----------------------------------------------------------------------------------

_EVENTS = """
SELECT d.number, e.data ->> 'stage', e.data ->> 'outcome', e.actor_id, (e.data ->> 'version')::int,
    extract(epoch FROM e.at)::float8
FROM audit_auditevent e JOIN declarations_declaration d ON e.chain = 'case:' || d.id
WHERE e.event = 'decided' AND d.number = ANY(%s)
"""
_ROWS = """
SELECT id, key, message_id, "case", "to", state, attempts, extract(epoch FROM created_at)::float
FROM mail_outgoingemail WHERE "case" = ANY(%s)
"""
_SUBMITTED = "SELECT number FROM declarations_declaration WHERE submitted_at IS NOT NULL AND number = ANY(%s)"
_OTHER_ROWS = "SELECT message_id FROM mail_outgoingemail"


def facts_of(native: Native, numbers: list[str], calls: list[Call], *, faults: int, mended: float) -> Facts:
    """Return the facts about these cases; a mail that names none of them and has no row at all is theirs too."""
    known = {row[0] for row in native.sql(_OTHER_ROWS)}
    mine = set(numbers)
    return Facts(
        calls=[call for call in calls if call.case in mine],
        events=[Event(*row) for row in native.sql(_EVENTS, numbers)],
        rows=[Row(*row) for row in native.sql(_ROWS, numbers)],
        mails=[mail for mail in native.mails() if mail.case in mine or mail.id not in known],
        submitted={row[0] for row in native.sql(_SUBMITTED, numbers)},
        mended=mended,
        faults=faults,
    )
