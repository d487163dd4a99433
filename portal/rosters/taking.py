"""Take a file in: sealed until a worker has read it, its headings matched with our columns by a person."""

import base64
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.crypto import seal, unseal
from portal.errors import Refused
from portal.limits import IMPORT
from portal.people.models import Employee
from portal.people.roster.columns import NAMES, Header, chosen_header, guess, is_forbidden, likely_header
from portal.people.roster.problems import shown
from portal.people.sheets import SheetRow, open_sheet
from portal.rosters.models import RosterImport, State
from portal.wake import wake

SAMPLES = 3
LABELS = {
    "nip": gettext_lazy("NIP"),
    "name": gettext_lazy("Nama"),
    "title_prefix": gettext_lazy("Gelar depan"),
    "title_suffix": gettext_lazy("Gelar belakang"),
    "email_gov": gettext_lazy("Email dinas"),
    "email": gettext_lazy("Email"),
    "employment": gettext_lazy("Jenis pegawai"),
    "candidate": gettext_lazy("Status CPNS/PNS"),
    "legal_status": gettext_lazy("Kedudukan hukum"),
    "grade": gettext_lazy("Golongan"),
    "post": gettext_lazy("Jabatan"),
    "post_kind": gettext_lazy("Jenis jabatan"),
    "post_since": gettext_lazy("TMT jabatan"),
    "echelon": gettext_lazy("Eselon"),
    "unit_id": gettext_lazy("UNOR ID"),
    "unit": gettext_lazy("Unit kerja"),
    "office": gettext_lazy("OPD"),
    "roster_id": gettext_lazy("PNS ID"),
}
assert set(LABELS) == set(NAMES)


@transaction.atomic
def take(content: bytes, extension: str, *, full: bool, by: Employee) -> RosterImport:
    """Keep a file whose headings can be read; raises Refused (422) with what to do where they cannot."""
    now = clock.now()
    with spooled(content, extension) as path:
        head = open_sheet(path, max_bytes=IMPORT).head()
    row = likely_header(head)
    below = [each for each in head if each.line > row.line][:SAMPLES]
    headings = [_heading(column, text, below) for column, text in sorted(row.cells.items()) if text.strip()]
    return RosterImport.objects.create(
        content=seal(base64.b64encode(content).decode()),
        extension=extension,
        digest=hashlib.sha256(content).hexdigest(),
        full=full,
        heading_line=row.line,
        heading_filled=row.filled,
        headings=[each for each in headings if not is_forbidden(each["title"])],
        forbidden=[each["title"] for each in headings if is_forbidden(each["title"])],
        headings_key=_key(headings),
        made_by=by,
        made_at=now,
        beat_at=now,
    )


def _heading(column: int, text: str, below: list[SheetRow]) -> dict[str, Any]:
    """Return one column with its first values; of a column that is dropped nothing is kept but its title."""
    title = " ".join(text.split())[:150]
    if is_forbidden(title):
        return {"column": column, "title": title}
    return {"column": column, "title": title, "samples": [shown(row.cells.get(column, "")) for row in below]}


def _key(headings: list[dict[str, Any]]) -> str:
    titles = [(each["column"], each["title"].upper()) for each in headings]
    return hashlib.sha256(json.dumps(titles).encode()).hexdigest()


@contextmanager
def spooled(content: bytes, extension: str) -> Iterator[Path]:
    """Put the bytes where a reader of files finds them."""
    with tempfile.NamedTemporaryFile(suffix=f".{extension}") as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def content_of(batch: RosterImport) -> bytes:
    """Return the bytes of a file that is not read yet."""
    return base64.b64decode(unseal(batch.content or b""))


def guessed(batch: RosterImport) -> dict[str, int]:
    """Return field -> column: as the same headings were matched before, else by the usual names."""
    before = RosterImport.objects.filter(headings_key=batch.headings_key).exclude(mapping={}).order_by("-pk").first()
    if before is not None:
        return {field: int(column) for field, column in before.mapping.items()}
    found: dict[str, int] = {}
    for each in batch.headings:
        if field := guess(each["title"]):
            found.setdefault(field, each["column"])
    return found


def header_of(batch: RosterImport) -> Header:
    """Return the header as it was matched."""
    cells = {each["column"]: each["title"] for each in batch.headings}
    row = SheetRow(batch.heading_line, cells, filled=batch.heading_filled)
    return chosen_header(row, {field: int(column) for field, column in batch.mapping.items()})


@transaction.atomic
def match(batch: RosterImport, chosen: Mapping[str, int]) -> None:
    """Keep which column holds what, and hand the file to a worker; raises Refused (422) with what is missing."""
    batch = RosterImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != State.MATCHING:
        raise Refused(_("Kolom berkas ini sudah dicocokkan. Lihat statusnya."))
    twice = [column for column in chosen.values() if list(chosen.values()).count(column) > 1]
    if twice:
        title = next(each["title"] for each in batch.headings if each["column"] == twice[0])
        raise Refused(_("Kolom “%s” dipasangkan dua kali. Satu kolom untuk satu isian.") % title, status=422)
    batch.mapping = dict(chosen)
    header_of(batch)
    # the first values were shown for matching; of columns that nobody matched nothing is kept
    batch.headings = [{"column": each["column"], "title": each["title"]} for each in batch.headings]
    batch.state, batch.beat_at = State.READING, clock.now()
    batch.save(update_fields=["mapping", "headings", "state", "beat_at"])
    transaction.on_commit(partial(wake, "portal.rosters.tasks.work_on", batch.pk), robust=True)
