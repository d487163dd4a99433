"""The filtered queue as rows of a table: what a list says of each case, read in pieces so that memory stays flat."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.exports.writing import Cell
from declarations.models import Declaration

PIECE = 2_000


def header() -> list[str]:
    """Return the headings of the file."""
    return [
        _("Nomor"),
        _("Status"),
        _("Nama"),
        _("NIP"),
        _("Jabatan"),
        _("Unit kerja"),
        _("OPD"),
        _("Platform"),
        _("Jenis konten"),
        _("Komersial"),
        _("Temuan"),
        _("Tingkat tertinggi"),
        _("Dikirim"),
        _("Batas"),
        _("Berlaku sampai"),
        _("Peninjau"),
    ]


def rows(cases: QuerySet[Declaration]) -> Iterator[Sequence[Cell]]:
    """Yield a row for each case, in the order they were sent."""
    found = cases.select_related("declarant__unit", "opd", "reviewer").order_by("submitted_at", "pk")
    for case in found.iterator(chunk_size=PIECE):
        yield _row(case)


def _row(case: Declaration) -> list[Cell]:
    person = case.declarant
    return [
        case.number,
        str(case.get_status_display()),
        person.official_name,
        person.nip or "",
        person.post,
        person.unit.name,
        case.opd.name if case.opd else "",
        ", ".join(case.platforms),
        ", ".join(case.kinds),
        case.commercial,
        ", ".join(case.rules),
        str(case.get_worst_display()) if case.worst else "",
        _day(timezone.localdate(case.submitted_at) if case.submitted_at else None),
        _day(case.due_on),
        _day(case.valid_until),
        case.reviewer.official_name if case.reviewer else "",
    ]


def _day(on: Any) -> str:
    return f"{on:%d-%m-%Y}" if on else ""
