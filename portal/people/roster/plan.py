"""What a roster file would change: counts, the people behind them, and what a second officer must confirm (D16)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from portal.people.nip import mask
from portal.people.roster.problems import Problem
from portal.people.roster.staging import TABLE, query

# What the roster owns. Never among them: password, contact_email, groups, is_staff, is_superuser.
OWNED = (
    "roster_id",
    "name",
    "title_prefix",
    "title_suffix",
    "email",
    "email_gov",
    "employment_type",
    "employment_text",
    "legal_status",
    "grade",
    "echelon",
    "post",
    "post_kind",
    "post_since",
    "unit_id",
)
CHANGES = ("new", "moved", "left", "post", "address", "other", "minor", "same")
HELD_HEAD, HELD_MANY = "head", "many"
MANY_PERCENT = 5
SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the plan: who, and what changes."""

    line: int
    nip: str
    name: str
    change: str
    before: str = ""
    after: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts of one file; `held` are rows that wait for a second officer."""

    read: int = 0
    known: int = 0
    rejected: int = 0
    held: int = 0
    shared_addresses: int = 0
    missing: int = 0
    changes: Mapping[str, int] = field(default_factory=dict)

    @property
    def substantial(self) -> int:
        """Known people who would change in something that matters."""
        return sum(self.changes.get(each, 0) for each in ("moved", "left", "post", "address", "other"))


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer to a file; `applied` says what was done, {} when nothing was asked to be done."""

    totals: Totals
    problems: tuple[Problem, ...]
    people: tuple[Person, ...]
    missing: tuple[Person, ...] = ()
    forbidden: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    applied: Mapping[str, int] | None = None


def classify(on: date) -> None:
    """Find each row's person and say what changes for him; mark heads in office now or later."""
    differs = {name: f"(r.{name} IS NOT NULL AND r.{name} IS DISTINCT FROM e.{name})" for name in OWNED}
    other = " OR ".join(differs[name] for name in OWNED if name not in ("roster_id", "employment_text"))
    query(
        f"""
        UPDATE {TABLE} r SET person_id = e.id, change = CASE
            WHEN {differs["legal_status"]} AND e.is_active AND NOT r.is_active THEN 'left'
            WHEN {differs["unit_id"]} THEN 'moved'
            WHEN {differs["post"]} THEN 'post'
            WHEN {differs["email"]} OR {differs["email_gov"]} THEN 'address'
            WHEN {other} THEN 'other'
            WHEN {differs["roster_id"]} OR {differs["employment_text"]} THEN 'minor'
            ELSE 'same' END,
            head = EXISTS (SELECT 1 FROM people_headassignment h WHERE h.person_id = e.id
                           AND (h.ends IS NULL OR h.ends >= %s))
        FROM people_employee e WHERE e.nip = r.nip
        """,
        [on],
    )
    query(f"ANALYZE {TABLE}")


def hold(known: int) -> None:
    """Hold a head's new address or departure, and every change when more than 5 % of the known people would change."""
    query(
        f"""
        UPDATE {TABLE} r SET held = %s FROM people_employee e
        WHERE e.id = r.person_id AND r.ok AND r.head AND (r.change = 'left'
            OR (r.email IS NOT NULL AND r.email <> e.email) OR (r.email_gov IS NOT NULL AND r.email_gov <> e.email_gov))
        """,
        [HELD_HEAD],
    )
    changed = query(f"SELECT count(*) FROM {TABLE} WHERE ok AND change NOT IN ('new', 'minor', 'same')")[0][0]
    if changed * 100 > known * MANY_PERCENT:
        query(
            f"UPDATE {TABLE} SET held = %s WHERE ok AND held = '' AND change NOT IN ('new', 'minor', 'same')",
            [HELD_MANY],
        )


def known_people() -> int:
    """Return how many active people the directory knows by a NIP."""
    return int(query("SELECT count(*) FROM people_employee WHERE is_active AND nip IS NOT NULL")[0][0])


def summarise(read: int, known: int, rejected: int, *, full: bool) -> Totals:
    """Count what the staged rows would do."""
    counted = query(
        f"SELECT change, count(*), count(*) FILTER (WHERE held <> '') FROM {TABLE} WHERE ok GROUP BY change"
    )
    changes = {change: number for change, number, _held in counted}
    shared = query(
        f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE ok AND email <> '' GROUP BY email HAVING count(*) > 1) s"
    )
    return Totals(
        read=read,
        known=known,
        rejected=rejected,
        held=sum(held for _change, _number, held in counted),
        shared_addresses=int(shared[0][0]),
        missing=int(query(f"SELECT count(*) {_MISSING}")[0][0]) if full else 0,
        changes={change: int(changes.get(change, 0)) for change in CHANGES},
    )


def _changing(most: str = "") -> str:
    """Return the statement that lists who changes; `most` cuts the rows before anything is joined to them."""
    order = "{0}held = '', {0}change = 'new', {0}line"
    return f"""
        SELECT r.line, r.nip, coalesce(r.name, e.name), r.change, r.held, old.name, new.name, e.post, r.post,
               e.legal_status, r.legal_status, e.name, concat_ws(', ', nullif(e.email_gov, ''), nullif(e.email, '')),
               concat_ws(', ', nullif(coalesce(r.email_gov, e.email_gov), ''), nullif(coalesce(r.email, e.email), ''))
        FROM (SELECT * FROM {TABLE} WHERE ok AND change NOT IN ('same', 'minor') ORDER BY {order.format("")} {most}) r
        LEFT JOIN people_employee e ON e.id = r.person_id
        LEFT JOIN people_opd old ON old.id = e.unit_id LEFT JOIN people_opd new ON new.id = r.unit_id
        ORDER BY {order.format("r.")}
    """


def list_people() -> tuple[Person, ...]:
    """Return those who change, held ones first, new ones last, up to a thousand; NIPs masked."""
    return tuple(_person(*row) for row in query(_changing(f"LIMIT {SHOWN}")))


def everybody(*, full: bool) -> Iterator[list[Person]]:
    """Yield the same without an end, a thousand at a time, then the missing of a full file; inside the transaction."""
    lists: list[tuple[str, Callable[..., Person]]] = [(_changing(), _person)]
    if full:
        lists.append((_BY_NAME, _absent))
    for sql, read in lists:
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(SHOWN):
                yield [read(*row) for row in rows]


def _person(line: int, nip: str, name: str, change: str, held: str, *pairs: str | None) -> Person:
    old_unit, new_unit, old_post, new_post, old_status, new_status, old_name, old_mail, new_mail = (
        each or "" for each in pairs
    )
    before, after = {
        "new": ("", new_unit),
        "moved": (old_unit, new_unit),
        "post": (old_post, new_post),
        "left": (old_status, new_status),
        "address": (old_mail, new_mail),
    }.get(change, (old_name, name) if old_name != name else ("", ""))
    if held == HELD_HEAD and old_mail != new_mail:
        before, after = old_mail, new_mail  # this is what the second officer confirms
    return Person(line, mask(nip), name, change, before, after, held)


_MISSING = f"""
    FROM people_employee e WHERE e.is_active AND e.nip IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM {TABLE} r WHERE r.nip = e.nip)
"""
_BY_NAME = f"SELECT e.nip, e.name {_MISSING} ORDER BY e.name, e.id"


def list_missing() -> tuple[Person, ...]:
    """Return the active people whom a full file does not name; they are only listed, never changed."""
    return tuple(_absent(*row) for row in query(f"{_BY_NAME} LIMIT {SHOWN}"))


def _absent(nip: str, name: str) -> Person:
    return Person(0, mask(nip), name, "missing")
