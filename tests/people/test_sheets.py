"""Table files: dialects, encodings, XLSX with numbers, formulas, bombs, and what is never kept in memory."""

import io
import resource
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook

from portal.errors import Refused
from portal.people.models import Employee
from portal.people.roster import import_roster
from portal.people.sheets import Formula, Number, open_sheet
from portal.people.sheets.progress import Bar
from tests.people.files import csv_text, employee, nip, write_csv, write_excel, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"


def silent(_done: int, _total: int) -> None:
    """Draw nothing."""


def rows_of(path: Path, *wanted: int) -> list[tuple[int, dict[int, str]]]:
    sheet = open_sheet(path)
    return [(row.line, row.cells) for row in sheet.rows(wanted, after=1, progress=silent)]


# -- CSV -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_in_every_usual_encoding_and_with_every_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    """[F05]"""
    path = write_csv(tmp_path / "a.csv", [employee(1, NAMA="René Ñata")], encoding=encoding, separator=separator)
    assert rows_of(path, 1, 3) == [(2, {1: f"'{nip(1)}", 3: "René Ñata"})]


def test_excels_separator_line_and_quotes_across_lines_keep_the_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('sep=;\r\nNIP;NAMA\r\n1;"Satu\r\nDua"\r\n\r\n2;Tiga\r\n', newline="")
    assert rows_of(path, 0, 1) == [
        (2, {0: "NIP", 1: "NAMA"}),
        (3, {0: "1", 1: "Satu\r\nDua"}),
        (6, {0: "2", 1: "Tiga"}),
    ]


def test_an_open_quote_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('NIP,NAMA\n1,Satu\n2,"' + "x" * 200_000)
    with pytest.raises(Refused, match="Baris 3"):
        rows_of(path, 0)


def test_bytes_that_no_encoding_knows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"NIP,NAMA\n1,\x81\x8d\n")
    with pytest.raises(Refused, match="UTF-8"):
        rows_of(path, 0)


def test_more_than_120_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(["NIP"] * 121) + "\n")
    with pytest.raises(Refused, match="120 kolom"):
        open_sheet(path).head()


