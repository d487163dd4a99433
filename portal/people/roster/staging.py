"""The rows of one file in a temporary table beside the directory, where whole sets are compared."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from portal.people.nip import mask
from portal.people.roster.problems import Problem
from portal.people.roster.rows import COLUMNS

TABLE = "roster_rows"
_CREATE = f"""
DROP TABLE IF EXISTS pg_temp.{TABLE};
CREATE TEMPORARY TABLE {TABLE} (
    line integer NOT NULL, nip text NOT NULL, ok boolean NOT NULL, roster_id text, name text, title_prefix text,
    title_suffix text, email text, email_gov text, employment_type text, employment_text text, legal_status text,
    is_active boolean, grade text, echelon text, post text, post_kind text, post_since date, unit_id bigint,
    person_id bigint, change text NOT NULL DEFAULT 'new',
    head boolean NOT NULL DEFAULT false, held text NOT NULL DEFAULT ''
) ON COMMIT DROP
"""
_PART = 100_000  # characters


def query(sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    """Run one statement; return its rows, [] where it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def run(sql: str, values: Any = None) -> int:
    """Run one statement; return how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def create() -> None:
    """Create the table in the current transaction."""
    query(_CREATE)
    # reading a large file takes longer than a page may; all of this comes back with the end of the transaction
    query("SET LOCAL statement_timeout = '15min'")
    query("SET LOCAL idle_in_transaction_session_timeout = '15min'")
    query("SET LOCAL default_statistics_target = 10")  # a few thousand rows tell ANALYZE enough


def fill(lines: Iterable[str]) -> None:
    """Create the table and copy these lines into it: the database stores some while the next are read.

    Whatever reads them must not ask the database: the connection is busy until the last line.
    """
    create()
    with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for part in _parts(lines):
            copy.write(part)


def _parts(lines: Iterable[str]) -> Iterator[str]:
    """Gather the lines into texts that are worth a message."""
    gathered: list[str] = []
    size = 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size > _PART:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join(gathered)


def reject_twins(nip_title: str, id_title: str) -> Iterator[Problem]:
    """Reject all rows of a NIP that stands in more than one, then rows whose PNS ID belongs to somebody else."""
    twins: defaultdict[str, list[int]] = defaultdict(list)
    for line, nip in query(
        f"""
        UPDATE {TABLE} SET ok = false WHERE nip IN (SELECT nip FROM {TABLE} GROUP BY nip HAVING count(*) > 1)
        RETURNING line, nip
        """
    ):
        twins[nip].append(line)
    for line, nip in sorted((line, nip) for nip, lines in twins.items() for line in lines):
        others = ", ".join(str(each) for each in sorted(twins[nip]) if each != line)
        yield Problem(
            line, nip_title, mask(nip), "nip_twice", _("NIP ini juga ada di baris %(lines)s") % {"lines": others}
        )
    owned = f"""
        UPDATE {TABLE} r SET ok = false WHERE r.ok AND r.roster_id IS NOT NULL AND (
            EXISTS (SELECT 1 FROM people_employee e WHERE e.roster_id = r.roster_id AND e.nip IS DISTINCT FROM r.nip)
            OR r.roster_id IN (SELECT roster_id FROM {TABLE} WHERE ok GROUP BY roster_id HAVING count(*) > 1)
        ) RETURNING r.line, r.roster_id
    """
    for line, roster_id in sorted(query(owned)):
        yield Problem(line, id_title, str(roster_id), "roster_id_twice", _("PNS ID ini dipakai pegawai lain"))


def reject_newcomers_without_employment(title: str) -> Iterator[Problem]:
    """Reject new people of a file that does not say what kind of employee they are."""
    rejected = query(
        f"UPDATE {TABLE} SET ok = false WHERE ok AND change = 'new' AND employment_type IS NULL RETURNING line"
    )
    for (line,) in sorted(rejected):
        yield Problem(line, title, "", "employment", _("Jenis pegawai kosong"))
