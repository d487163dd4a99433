"""One row of the roster: read into the values of the directory, or into the problems it has."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.people import nip as nips
from portal.people.models import Employee
from portal.people.roster import values
from portal.people.roster.columns import Header
from portal.people.roster.problems import Problem, shown
from portal.people.roster.units import Units, UnknownUnit
from portal.people.sheets import Formula, Number, SheetRow

_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?E[+-]?\d+|\d{10,}[.,]\d+", re.IGNORECASE)
_LONGEST = {
    name: getattr(Employee._meta.get_field(name), "max_length", None) or 254
    for name in ("roster_id", "name", "title_prefix", "title_suffix", "email", "email_gov", "post", "legal_status")
} | {"employment": 150, "unit": 150, "unit_id": 64}


def trim(text: str) -> str:
    """Return the text with single blanks and without the apostrophe that marks a text in SIASN."""
    return " ".join(text.split()).removeprefix("'").strip()


def longest(field: str) -> int:
    """Return how many characters a field may have."""
    return _LONGEST.get(field, 254)


@dataclass(slots=True)
class Entry:
    """A row as the directory would store it; None means that the file says nothing about it and the old value stays."""

    line: int
    nip: str = ""
    ok: bool = False
    roster_id: str | None = None
    name: str | None = None
    title_prefix: str | None = None
    title_suffix: str | None = None
    email: str | None = None
    email_gov: str | None = None
    employment_type: str | None = None
    employment_text: str | None = None
    legal_status: str | None = None
    is_active: bool | None = None
    grade: str | None = None
    echelon: str | None = None
    post: str | None = None
    post_kind: str | None = None
    post_since: date | None = None
    unit_id: int | None = None


COLUMNS = tuple(field.name for field in fields(Entry))


class RowReader:
    """Reads the rows of one file; `read` gives the entry and what is wrong with it."""

    def __init__(self, header: Header, units: Units) -> None:
        self.header, self.units = header, units
        self.wanted = tuple(header.fields.items())
        self.has_titles = bool({"title_prefix", "title_suffix"} & header.fields.keys())

    def read(self, row: SheetRow) -> tuple[Entry, list[Problem]]:
        """Return the entry; without problems it may be applied, with them only its NIP counts (it is in the file)."""
        return _Row(self, row).read()


class _Row:
    def __init__(self, reader: RowReader, row: SheetRow) -> None:
        self.reader, self.header, self.line = reader, reader.header, row.line
        self.width, self.filled = row.width, row.filled
        self.problems: list[Problem] = []
        cells = row.cells
        self.texts = {field: cells.get(column, "") for field, column in reader.wanted}
        self.entry = Entry(row.line)

    def read(self) -> tuple[Entry, list[Problem]]:
        self._nip()
        if self.width and not self.filled <= self.header.filled <= self.width:
            message = _("Baris ini berisi %(here)s isian, judulnya %(there)s")
            counts = {
                "here": str(max(self.filled, min(self.width, self.header.filled))),
                "there": str(self.header.filled),
            }
            return self._rejected([Problem(self.line, _("seluruh baris"), "", "width", message % counts)])
        self._clean()
        self._person()
        self._employment()
        self._post()
        if self.problems:
            return self._rejected(self.problems)
        self.entry.ok = True
        return self.entry, []

    def _rejected(self, problems: list[Problem]) -> tuple[Entry, list[Problem]]:
        return Entry(self.line, self.entry.nip), problems

    def _wrong(self, field: str, kind: str, message: str, *, value: str | None = None) -> None:
        text = self.texts[field] if value is None else value
        self.problems.append(
            Problem(self.line, self.header.title(field), shown(text, nip=field == "nip"), kind, message)
        )

    def _nip(self) -> None:
        text = self.texts["nip"]
        if isinstance(text, Formula):
            return
        if isinstance(text, Number) or _SCIENTIFIC.fullmatch(text.strip(" '")):
            self._wrong("nip", "nip_number", _("Sebagian angka NIP sudah hilang"))
            return
        try:
            self.entry.nip = nips.parse(text)
        except nips.NipProblem as problem:
            empty = not nips.normalise(text)
            message = _("NIP kosong") if empty else problem.message.removesuffix(". Periksa lagi")
            self._wrong("nip", "nip_empty" if empty else "nip_wrong", message)

    def _clean(self) -> None:
        """Trim every text and note formulas, hidden signs and texts that are too long."""
        for field, text in self.texts.items():
            if not text:
                continue
            if isinstance(text, Formula):
                self._wrong(field, "formula", _("Sel berisi rumus"))
                self.texts[field] = ""
            elif not isinstance(text, Number):
                trimmed = trim(text)
                self.texts[field] = trimmed
                if not trimmed.isprintable():
                    self._wrong(field, "control", _("Isian memuat karakter yang tidak terlihat"))
                elif len(trimmed) > longest(field):
                    count = {"count": str(longest(field))}
                    self._wrong(field, "long", _("Isian lebih dari %(count)s karakter") % count)

    def _person(self) -> None:
        texts, entry = self.texts, self.entry
        name = texts["name"]
        if isinstance(name, Number):
            self._wrong("name", "number", _("Nama terbaca sebagai angka"))
        elif not name and not any(problem.column == self.header.title("name") for problem in self.problems):
            self._wrong("name", "name_empty", _("Nama kosong"))
        if self.reader.has_titles:
            entry.title_prefix, entry.title_suffix = texts.get("title_prefix"), texts.get("title_suffix")
            entry.name = values.person_name(name)
        else:
            prefix, entry.name, suffix = values.split_titles(name)
            entry.title_prefix, entry.title_suffix = prefix or None, suffix or None
        entry.roster_id = texts.get("roster_id") or None
        entry.email = self._value("email", values.email)
        entry.email_gov = self._value("email_gov", values.email)

    def _employment(self) -> None:
        texts, entry = self.texts, self.entry
        if "employment" in texts or "candidate" in texts:
            text = texts.get("employment", "")
            field = "employment" if "employment" in texts else "candidate"
            entry.employment_type = self._value(field, lambda _t: values.employment(text, texts.get("candidate", "")))
            entry.employment_text = texts.get("employment")
        if status := texts.get("legal_status"):
            entry.legal_status, entry.is_active = status, not values.is_gone(status)
        entry.grade = self._value("grade", values.grade)

    def _post(self) -> None:
        texts, entry = self.texts, self.entry
        entry.echelon = self._value("echelon", values.echelon)
        entry.post = texts.get("post")
        entry.post_kind = self._value("post_kind", values.post_kind)
        entry.post_since = self._value("post_since", values.day)
        field = "unit" if "unit" in texts else "unit_id"
        try:
            entry.unit_id = self.reader.units.find(
                texts.get("unit_id", ""), texts.get("unit", ""), texts.get("office", "")
            )
        except UnknownUnit as unknown:
            self._wrong(field, unknown.kind, unknown.message, value=texts[field] or texts.get("unit_id", ""))

    def _value(self, field: str, read: Callable[[str], Any]) -> Any:
        """Return what the text means, None where the file has no such column."""
        if field not in self.texts:
            return None
        try:
            return read(self.texts[field])
        except values.BadValue as bad:
            self._wrong(field, bad.kind, bad.message)
            return None
