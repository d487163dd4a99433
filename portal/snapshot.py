"""The whole database in one file, as it was at one moment, and back again; no program of PostgreSQL is needed."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.crypto import CannotUnseal, seal, unseal
from portal.errors import Refused
from portal.mail import outbox

MANIFEST = "manifest.json"
FORMAT = 1
# Signed-in sessions, codes and counters of the past must not come back to life, the log is to be read again;
# migrations are compared instead.
LEFT_OUT = {
    "django_migrations",
    "django_session",
    "accounts_device",
    "accounts_onetimecode",
    "accounts_counter",
    "accounts_rescuedform",
    "audit_logreading",
    "mail_hold",
}
_KEPT = {"django_migrations", "mail_hold"}  # of these: what a database has that came back by other means
# A mailed link names a row by its key: keys that the lost days used must not be given to other rows after a restore.
GAP = 1_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns, and the columns of its key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def listed(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)

    def reading(self) -> str:
        order = ", ".join(f'"{column}"' for column in self.key or self.columns)
        return f'COPY (SELECT {self.listed} FROM "{self.name}" ORDER BY {order}) TO STDOUT'  # noqa: S608 own names


_TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum),
       coalesce((SELECT array_agg(k.attname::text ORDER BY array_position(i.indkey::int2[], k.attnum))
                 FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY(i.indkey)
                 WHERE i.indrelid = c.oid AND i.indisprimary), '{}')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.oid, c.relname ORDER BY c.relname
"""


def tables() -> list[Table]:
    """Return every table that belongs into a backup."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        found = [Table(name, tuple(columns), tuple(key)) for name, columns, key in cursor.fetchall()]
    return [table for table in found if table.name not in LEFT_OUT]


def _migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def _sequences() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() "
            "AND last_value IS NOT NULL ORDER BY 1"
        )
        return dict(cursor.fetchall())


def _rows(table: Table) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(table.reading()) as stream:
        for block in stream:
            yield bytes(block)


def _long_transaction() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")


def digests() -> dict[str, tuple[int, str]]:
    """Return rows and SHA-256 of every table, to compare two databases."""
    found = {}
    for table in tables():
        digest, lines = hashlib.sha256(), 0
        for block in _rows(table):
            digest.update(block)
            lines += block.count(b"\n")
        found[table.name] = (lines, digest.hexdigest())
    return found


def write(path: Path) -> dict[str, Any]:
    """Write all tables as of one moment; work goes on meanwhile. The file appears under its name when it is whole."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as file:
        unfinished.chmod(0o600)
        manifest = write_to(file)
    unfinished.replace(path)
    return manifest


def write_to(file: IO[bytes]) -> dict[str, Any]:
    """Write all tables as of one moment into a stream, which need not be able to seek."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _long_transaction()
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(),
            "migrations": _migrations(),
            "sequences": _sequences(),
            "sealed": seal(MANIFEST).decode(),  # opens with the keys that open the sealed values of the tables
            "tables": [],
        }
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for table in tables():
                manifest["tables"].append(_pack(archive, table))
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _pack(archive: zipfile.ZipFile, table: Table) -> dict[str, Any]:
    digest, lines = hashlib.sha256(), 0
    with archive.open(f"tables/{table.name}", "w", force_zip64=True) as member:
        for block in _rows(table):
            digest.update(block)
            lines += block.count(b"\n")
            member.write(block)
    return {"name": table.name, "columns": table.columns, "rows": lines, "sha256": digest.hexdigest()}


def manifest_of(path: Path, *, whole: bool = False) -> dict[str, Any]:
    """Return what a backup says of itself; with `whole` every byte of its tables is read and compared first."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            for table in manifest["tables"] if whole and manifest["format"] == FORMAT else ():
                with archive.open(f"tables/{table['name']}") as member:
                    digest = hashlib.file_digest(member, "sha256")  # type: ignore[arg-type]  # it has a readinto
                    if digest.hexdigest() != table["sha256"]:
                        raise ValueError(table["name"])
    except Exception as error:  # whatever the readers of ZIP, packed data and JSON stumble over: it is not our file
        values = {"file": path}
        raise Refused(_("%(file)s tidak ada atau bukan cadangan yang utuh. Tidak ada yang diubah.") % values) from error
    return manifest


