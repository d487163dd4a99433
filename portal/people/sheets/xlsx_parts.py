"""Look into an XLSX before opening it: sizes from the zip directory, no macros, where the first sheet is."""

import posixpath
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext as _

from portal.people.sheets.model import refuse

MAX_UNPACKED = 300_000_000
MAX_RATIO = 100
MAX_PARTS = 1000
_SMALL = 4_000_000  # descriptive parts are read whole, and are never this large


@dataclass(frozen=True, slots=True)
class Parts:
    """Names of the parts that matter."""

    sheet: str
    strings: str | None


def check_directory(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse a bomb, an encrypted file or one with macros by what the zip directory says; nothing is unpacked."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed:
        raise refuse(_("Berkas terlalu besar setelah dibuka."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise refuse(_("Berkas dikunci dengan kata sandi. Simpan tanpa kata sandi."))
    if any(entry.filename.casefold().endswith("vbaproject.bin") for entry in entries):
        raise refuse(_("Berkas berisi makro. Simpan sebagai .xlsx."))


def find_parts(archive: zipfile.ZipFile) -> Parts:
    """Return where the first visible sheet and the shared strings are."""
    names = set(archive.namelist())
    book = "xl/workbook.xml"
    if book not in names:
        raise refuse(_("Berkas ini bukan XLSX. Simpan ulang dari Excel sebagai .xlsx, atau pakai CSV."))
    targets = {
        each.get("Id", ""): each.get("Target", "")
        for name, each in _elements(archive, "xl/_rels/workbook.xml.rels")
        if name == "Relationship"
    }
    for name, each in _elements(archive, book):
        if name == "sheet" and each.get("state", "visible") == "visible":
            target = targets.get(next((value for key, value in each.items() if key.endswith("id")), ""), "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            if part in names:
                strings = next((each for each in names if each.casefold() == "xl/sharedstrings.xml"), None)
                return Parts(part, strings)
    raise refuse(_("Berkas tidak berisi lembar yang dapat dibaca."))


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of a small part with their attributes, names without prefix."""
    if part not in archive.namelist() or archive.getinfo(part).file_size > _SMALL:
        raise refuse(_("Berkas ini bukan XLSX. Simpan ulang dari Excel sebagai .xlsx, atau pakai CSV."))
    found: list[tuple[str, dict[str, str]]] = []
    parser = new_parser()
    parser.StartElementHandler = lambda name, each: found.append((name.rpartition(":")[2], each))
    parse(parser, archive.read(part), final=True)
    return found


def new_parser() -> expat.XMLParserType:
    """Return a parser that refuses a DOCTYPE: no entities, no address outside the file."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def parse(parser: expat.XMLParserType, block: bytes, *, final: bool = False) -> None:
    """Feed the parser; damaged XML is a refusal of the file."""
    try:
        parser.Parse(block, final)
    except (expat.ExpatError, ValueError) as error:
        raise refuse(_("Isi berkas XLSX rusak. Simpan ulang dari Excel.")) from error


def _no_doctype(*_args: object) -> None:
    raise refuse(_("Isi berkas XLSX tidak lazim (DOCTYPE). Simpan ulang dari Excel."))


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the file after its directory passed the check."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise refuse(_("Isi berkas XLSX rusak. Simpan ulang dari Excel.")) from error
    check_directory(archive, path.stat().st_size)
    return archive
