"""What a table file gives: rows with their line, cells as text that remembers whether it was a number or a formula."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from portal.errors import Refused

MAX_BYTES = 200_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 120
HEAD_ROWS = 20  # a title and an empty line may stand above the header

Progress = Callable[[int, int], None]


class Number(str):
    """A cell that the file holds as a number: what it once looked like is lost."""

    __slots__ = ()


class Formula(str):
    """A cell with a formula: its value is somebody's computation, not a fact of the register."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; `cells` by column number, empty cells left out.

    `width` counts the cells of a CSV line, `filled` those up to the last that is not empty; both are 0 in XLSX, where
    rows have no length of their own.
    """

    line: int
    cells: dict[int, str]
    width: int = 0
    filled: int = 0


class Sheet(Protocol):
    """A table file that can be read more than once, each time from its beginning."""

    def head(self) -> list[SheetRow]:
        """Return the first rows with all their cells, to find the header in."""

    def rows(self, wanted: Collection[int], *, after: int, progress: Progress) -> Iterator[SheetRow]:
        """Yield the rows below line `after` with only the wanted columns; the others are dropped while reading."""


def refuse(message: str, line: int = 0) -> Refused:
    """Return the refusal of a whole file, with the line where it was noticed."""
    return Refused(
        _("Baris %(line)s: %(message)s") % {"line": str(line), "message": message} if line else message, status=422
    )


def too_many_rows() -> Refused:
    return refuse(_("Berkas berisi lebih dari %(count)s baris. Bagi menjadi beberapa berkas.") % {"count": "200.000"})


def too_many_columns() -> Refused:
    return refuse(_("Berkas berisi lebih dari %(count)s kolom.") % {"count": str(MAX_COLUMNS)})
