"""Read the many ordinary lines of a large CSV column by column, straight into the text that COPY takes.

No rule stands here twice. What repeats (unit, post, grade, dates) is learned from lines that the reader of rows found
in order, and looked up from then on; what is each person's own (NIP, name, addresses) goes through the same functions.
A line with anything else about it (a new value, a formula, a wrong length, an error) goes to that reader, which can
explain.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice, repeat
from operator import itemgetter
from typing import Any

from portal.people import nip as nips
from portal.people.roster import values
from portal.people.roster.problems import Problem
from portal.people.roster.rows import COLUMNS, Entry, RowReader, longest, trim
from portal.people.sheets.csv_file import pick

_CHUNK = 64  # lines: so few that their texts stay in the processor's cache
_MOST = 20_000  # values learned of one column; a column of which each line has another value is not worth learning
_UNSURE = "\0"  # stands in no text that a row may hold
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# fields of the file -> columns of the staged row, in the order of COLUMNS; each group depends on its fields alone
_OWN = ("nip", "roster_id", "name", "email", "email_gov")
_Groups = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
_TITLES: _Groups = ((("title_prefix",), ("title_prefix",)), (("title_suffix",), ("title_suffix",)))
_POSTING: _Groups = (
    (("employment", "candidate"), ("employment_type", "employment_text")),
    (("legal_status",), ("legal_status", "is_active")),
    (("grade",), ("grade",)),
    (("echelon",), ("echelon",)),
    (("post",), ("post",)),
    (("post_kind",), ("post_kind",)),
    (("post_since",), ("post_since",)),
    (("unit_id", "unit", "office"), ("unit_id",)),
)
Lines = Iterable[tuple[int, list[str]]]
Found = Iterator[tuple[str, int, list[Problem]]]  # what COPY takes, how many rows that were, what is wrong with them


def copy_line(entry: Entry) -> str:
    """Return a row as COPY takes it, '' where it has no NIP and is not staged."""
    return "\t".join([_copied(getattr(entry, column)) for column in COLUMNS]) + "\n" if entry.nip else ""


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else str(value).translate(_ESCAPES)


class BulkReader:
    """Reads chunks of lines; `reader` has the last word on every line that is not plainly in order."""

    def __init__(self, reader: RowReader) -> None:
        self.reader, self.fields, self.filled = reader, reader.header.fields, reader.header.filled
        self.columns = sorted(self.fields.values())
        self.name = _name if reader.has_titles else _titled_name
        self.titles = [_Learned(*group, self.fields) for group in (_TITLES if reader.has_titles else ())]
        self.posting = [_Learned(*group, self.fields) for group in _POSTING]

    def read(self, lines: Lines) -> Found:
        """Yield what is staged, many lines at once, with the problems, in the order of the file."""
        lines = iter(lines)
        while chunk := list(islice(lines, _CHUNK)):
            whole = [each for each in chunk if self._is_whole(each[1])]
            plain = list(self._plain(whole))
            text = "\n".join([*plain, ""])
            if len(whole) == len(chunk) and _UNSURE not in text:
                yield text, len(chunk), []
            else:
                yield self._one_by_one(chunk, iter(plain))

    def _one_by_one(self, chunk: list[tuple[int, list[str]]], plain: Iterator[str]) -> tuple[str, int, list[Problem]]:
        texts: list[str] = []
        problems: list[Problem] = []
        count = len(chunk)
        for line, cells in chunk:
            text = f"{next(plain)}\n" if self._is_whole(cells) else _UNSURE
            if _UNSURE in text:
                text, found = self._explained(line, cells)
                problems += found
                count -= not text and not found  # nothing in the columns that are read
            texts.append(text)
        return "".join(texts), count, problems

    def _is_whole(self, cells: list[str]) -> bool:
        """Tell whether the line is as long as the headings; empty cells may follow."""
        width = len(cells)
        return width == self.filled or (width > self.filled and not any(cells[self.filled :]))

    def _plain(self, chunk: list[tuple[int, list[str]]]) -> Iterator[str]:
        """Yield the line for COPY of each row; the reader has to look at those that hold _UNSURE."""
        rows = [cells for _line, cells in chunk]
        own = {field: _column(rows, self.fields.get(field)) for field in _OWN}
        parts: list[Iterable[str]] = [
            [str(line) for line, _cells in chunk],
            map(_nip, own["nip"]),
            repeat("t", len(rows)),
            map(_roster_id, own["roster_id"]),
            map(self.name, own["name"]),
            *(each.look_up(rows) for each in self.titles),
            *(map(_email, own[f]) if f in self.fields else repeat("\\N", len(rows)) for f in ("email", "email_gov")),
            *(each.look_up(rows) for each in self.posting),
        ]
        return map("\t".join, zip(*parts, strict=True))

    def _explained(self, line: int, cells: list[str]) -> tuple[str, list[Problem]]:
        row = pick(line, cells, self.columns)
        if not row.cells:
            return "", []
        entry, problems = self.reader.read(row)
        if entry.ok:
            for each in (*self.titles, *self.posting):
                each.learn(cells, entry)
        return copy_line(entry), problems


class _Learned:
    """What the texts of one group of columns mean, as far as good rows have shown it."""

    def __init__(self, fields: tuple[str, ...], columns: tuple[str, ...], places: dict[str, int]) -> None:
        self.columns = columns
        found = [places[field] for field in fields if field in places]
        self.key: Callable[[list[str]], Any] = itemgetter(*found) if found else lambda _cells: ""
        self.known: dict[Any, str] = {}

    def learn(self, cells: list[str], entry: Entry) -> None:
        if len(self.known) < _MOST:
            self.known[self.key(cells)] = "\t".join([_copied(getattr(entry, column)) for column in self.columns])

    def look_up(self, rows: list[list[str]]) -> Iterable[str]:
        return map(self.known.get, map(self.key, rows), repeat(_UNSURE))


def _column(rows: list[list[str]], place: int | None) -> Iterable[str]:
    return [cells[place] for cells in rows] if place is not None else repeat("", len(rows))


def _fitting(text: str, most: int) -> str:
    """Return the trimmed text, _UNSURE where there is something to say about it."""
    trimmed = trim(text)
    fits = trimmed.isprintable() and len(trimmed) <= most and not text.startswith("=")
    return trimmed.replace("\\", "\\\\") if fits else _UNSURE


def _nip(text: str) -> str:
    digits = text.removeprefix("'")
    if not (digits.isascii() and digits.isdigit()):
        return _UNSURE
    try:
        return nips.check(digits)
    except nips.NipProblem:
        return _UNSURE


def _roster_id(text: str, most: int = longest("roster_id")) -> str:
    return _fitting(text, most) or "\\N"


def _name(text: str, most: int = longest("name")) -> str:
    return values.person_name(_fitting(text, most)) or _UNSURE


def _titled_name(text: str, most: int = longest("name")) -> str:
    prefix, name, suffix = values.split_titles(_fitting(text, most))
    return "\t".join((name, prefix or "\\N", suffix or "\\N")) if name else _UNSURE


def _email(text: str, most: int = longest("email")) -> str:
    if not text:
        return ""
    try:
        return values.email(_fitting(text, most))
    except values.BadValue:
        return _UNSURE
