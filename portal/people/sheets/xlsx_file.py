"""Read XLSX as a stream: memory holds the wanted columns' texts, however large the sheet says it is.

The sheet is read twice: first to learn which shared strings the wanted columns use, so that the texts of all other
columns (NIK, address, religion) are never kept; then to yield the rows. Formulas and numbers stay recognisable.
"""

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from portal.people.sheets.model import (
    HEAD_ROWS,
    MAX_COLUMNS,
    MAX_ROWS,
    Formula,
    Number,
    Progress,
    SheetRow,
    refuse,
    too_many_columns,
    too_many_rows,
)
from portal.people.sheets.xlsx_parts import find_parts, new_parser, open_archive, parse

_BLOCK = 1 << 18
_DIGITS = "0123456789"
RawRow = tuple[int, dict[int, tuple[str, str, bool]]]  # line, column -> type, text, is a formula


class XlsxSheet:
    """The first visible sheet of a workbook on disk."""

    def __init__(self, path: Path) -> None:
        self.archive = open_archive(path)
        self.parts = find_parts(self.archive)

    def head(self) -> list[SheetRow]:
        """Return the first rows with all their cells."""
        rows: list[RawRow] = []
        for row in self._raw(None):
            if max(row[1], default=0) >= MAX_COLUMNS:
                raise too_many_columns()
            rows.append(row)
            if len(rows) == HEAD_ROWS:
                break
        strings = self._strings({int(text) for _n, cells in rows for kind, text, _f in cells.values() if kind == "s"})
        return [_finish(row, strings) for row in rows]

    def rows(self, wanted: Collection[int], *, after: int, progress: Progress) -> Iterator[SheetRow]:
        """Yield the rows below row `after` with only the wanted columns."""
        columns = frozenset(wanted)
        size = self.archive.getinfo(self.parts.sheet).file_size
        used: set[int] = set()
        for _line, cells in self._raw(columns, lambda done: progress(done, 2 * size)):
            used.update(int(text) for kind, text, _formula in cells.values() if kind == "s")
        strings = self._strings(used)
        count = 0
        for row in self._raw(columns, lambda done: progress(size + done, 2 * size)):
            if row[0] > after:
                count += 1
                if count > MAX_ROWS:
                    raise too_many_rows()
                yield _finish(row, strings)
        progress(size, size)

    def _raw(self, wanted: frozenset[int] | None, progress: Callable[[int], None] | None = None) -> Iterator[RawRow]:
        reader = _SheetParser(wanted)
        done = 0
        for block in self._blocks(self.parts.sheet):
            parse(reader.parser, block)
            yield from reader.finished
            reader.finished.clear()
            done += len(block)
            if progress:
                progress(done)
        parse(reader.parser, b"", final=True)

    def _strings(self, used: set[int]) -> dict[int, str]:
        """Return the shared strings with these numbers; the others are read past."""
        reader = _StringsParser(used)
        if used and self.parts.strings:
            for block in self._blocks(self.parts.strings):
                parse(reader.parser, block)
                if len(reader.texts) == len(used):
                    break
        return reader.texts

    def _blocks(self, part: str) -> Iterator[bytes]:
        try:
            with self.archive.open(part) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise refuse(_("Isi berkas XLSX rusak. Simpan ulang dari Excel.")) from error


class _SheetParser:
    """Collects rows; cells of columns that nobody wants are skipped before their text is taken."""

    def __init__(self, wanted: frozenset[int] | None) -> None:
        self.wanted = wanted
        self.finished: list[RawRow] = []
        self.row, self.column, self.kind, self.text = 0, -1, "n", ""
        self.taking = self.collecting = self.formula = False
        self.cells: dict[int, tuple[str, str, bool]] = {}
        self.names: dict[str, str] = {}
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = self.names.get(tag) or self.names.setdefault(tag, tag.rpartition(":")[2])
        if name == "c":
            reference = given.get("r")
            self.column = _column(reference) if reference else self.column + 1
            self.taking = self.wanted is None or self.column in self.wanted
            if self.taking:
                self.kind, self.text, self.formula = given.get("t", "n"), "", False
        elif not self.taking:
            if name == "row":
                self.row, self.column = int(given.get("r") or self.row + 1), -1
        elif name in ("v", "t"):
            self.collecting = True
        elif name == "f":
            self.formula = True

    def data(self, text: str) -> None:
        if self.collecting:
            self.text += text

    def end(self, tag: str) -> None:
        name = self.names[tag]
        if name == "c":
            if self.taking and (self.text or self.formula):
                if self.kind == "s":
                    int(self.text)  # a shared string without a number makes the file a damaged one
                self.cells[self.column] = (self.kind, self.text, self.formula)
            self.taking = False
        elif name in ("v", "t"):
            self.collecting = False
        elif name == "row" and self.cells:
            self.finished.append((self.row, self.cells))
            self.cells = {}


class _StringsParser:
    """Collects the shared strings with the wanted numbers; readings in small type above (rPh) are left out."""

    def __init__(self, used: set[int]) -> None:
        self.used = used
        self.texts: dict[int, str] = {}
        self.number, self.text = -1, ""
        self.taking = self.collecting = self.phonetic = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data

    def start(self, tag: str, _given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self.number += 1
            self.taking, self.text = self.number in self.used, ""
        elif name == "rPh":
            self.phonetic = True
        elif name == "t":
            self.collecting = self.taking and not self.phonetic

    def data(self, text: str) -> None:
        if self.collecting:
            self.text += text

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self.collecting = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "si" and self.taking:
            self.texts[self.number] = self.text


def _column(reference: str) -> int:
    """Return the number of a column, A being 0."""
    number = 0
    for letter in reference.rstrip(_DIGITS):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _finish(row: RawRow, strings: dict[int, str]) -> SheetRow:
    line, raw = row
    cells: dict[int, str] = {}
    for column, (kind, text, formula) in raw.items():
        if formula:
            cells[column] = Formula(text or "=")  # no value was stored with it
        elif kind == "s":
            if shared := strings.get(int(text), ""):
                cells[column] = Formula(shared) if shared[0] == "=" else shared
        elif kind in ("n", "b"):
            cells[column] = Number(text)
        else:
            cells[column] = text
    return SheetRow(line, cells)
