"""Read CSV: the encoding by a stated rule, the separator from the header, physical line numbers kept.

Encoding: a byte order mark decides; else NUL bytes at every second place mean UTF-16; else UTF-8 if the whole file is
valid UTF-8; else Windows-1252, what Excel writes in Indonesia.
"""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from portal.people.sheets.model import (
    HEAD_ROWS,
    MAX_COLUMNS,
    MAX_ROWS,
    Formula,
    Progress,
    SheetRow,
    refuse,
    too_many_columns,
    too_many_rows,
)

_BLOCK = 1 << 20
_SEPARATORS = ";,\t"


class CsvSheet:
    """A CSV file on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = _encoding(path)
        self.separator, self.skip = self._dialect()

    def head(self) -> list[SheetRow]:
        """Return the first rows with all their cells."""
        rows = [pick(line, cells, range(len(cells))) for line, cells in islice(self._records(), HEAD_ROWS)]
        if any(row.width > MAX_COLUMNS for row in rows):
            raise too_many_columns()
        return rows

    def rows(self, wanted: Collection[int], *, after: int, progress: Progress) -> Iterator[SheetRow]:
        """Yield the rows below line `after` with only the wanted columns."""
        columns = sorted(wanted)
        for line, cells in self.lines(after=after, progress=progress):
            yield pick(line, cells, columns)

    def lines(self, *, after: int, progress: Progress) -> Iterator[tuple[int, list[str]]]:
        """Yield the lines below line `after` that say something, each with all its cells as they stand."""
        total, count = self.path.stat().st_size, 0
        with self.path.open("rb") as raw:
            for line, cells in self._records(raw):
                if line <= after or not any(cells):
                    continue
                count += 1
                if count > MAX_ROWS:
                    raise too_many_rows()
                if count % 1000 == 0:
                    progress(raw.tell(), total)
                yield line, cells
        progress(total, total)

    def _records(self, raw: io.BufferedReader | None = None) -> Iterator[tuple[int, list[str]]]:
        source = raw or self.path.open("rb")
        line = 0
        with io.TextIOWrapper(source, encoding=self.encoding, newline="") as text:
            reader = csv.reader(text, delimiter=self.separator)
            try:
                for cells in reader:
                    started, line = line + 1, reader.line_num
                    if started > self.skip:
                        yield started, cells
            except csv.Error as error:
                raise refuse(_("Tanda kutip tidak ditutup, atau satu isian terlalu panjang."), line + 1) from error
            except UnicodeDecodeError as error:
                raise refuse(_("Huruf tidak dapat dibaca. Simpan berkas sebagai CSV UTF-8."), line + 1) from error

    def _dialect(self) -> tuple[str, int]:
        """Return the separator and how many lines to skip (Excel writes `sep=;` into the first)."""
        with self.path.open("r", encoding=self.encoding, errors="replace", newline="") as text:
            lines = [
                line.strip("\r\n") for line in islice((text.readline(_BLOCK) for _row in range(HEAD_ROWS)), HEAD_ROWS)
            ]
        first = lines[0].strip().casefold() if lines else ""
        if first.startswith("sep=") and len(first) <= 5:
            return (lines[0].strip()[4:] or "\t"), 1
        widest = max(lines, key=lambda line: max(map(line.count, _SEPARATORS)), default="")
        bare = "".join(widest.split('"')[::2])  # a separator within quotes separates nothing
        return max(_SEPARATORS, key=bare.count), 0


def pick(line: int, cells: list[str], columns: Collection[int]) -> SheetRow:
    """Return the row with only these columns, and with how long the line is."""
    width = filled = len(cells)
    while filled and not cells[filled - 1]:
        filled -= 1
    return SheetRow(line, {at: _cell(cells[at]) for at in columns if at < filled and cells[at]}, width, filled)


def _cell(text: str) -> str:
    return Formula(text) if text[0] == "=" else text


def _encoding(path: Path) -> str:
    with path.open("rb") as raw:
        start = raw.read(4096)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start[1::2].count(0) > len(start) // 4:
            return "utf-16-le"
        if start[::2].count(0) > len(start) // 4:
            return "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")()
        raw.seek(0)
        try:
            while block := raw.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"