def compare(path: Path) -> list[tuple[str, int, int, bool]]:
    """Return (table, rows in the file, rows here, whether every byte is the same) for every table of either side."""
    manifest = manifest_of(path)
    there = {table["name"]: (table["rows"], table["sha256"]) for table in manifest["tables"]}
    with transaction.atomic():
        _long_transaction()
        here = digests()
    nothing = (0, "")
    pairs = [(name, there.get(name, nothing), here.get(name, nothing)) for name in sorted({*there, *here})]
    return [(name, old[0], new[0], old == new) for name, old, new in pairs]


def read(path: Path, *, keys_lost: bool = False) -> dict[str, Any]:
    """Fill an empty, migrated database from the file, all or nothing; mail is held until `release_mail`."""
    manifest = manifest_of(path, whole=True)
    _check(manifest)
    if not keys_lost:
        _check_keys(manifest)
    with zipfile.ZipFile(path) as archive, transaction.atomic():
        _long_transaction()
        _guards("DISABLE", manifest)
        for table in manifest["tables"]:
            _unpack(archive, table)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every foreign key is looked at here
        _leave_gap(manifest["sequences"])
        _guards("ENABLE", manifest)
        outbox.hold()
    return manifest


def forget_the_past() -> None:
    """Make a database that PostgreSQL itself brought back to a moment as safe as one that `read` filled."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for name in sorted(LEFT_OUT - _KEPT):
                cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608  names of our own tables
        _leave_gap(_sequences())
        outbox.hold()


def _leave_gap(sequences: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for name, last in sequences.items():
            cursor.execute("SELECT setval(%s::regclass, %s)", [f'"{name}"', last + GAP])


def _check(manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise Refused(_("Bentuk berkas cadangan ini tidak dikenal versi portal ini."))
    if manifest["migrations"] != _migrations():
        raise Refused(
            _("Migrasi basis data berbeda dari cadangan. Pasang versi portal yang membuat cadangan, lalu ulangi.")
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM people_employee) OR EXISTS (SELECT 1 FROM audit_auditevent)")
        if cursor.fetchone()[0]:
            raise Refused(_("Basis data ini tidak kosong. Pulihkan ke basis data baru yang hanya berisi migrasi."))


def _check_keys(manifest: dict[str, Any]) -> None:
    try:
        if "sealed" in manifest:
            unseal(manifest["sealed"].encode())
    except CannotUnseal as error:
        raise Refused(
            _(
                "FIELD_KEYS portal ini bukan kunci cadangan itu: jawaban sensitif dan faktor kedua tidak akan terbaca. "
                "Tidak ada yang diubah. Pasang kunci yang benar; bila kunci itu hilang, ulangi dengan --keys-lost."
            )
        ) from error


def _guards(switch: str, manifest: dict[str, Any]) -> None:
    """Switch our own triggers (append-only tables) off for the texts that migrations brought, and on again."""
    with connection.cursor() as cursor:
        for table in manifest["tables"]:
            cursor.execute(f'ALTER TABLE "{table["name"]}" {switch} TRIGGER USER')
        if switch == "DISABLE":
            for table in manifest["tables"]:
                cursor.execute(f'DELETE FROM "{table["name"]}"')  # noqa: S608  names of our own tables
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _unpack(archive: zipfile.ZipFile, table: dict[str, Any]) -> None:
    listed = ", ".join(f'"{column}"' for column in table["columns"])
    with (
        archive.open(f"tables/{table['name']}") as member,
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table["name"]}" ({listed}) FROM STDIN') as stream,
    ):
        while block := member.read(1 << 16):
            stream.write(block)
