"""Read the file of an import into staged rows, each with its values or the sentence why it has none."""

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from declarations.registries.columns import Reader, columns_of, missing
from declarations.registries.models import RegistryImport, StagedRow, State
from portal import clock
from portal.errors import Refused
from portal.people.roster.values import BadValue
from portal.people.sheets import open_sheet
from portal.people.sheets.model import Progress, SheetRow, refuse

_BATCH = 2000


def read_file(batch: RegistryImport, path: Path, *, progress: Progress | None = None) -> None:
    """Stage the rows of the file anew and count what applying them would do; a file that is none fails the import."""
    batch.staged.all().delete()
    try:
        staged = _staged(batch, path, progress)
        while rows := list(islice(staged, _BATCH)):
            with transaction.atomic():
                StagedRow.objects.bulk_create(rows)
                _beat(batch)
    except Refused as refused:
        batch.staged.all().delete()
        batch.state, batch.error, batch.content = State.FAILED, refused.message[:300], None
        batch.save(update_fields=["state", "error", "content"])
        return
    with transaction.atomic():
        _mark_twins(batch)
        count_changes(batch)
        batch.state, batch.content, batch.percent = State.PLANNED, None, 100
        batch.save()


def read_stored(batch: RegistryImport) -> None:
    """Read what the browser sent; the bytes are dropped as soon as their rows are staged."""
    with tempfile.NamedTemporaryFile(suffix=f".{batch.extension}") as file:
        file.write(bytes(batch.content or b""))
        file.flush()
        read_file(batch, Path(file.name))


def _staged(batch: RegistryImport, path: Path, tell: Progress | None) -> Iterator[StagedRow]:
    sheet = open_sheet(path)
    found: dict[str, int] = {}
    for head in sheet.head():
        found = columns_of(batch.registry, head.cells)
        if not (gone := missing(batch.registry, found)):
            break
    else:
        raise refuse(_("Kolom tidak ditemukan: %s. Samakan judul kolomnya dengan contoh.") % ", ".join(gone))
    reader = Reader(batch.registry)

    def progress(done: int, total: int) -> None:
        batch.percent = min(99, done * 100 // total) if total else 0
        if tell is not None:
            tell(done, total)

    for row in sheet.rows(found.values(), after=head.line, progress=progress):
        yield _row(batch, reader, found, row)


def _row(batch: RegistryImport, reader: Reader, found: dict[str, int], row: SheetRow) -> StagedRow:
    texts = {name: row.cells.get(at, "") for name, at in found.items()}
    try:
        values = reader.values(texts)
    except BadValue as bad:
        name = " ".join(texts.get("name", "").split())[:150]
        return StagedRow(batch=batch, line=row.line, identity="", name=name, norm="", problem=bad.message[:200])
    values["opd_id"] = values.pop("opd")
    return StagedRow(batch=batch, line=row.line, **values)


def _beat(batch: RegistryImport) -> None:
    batch.beat_at = clock.now()
    batch.save(update_fields=["beat_at", "percent"])


def _mark_twins(batch: RegistryImport) -> None:
    """Keep the first of rows that are the same row of the register; the others name it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE registries_stagedrow t SET problem = %s || f.first::text
            FROM (SELECT identity, MIN(line) AS first FROM registries_stagedrow
                  WHERE batch_id = %s AND problem = '' GROUP BY identity HAVING COUNT(*) > 1) f
            WHERE t.batch_id = %s AND t.identity = f.identity AND t.line > f.first AND t.problem = ''
            """,
            [_("sama dengan baris "), batch.pk, batch.pk],
        )


_LIVE = "e.registry = %(registry)s AND e.ended_by_id IS NULL"
_SAME = (
    "(e.name, e.npwp, e.nib, e.opd_id, e.function, e.detail, e.starts, e.ends) IS NOT DISTINCT FROM "
    "(s.name, s.npwp, s.nib, s.opd_id, s.function, s.detail, s.starts, s.ends)"
)


def count_changes(batch: RegistryImport) -> None:
    """Compare the staged rows with the register as it is now; does not save."""
    values: dict[str, int | str] = {"batch": batch.pk, "registry": batch.registry}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT COUNT(*), COUNT(*) FILTER (WHERE s.problem <> ''),
                COUNT(*) FILTER (WHERE s.problem = '' AND e.id IS NULL),
                COUNT(*) FILTER (WHERE e.id IS NOT NULL AND {_SAME})
            FROM registries_stagedrow s LEFT JOIN registries_entry e
                ON s.problem = '' AND e.identity = s.identity AND {_LIVE}
            WHERE s.batch_id = %(batch)s
            """,  # noqa: S608 - our own conditions
            values,
        )
        batch.rows, batch.problems, batch.new, batch.same = cursor.fetchone()
        batch.changed = batch.rows - batch.problems - batch.new - batch.same
        batch.ended = 0
        if batch.full:
            cursor.execute(f"SELECT COUNT(*) FROM registries_entry e WHERE {_LIVE} AND {ABSENT}", values)  # noqa: S608
            batch.ended = cursor.fetchone()[0]


ABSENT = (
    "NOT EXISTS (SELECT 1 FROM registries_stagedrow s WHERE s.batch_id = %(batch)s AND s.identity = e.identity "
    "AND s.problem = '')"
)
CHANGED = (
    "EXISTS (SELECT 1 FROM registries_stagedrow s WHERE s.batch_id = %(batch)s AND s.identity = e.identity "
    f"AND s.problem = '' AND NOT {_SAME})"
)
