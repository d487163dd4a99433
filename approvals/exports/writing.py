"""Tables as files for Indonesian Excel: semicolons and a BOM in CSV, text that no program takes for a formula."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, cast

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

_FORMULA = frozenset("=+-@＝＋－＠")
_FIRST = frozenset("\t\r\n\0")
_LINES = 200
BOM = "\ufeff"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | None


def safe(value: Cell) -> Cell:
    """Return a value that is shown as it is: a quote in front of what a spreadsheet would calculate or run.

    Numbers of ours stay numbers; in text, control characters go (XLSX may hold none of them), line feeds stay.
    """
    if value is None or not isinstance(value, str):
        return value
    if value.isprintable():  # nearly every text: nothing to take out, and no blank but the ordinary one
        return f"'{value}" if value.lstrip()[:1] in _FORMULA else value
    start = next((char for char in value if not _invisible(char)), "")
    clean = "".join(char for char in value if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))
    return f"'{clean}" if start in _FORMULA or value[:1] in _FIRST else clean


def _invisible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Zs")


class _Line:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the file, some lines at a time: a piece goes to the reader in one parcel."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield (BOM + writer.writerow([safe(each) for each in header])).encode()
    rows = iter(rows)
    while piece := list(islice(rows, _LINES)):
        yield "".join([str(writer.writerow([_number(safe(each)) for each in row])) for row in piece]).encode()


def _number(value: Cell) -> Cell:
    """Write 12.5 as 12,5: the decimal sign of the country."""
    return str(value).replace(".", ",") if isinstance(value, float) else value


def write_xlsx(file: IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write the workbook row by row: openpyxl keeps none of them in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.append([_cell(sheet, each) for each in header])
    for row in rows:
        sheet.append([_cell(sheet, each) for each in row])
    book.save(file)


def _cell(sheet: Any, value: Cell) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet)
    cell.value = str(safe(value))[:32_000]
    cell.data_type = "s"  # never a formula or an error code, whatever the text looks like
    return cell


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return the table as a download, written while it is read."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, response)  # a streamed answer passes through our views like any other
