"""Read the rows of a matched file into staged rows and problems, then say what they would change."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from itertools import islice
from typing import Any

from django.db import transaction

from portal import clock
from portal.errors import Refused
from portal.people.roster import staging
from portal.people.roster.columns import Header
from portal.people.roster.plan import Person, Plan, everybody
from portal.people.roster.problems import Problem
from portal.people.roster.rows import COLUMNS, Entry, RowReader
from portal.people.roster.run import make_plan
from portal.people.roster.units import Units
from portal.people.sheets import SheetRow, open_sheet
from portal.rosters.models import RosterChange, RosterImport, RosterProblem, RosterRow, State
from portal.rosters.taking import content_of, header_of, spooled

_BATCH = 1000
_VALUES = frozenset(field.name for field in fields(Entry)) - {"line", "ok"}
_STAGE = f"""
INSERT INTO {staging.TABLE} ({", ".join(COLUMNS)})
SELECT {", ".join(f"s.{name}" if name in ("line", "ok") else f"v.{name}" for name in COLUMNS)}
FROM rosters_rosterrow s, jsonb_populate_record(NULL::pg_temp.{staging.TABLE}, s.data -> 'values') v
WHERE s.batch_id = %s AND v.nip <> ''
"""


class Staged:
    """The rows that were read before, as the engine of the import wants them."""

    def __init__(self, batch: RosterImport, header: Header) -> None:
        self.batch, self.header = batch, header
        self.rows = batch.rows
        self.rejected = batch.problems.filter(late=False).values("line").distinct().count()
        self.problems: list[Problem] = []

    def stage(self) -> None:
        staging.create()
        staging.query(_STAGE, [self.batch.pk])

    def reject(self, problems: list[Problem]) -> None:
        self.rejected += len({problem.line for problem in problems})
        self.problems += problems


def read(batch: RosterImport) -> None:
    """Stage the file anew and plan it; a file that is none fails the import with the sentence why."""
    batch.staged.all().delete()
    batch.problems.all().delete()
    try:
        _stage(batch)
        with transaction.atomic():
            plan_staged(batch)
            batch.state, batch.content, batch.percent = State.PLANNED, None, 100
            batch.save()
    except Refused as refused:
        batch.staged.all().delete()
        batch.state, batch.error, batch.content = State.FAILED, refused.message[:300], None
        batch.save(update_fields=["state", "error", "content"])


def _stage(batch: RosterImport) -> None:
    header = header_of(batch)
    batch.rows = batch.rejected = 0
    with spooled(content_of(batch), batch.extension) as path:
        found = _rows(batch, header, path)
        while part := list(islice(found, _BATCH)):
            rows = [row for row, _problems in part]
            problems = [problem for _row, its in part for problem in its]
            batch.rows += len(rows)
            batch.rejected += sum(not row.ok for row in rows)
            with transaction.atomic():
                RosterRow.objects.bulk_create(rows)
                RosterProblem.objects.bulk_create(problems)
                batch.beat_at = clock.now()
                batch.save(update_fields=["beat_at", "percent", "rows", "rejected"])


def _rows(batch: RosterImport, header: Header, path: Any) -> Iterator[tuple[RosterRow, list[RosterProblem]]]:
    def progress(done: int, total: int) -> None:
        batch.percent = min(99, done * 100 // total) if total else 0

    reader = RowReader(header, Units())
    for row in open_sheet(path).rows(header.fields.values(), after=header.line, progress=progress):
        if row.cells:
            yield _row(batch, reader, row)


def _row(batch: RosterImport, reader: RowReader, row: SheetRow) -> tuple[RosterRow, list[RosterProblem]]:
    entry, problems = reader.read(row)
    values = {name: value for name, value in asdict(entry).items() if name in _VALUES and value is not None}
    if entry.post_since:
        values["post_since"] = entry.post_since.isoformat()
    texts = {field: row.cells[column] for field, column in reader.header.fields.items() if column in row.cells}
    staged = RosterRow(batch=batch, line=row.line, ok=not problems, data={"values": values, "texts": texts})
    return staged, [_problem(batch, problem) for problem in problems]


def _problem(batch: RosterImport, problem: Problem, *, late: bool = False) -> RosterProblem:
    return RosterProblem(
        batch=batch,
        line=problem.line,
        column=problem.column[:150],
        value=problem.value[:80],
        kind=problem.kind,
        message=problem.message[:200],
        late=late,
    )


def _change(batch: RosterImport, person: Person) -> RosterChange:
    return RosterChange(
        batch=batch,
        line=person.line,
        nip=person.nip,
        name=person.name[:150],
        change=person.change,
        before=person.before[:320],
        after=person.after[:320],
        held=person.held,
    )


def plan_staged(batch: RosterImport) -> Plan:
    """Compare the staged rows with the directory as it is now; keep the counts and every line, does not save."""
    batch.planned.all().delete()
    batch.problems.filter(late=True).delete()
    source = Staged(batch, header_of(batch))
    plan = make_plan(source, full=batch.full)
    RosterProblem.objects.bulk_create(_problem(batch, problem, late=True) for problem in source.problems)
    for part in everybody(full=batch.full):
        RosterChange.objects.bulk_create(_change(batch, each) for each in part)
    totals = plan.totals
    batch.rejected, batch.held, batch.missing = totals.rejected, totals.held, totals.missing
    batch.shared_addresses, batch.changes = totals.shared_addresses, dict(totals.changes)
    return plan
