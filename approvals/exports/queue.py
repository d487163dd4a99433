"""The filtered queue as rows of a table: what a list says of each case, read in pieces so that memory stays flat."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.exports.writing import Cell
from declarations.models import Declaration, Severity
from declarations.status import Status
from portal.people.models import with_titles

PIECE = 2_000
# columns, not objects: a hundred thousand rows are written as fast as the database gives them
_READ = (
    "number",
    "status",
    "declarant__title_prefix",
    "declarant__name",
    "declarant__title_suffix",
    "declarant__nip",
    "declarant__post",
    "declarant__unit__name",
    "opd__name",
    "platforms",
    "kinds",
    "commercial",
    "rules",
    "worst",
    "submitted_at",
    "due_on",
    "valid_until",
    "reviewer__title_prefix",
    "reviewer__name",
    "reviewer__title_suffix",
)


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
    found = cases.order_by("submitted_at", "pk").values_list(*_READ)
    statuses = {value: str(label) for value, label in Status.choices}
    grades = {value: str(label) for value, label in Severity.choices}
    for case in found.iterator(chunk_size=PIECE):
        yield _row(case, statuses, grades)


def _row(case: tuple[Any, ...], statuses: dict[str, str], grades: dict[str, str]) -> list[Cell]:
    number, status, *declarant, nip, post, unit, opd = case[:9]
    platforms, kinds, commercial, rules, worst, sent, due, until, *reviewer = case[9:]
    return [
        number,
        statuses.get(status, status),
        with_titles(*declarant),
        nip or "",
        post,
        unit,
        opd or "",
        ", ".join(platforms),
        ", ".join(kinds),
        commercial,
        ", ".join(rules),
        grades.get(worst, worst),
        _day(timezone.localtime(sent) if sent else None),
        _day(due),
        _day(until),
        with_titles(*reviewer) if reviewer[1] else "",
    ]


def _day(on: Any) -> str:
    return f"{on:%d-%m-%Y}" if on else ""
