"""`import_roster`: from a file to a plan, and on demand to the directory, in one transaction."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee, Opd
from portal.people.roster import apply as writer
from portal.people.roster import plan as planner
from portal.people.roster import staging
from portal.people.roster.bulk import BulkReader, Found, copy_line
from portal.people.roster.columns import Header, find_header
from portal.people.roster.notices import tell_old_address
from portal.people.roster.problems import Problem
from portal.people.roster.rows import RowReader
from portal.people.roster.second_officer import Officers, check_officers
from portal.people.roster.units import Units
from portal.people.sheets import Sheet, open_sheet
from portal.people.sheets.csv_file import CsvSheet
from portal.people.sheets.model import Progress

_LOCK = "portal:import"


def _silent(_done: int, _total: int) -> None:
    """Show nothing."""


class Source(Protocol):
    """Where the rows of a file come from: the file itself, or what was read of it before."""

    header: Header
    rows: int
    rejected: int
    problems: list[Problem]

    def stage(self) -> None:
        """Put the rows into the table of the transaction, those with problems as well (not `ok`) if they have a NIP."""

    def reject(self, problems: list[Problem]) -> None:
        """Count the rows of these problems, and keep the problems while there is room."""


# What is done around the writing, in its transaction; told whether a second officer confirmed.
Keeper = Callable[[bool], AbstractContextManager[None]]


class _Reading:
    """The rows of the file on their way into the database; keeps the first thousand problems and the counts."""

    def __init__(self, sheet: Sheet, header: Header, progress: Progress) -> None:
        self.sheet, self.header, self.progress = sheet, header, progress
        self.rows = self.rejected = 0
        self.problems: list[Problem] = []

    def stage(self) -> None:
        staging.fill(self._lines(RowReader(self.header, Units())))

    def _lines(self, reader: RowReader) -> Iterator[str]:
        for text, count, problems in self._found(reader):
            self.rows += count
            if problems:
                self.reject(problems)
            yield text

    def _found(self, reader: RowReader) -> Found:
        after = self.header.line
        if isinstance(self.sheet, CsvSheet):
            yield from BulkReader(reader).read(self.sheet.lines(after=after, progress=self.progress))
            return
        for row in self.sheet.rows(self.header.fields.values(), after=after, progress=self.progress):
            if row.cells:
                entry, problems = reader.read(row)
                yield copy_line(entry), 1, problems

    def reject(self, problems: list[Problem]) -> None:
        """Count the rows of these problems, and keep the problems while there is room."""
        self.rejected += len({problem.line for problem in problems})
        if len(self.problems) < planner.SHOWN:
            self.problems += problems


def import_roster(
    path: Path,
    *,
    apply: bool = False,
    full: bool = False,
    officers: Officers | None = None,
    progress: Progress = _silent,
) -> planner.Plan:
    """Return what the file would change; with `apply` also do it.

    One transaction: a file is applied whole (less its rejected and held rows) or, when the process dies, not at all.
    Changes that need a second officer are done only with two `officers`.
    """
    sheet = open_sheet(path)
    reading = _Reading(sheet, find_header(sheet.head()), progress)
    with transaction.atomic():
        if not apply:
            return make_plan(reading, full=full)
        lock_directory()
        plan = make_plan(reading, full=full)
        return apply_plan(plan, file_digest(path), by=officers.by if officers else None, officers=officers)


def lock_directory() -> None:
    """Let no other import write until this transaction ends; refuse when one does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Refused(_("Impor lain sedang berjalan. Tunggu sampai selesai, lalu jalankan lagi."))


def make_plan(reading: Source, *, full: bool) -> planner.Plan:
    """Stage the rows beside the directory and say what they would change; needs a transaction, writes nothing."""
    header = reading.header
    reading.stage()
    rejected_before = set(staging.query(f"SELECT line FROM {staging.TABLE} WHERE NOT ok"))
    twins = list(staging.reject_twins(header.title("nip"), header.title("roster_id")))
    planner.classify(clock.today())
    twins += staging.reject_newcomers_without_employment(header.title("employment"))
    reading.reject([problem for problem in twins if (problem.line,) not in rejected_before])
    reading.problems += [problem for problem in twins if (problem.line,) in rejected_before]
    known = planner.known_people()
    planner.hold(known)
    return planner.Plan(
        totals=planner.summarise(reading.rows, known, reading.rejected, full=full),
        problems=tuple(sorted(reading.problems, key=lambda problem: problem.line)),
        people=planner.list_people(),
        missing=planner.list_missing() if full else (),
        forbidden=header.forbidden,
        unknown=header.unknown,
    )


def apply_plan(
    plan: planner.Plan,
    digest: str,
    *,
    by: Employee | None,
    officers: Officers | None,
    via: str = "command",
    keep: Keeper = lambda _confirmed: nullcontext(),
) -> planner.Plan:
    """Write what is staged, the held rows only with two officers; one audit line, and one for each head's address."""
    heads = writer.heads_with_new_address() if officers else []
    if officers:
        check_officers(officers, {person for person, _address in heads})
    with keep(bool(officers)):
        done = writer.write(plan.totals, confirmed=bool(officers))
    second = officers.confirmed_by.pk if officers else None
    top = Opd.objects.order_by("pk").filter(parent=None).first()
    if top is not None:
        record(
            "roster_imported",
            top,
            by=by,
            via=via,
            chain=None,
            file=digest,
            confirmed_by=second,
            rejected=plan.totals.rejected,
            done=done,
        )
    for key, address in heads:
        person = Employee.objects.select_related("unit").get(pk=key)
        record("address_changed", person, by=by, via=via, chain=None, file=digest, confirmed_by=second)
        tell_old_address(person, address, digest)
    return replace(plan, applied=done)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, by which the log names it."""
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