def test_more_than_200_000_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("NIP,NAMA\n" + "1,A\n" * 200_001)
    with pytest.raises(Refused, match=r"200\.000 baris"):
        rows_of(path, 0)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"<html><table></table></html>", "bukan XLSX"),
        ("a.csv", b"\xef\xbb\xbf <html>", "bukan XLSX"),
        ("a.xlsx", b"NIP,NAMA\n", "bukan XLSX"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lama"),
        ("a.csv", b"", "kosong"),
        ("a.xlsx", b"PK\x03\x04rusak", "rusak"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused, match=sentence) as refused:
        open_sheet(path)
    assert refused.value.status == 422


def test_a_file_above_the_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x" * 2_000_001)
    with pytest.raises(Refused, match="lebih besar dari 2 MB"):
        open_sheet(path, max_bytes=2_000_000)


# -- XLSX ----------------------------------------------------------------------------------------------------------


def test_xlsx_cells_remember_that_they_were_numbers_or_formulas(tmp_path: Path) -> None:
    """[F10]"""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["NIP", "NAMA", "X"], [198504122010012901, "Rahmi", 1], [nip(1), "=1+1", None], [None, None, None]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    (one, two) = rows_of(tmp_path / "a.xlsx", 0, 1)
    assert one[0] == 2
    assert isinstance(one[1][0], Number)
    assert not isinstance(one[1][1], Number)
    assert isinstance(two[1][1], Formula)
    assert two[1][0] == nip(1)


@pytest.mark.django_db
def test_a_roster_in_xlsx_is_imported_and_a_numeric_nip_refused(tree: SimpleNamespace, tmp_path: Path) -> None:
    """[F03]"""
    rows = [employee(1), employee(2, NIP_BARU=int(nip(2))), employee(3, NAMA='=HYPERLINK("http://x.example","A")')]
    rows.append(employee(4, TMT_JABATAN=45383))
    plan = import_roster(write_xlsx(tmp_path / "a.xlsx", rows), apply=True)
    assert [(each.line, each.column, each.kind) for each in plan.problems] == [
        (3, "NIP BARU", "nip_number"),
        (4, "NAMA", "formula"),
    ]
    assert "ubah menjadi teks" in plan.problems[0].mend
    assert nip(2) not in str(plan.problems[0])
    assert Employee.objects.get(nip=nip(1)).unit == tree.school
    assert str(Employee.objects.get(nip=nip(4)).post_since) == "2024-04-01"


def test_texts_of_columns_that_nobody_wants_are_never_kept(tmp_path: Path) -> None:
    path = write_excel(tmp_path / "a.xlsx", [employee(1), employee(2)])
    assert rows_of(path, 1)[0] == (2, {1: f"'{nip(1)}"})
    sheet = open_sheet(path)
    kept: list[str] = []
    original = sheet._strings  # type: ignore[attr-defined]

    def spy(used: set[int]) -> dict[int, str]:
        texts: dict[int, str] = original(used)
        kept.extend(texts.values())
        return texts

    sheet._strings = spy  # type: ignore[attr-defined]
    list(sheet.rows([1, 3], after=1, progress=silent))
    assert any("PEGAWAI" in text for text in kept)
    assert not any("RAHASIA" in text or "131201" in text for text in kept)


def repack(path: Path, **parts: bytes) -> Path:
    """Write a small workbook with some parts replaced."""
    buffer = io.BytesIO()
    Workbook().save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return path


def test_a_zip_bomb_is_refused_fast_and_without_memory(tmp_path: Path) -> None:
    """[F01]"""
    path = repack(tmp_path / "a.xlsx", **{SHEET: b"<worksheet>" + b" " * 250_000_000})
    assert path.stat().st_size < 1_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match="terlalu besar setelah dibuka"):
        open_sheet(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def sheet_xml(body: str) -> bytes:
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<x:worksheet xmlns:x="{name}"><x:sheetData>{body}</x:sheetData></x:worksheet>'.encode()


def test_a_sheet_that_claims_the_whole_grid_costs_nothing(tmp_path: Path) -> None:
    """[F02]"""
    body = '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>NIP</x:t></x:is></x:c></x:row>'
    body += '<x:row r="1048576"><x:c r="A1048576"><x:v>1</x:v></x:c><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
    path = repack(tmp_path / "a.xlsx", **{SHEET: sheet_xml(body)})
    assert rows_of(path, 0) == [(1048576, {0: "1"})]
    with pytest.raises(Refused, match="120 kolom"):
        open_sheet(path).head()


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({SHEET: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'}, "DOCTYPE"),
        ({SHEET: b"<worksheet><sheetData><row r='1'><c r='A1'>"}, "rusak"),
        ({SHEET: sheet_xml('<x:row><x:c r="A1" t="s"><x:v>x</x:v></x:c></x:row>')}, "rusak"),
        ({"xl/vbaProject.bin": b"x"}, "makro"),
        ({"xl/workbook.xml": b"<workbook><sheets/></workbook>"}, "lembar"),
    ],
)
def test_a_strange_workbook_is_refused(tmp_path: Path, parts: dict[str, bytes], sentence: str) -> None:
    """[F04]"""
    path = repack(tmp_path / "a.xlsx", **parts)
    with pytest.raises(Refused, match=sentence):
        open_sheet(path).head()


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("halo.txt", "halo")
    with pytest.raises(Refused, match="bukan XLSX"):
        open_sheet(tmp_path / "a.zip")


# -- the bar -------------------------------------------------------------------------------------------------------


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("screen", "expected"), [(Screen(), "\r"), (io.StringIO(), "Membaca 50%\n")])
def test_the_bar_is_redrawn_on_a_terminal_and_written_in_tenths_elsewhere(screen: Any, expected: str) -> None:
    bar = Bar(screen, "Membaca")
    for done in range(0, 101):
        bar(done, 100)
    bar.end()
    assert expected in screen.getvalue()
    assert "100%" in screen.getvalue()
    assert screen.getvalue().count("\n") <= 11


def test_csv_text_of_these_tests_is_what_siasn_writes() -> None:
    assert csv_text([employee(1)]).startswith("PNS ID,NIP BARU,NIP LAMA,NAMA")
