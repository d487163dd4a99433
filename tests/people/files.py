"""Roster files for tests: the SIASN export with its 69 columns and more, as CSV and XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

SIASN = [
    "PNS ID", "NIP BARU", "NIP LAMA", "NAMA", "GELAR DEPAN", "GELAR BELAKANG", "TEMPAT LAHIR ID",
    "TEMPAT LAHIR NAMA", "TANGGAL LAHIR", "JENIS KELAMIN", "AGAMA ID", "AGAMA NAMA", "JENIS KAWIN ID",
    "JENIS KAWIN NAMA", "NIK", "NOMOR HP", "EMAIL", "EMAIL GOV", "ALAMAT", "NPWP NOMOR", "BPJS",
    "JENIS PEGAWAI ID", "JENIS PEGAWAI NAMA", "KEDUDUKAN HUKUM ID", "KEDUDUKAN HUKUM NAMA", "STATUS CPNS PNS",
    "KARTU ASN VIRTUAL", "NOMOR SK CPNS", "TANGGAL SK CPNS", "TMT CPNS", "NOMOR SK PNS", "TANGGAL SK PNS",
    "TMT PNS", "GOL AWAL ID", "GOL AWAL NAMA", "GOL AKHIR ID", "GOL AKHIR NAMA", "TMT GOLONGAN", "MK TAHUN",
    "MK BULAN", "JENIS JABATAN ID", "JENIS JABATAN NAMA", "JABATAN ID", "JABATAN NAMA", "TMT JABATAN",
    "TINGKAT PENDIDIKAN ID", "TINGKAT PENDIDIKAN NAMA", "PENDIDIKAN ID", "PENDIDIKAN NAMA", "TAHUN LULUS",
    "KPKN ID", "KPKN NAMA", "LOKASI KERJA ID", "LOKASI KERJA NAMA", "UNOR ID", "UNOR NAMA", "INSTANSI INDUK ID",
    "INSTANSI INDUK NAMA", "INSTANSI KERJA ID", "INSTANSI KERJA NAMA", "SATUAN KERJA INDUK ID",
    "SATUAN KERJA INDUK NAMA", "SATUAN KERJA KERJA ID", "SATUAN KERJA KERJA NAMA", "IS VALID NIK", "NAMA SEKOLAH",
    "FLAG IKD", "ESELON ID", "ESELON NAMA",
]  # fmt: skip
PNS = "PNS Daerah Kab./Kota yang bekerja pada Kab./Kota"
PPPK = "PPPK Daerah Kab./Kota yang bekerja pada Kab./Kota"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Row = Mapping[str, Any]


def nip(number: int) -> str:
    """Return the n-th of a long row of well-formed, different numbers."""
    born = date(1970, 1, 1) + timedelta(days=number % 9000)
    return f"{born:%Y%m%d}2010012{901 + number // 9000:03d}"


def employee(number: int, **fields: Any) -> dict[str, Any]:
    """Return one row of the SIASN export; keywords replace cells (JABATAN_NAMA for 'JABATAN NAMA')."""
    row = {
        "PNS ID": f"D-{number:06d}",
        "NIP BARU": f"'{nip(number)}",
        "NAMA": f"PEGAWAI NOMOR {_word(number)}",
        "GELAR BELAKANG": "S.Pd.",
        "TANGGAL LAHIR": "01-01-1980",
        "AGAMA NAMA": "RAHASIA-AGAMA",
        "NIK": "'1312010101800001",
        "NOMOR HP": "081200000000",
        "ALAMAT": "Jl. Contoh; No. 1, Simpang Ampek",
        "NPWP NOMOR": "'000000000000000",
        "EMAIL": f"p{number}@demo.pasbar.example",
        "JENIS PEGAWAI NAMA": PNS,
        "KEDUDUKAN HUKUM NAMA": "Aktif",
        "STATUS CPNS PNS": "PNS",
        "GOL AKHIR NAMA": "III/c",
        "JENIS JABATAN NAMA": "Jabatan Fungsional",
        "JABATAN NAMA": "Guru Ahli Muda",
        "TMT JABATAN": "2020-04-01",
        "UNOR ID": "U-SD",
        "UNOR NAMA": "SD Negeri 91 Contoh",
    }
    return row | {name.replace("_", " "): value for name, value in fields.items()}


def _word(number: int) -> str:
    letters = ""
    while True:
        number, rest = divmod(number, 26)
        letters = chr(65 + rest) + letters
        if not number:
            return letters


def lines(rows: Iterable[Row], columns: Sequence[str] = SIASN) -> Iterator[list[Any]]:
    yield list(columns)
    for row in rows:
        yield [row.get(column, "") for column in columns]


def write_csv(
    path: Path, rows: Iterable[Row], *, columns: Sequence[str] = SIASN, separator: str = ",", encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(lines(rows, columns))
    return path


def csv_text(rows: Iterable[Row], columns: Sequence[str] = SIASN) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(lines(rows, columns))
    return buffer.getvalue()


def write_xlsx(path: Path, rows: Iterable[Row], *, columns: Sequence[str] = SIASN) -> Path:
    """Write a workbook as openpyxl does: texts within the cells."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for row in lines(rows, columns):
        sheet.append(row)
    book.save(path)
    return path


def write_excel(path: Path, rows: Iterable[Row], *, columns: Sequence[str] = SIASN) -> Path:
    """Write a workbook as Excel does: every text once in the table of shared strings."""
    numbers: dict[str, int] = {}
    empty = io.BytesIO()
    Workbook().save(empty)
    with zipfile.ZipFile(empty) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{SPREADSHEET}"><sheetData>'.encode())
            for line, row in enumerate(lines(rows, columns), start=1):
                cells = (
                    f'<c r="{get_column_letter(at)}{line}" t="s"><v>{numbers.setdefault(text, len(numbers))}</v></c>'
                    for at, text in enumerate(row, start=1)
                    if text
                )
                sheet.write(f'<row r="{line}">{"".join(cells)}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        texts = "".join(f"<si><t>{escape(text)}</t><rPh><t>x</t></rPh></si>" for text in numbers)
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SPREADSHEET}">{texts}</sst>')
    return path
