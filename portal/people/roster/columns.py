"""Which columns of a roster are kept, under which names they come, and which are dropped while reading (D8)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.people.sheets import SheetRow
from portal.people.sheets.model import refuse

# The names of the SIASN export first, then those of local lists.
NAMES: dict[str, tuple[str, ...]] = {
    "roster_id": ("PNS ID",),
    "nip": ("NIP BARU", "NIP", "NIP NI PPPK", "NI PPPK", "NIP NIPPPK"),
    "name": ("NAMA", "NAMA LENGKAP", "NAMA PEGAWAI"),
    "title_prefix": ("GELAR DEPAN",),
    "title_suffix": ("GELAR BELAKANG",),
    "email": ("EMAIL", "E MAIL", "SUREL", "ALAMAT EMAIL"),
    "email_gov": ("EMAIL GOV", "EMAIL DINAS"),
    "employment": ("JENIS PEGAWAI NAMA", "JENIS PEGAWAI", "STATUS KEPEGAWAIAN", "STATUS PEGAWAI", "STATUS"),
    "candidate": ("STATUS CPNS PNS",),
    "legal_status": ("KEDUDUKAN HUKUM NAMA", "KEDUDUKAN HUKUM", "KEDUDUKAN"),
    "grade": ("GOL AKHIR NAMA", "GOLONGAN", "GOL", "PANGKAT GOL", "PANGKAT GOLONGAN", "GOL RUANG", "PANGKAT"),
    "post_kind": ("JENIS JABATAN NAMA", "JENIS JABATAN"),
    "post": ("JABATAN NAMA", "JABATAN", "NAMA JABATAN"),
    "post_since": ("TMT JABATAN",),
    "unit_id": ("UNOR ID",),
    "unit": ("UNOR NAMA", "UNIT KERJA", "UNOR", "UNIT ORGANISASI", "NAMA UNIT KERJA"),
    "office": ("SATUAN KERJA KERJA NAMA", "OPD SKPD", "OPD", "SKPD", "PERANGKAT DAERAH", "SATUAN KERJA"),
    "echelon": ("ESELON NAMA", "ESELON"),
}
_FIELD = {name: field for field, names in NAMES.items() for name in names}
_FORBIDDEN = re.compile(
    r"NIK|AGAMA|KAWIN|ALAMAT|NPWP|BPJS|\bHP\b|TELEPON|WHATSAPP|LAHIR|PENDIDIKAN|LULUS|SK (CPNS|PNS)|KARTU ASN|IKD|"
    r"KELAMIN|NIP LAMA|TMT (CPNS|PNS)|REKENING|GAJI|\bKK\b"
)
_REQUIRED = ("nip", "name")


@dataclass(frozen=True, slots=True)
class Header:
    """Where each kept field is; `titles` are the headings as the file writes them."""

    line: int
    fields: dict[str, int]
    titles: dict[str, str]
    forbidden: tuple[str, ...]
    unknown: tuple[str, ...]
    filled: int

    def title(self, field: str) -> str:
        return self.titles.get(field) or NAMES[field][0]


def normalise_title(text: str) -> str:
    """Return a heading in capitals with single blanks and without signs: ' Pangkat/Gol.' is 'PANGKAT GOL'."""
    return " ".join(re.sub(r"[\W_]+", " ", text).upper().split())


def find_header(rows: Iterable[SheetRow]) -> Header:
    """Return the first row that names NIP and name; refuse the file where there is none."""
    for row in rows:
        titles = {column: normalise_title(text) for column, text in row.cells.items()}
        fields = {_FIELD[title] for title in titles.values() if title in _FIELD}
        if fields.issuperset(_REQUIRED):
            return _header(row, titles)
    raise refuse(_("Baris judul tidak ditemukan. Berkas harus mempunyai kolom NIP BARU (atau NIP) dan NAMA."))


def likely_header(rows: Iterable[SheetRow]) -> SheetRow:
    """Return the row that most likely holds the headings: the one with most known names, else the fullest."""
    found = list(rows)
    if not found:
        raise refuse(_("Berkas tidak berisi baris."))

    def rank(row: SheetRow) -> tuple[int, int]:
        titles = [normalise_title(text) for text in row.cells.values()]
        return sum(title in _FIELD for title in titles), sum(bool(title) for title in titles)

    return max(found, key=rank)


def guess(title: str) -> str:
    """Return the field that a heading usually means, '' where it is none of ours."""
    return _FIELD.get(normalise_title(title), "")


def is_forbidden(title: str) -> bool:
    """Tell whether a column is one that is dropped while reading, whatever somebody matches it with."""
    name = normalise_title(title)
    return name not in _FIELD and bool(_FORBIDDEN.search(name))


def chosen_header(row: SheetRow, fields: dict[str, int]) -> Header:
    """Return the header with the columns that a person matched; refuse what cannot be read."""
    if missing := [NAMES[field][0] for field in _REQUIRED if field not in fields]:
        raise refuse(_("Kolom %s belum dipasangkan.") % ", ".join(missing))
    if "unit" not in fields and "unit_id" not in fields:
        raise refuse(_("Kolom unit belum dipasangkan. Pasangkan UNOR ID atau nama unit."))
    taken = set(fields.values())
    others = [text for column, text in row.cells.items() if column not in taken and text.strip()]
    return Header(
        line=row.line,
        fields=fields,
        titles={field: row.cells.get(column, "").strip() for field, column in fields.items()},
        forbidden=tuple(title for title in others if is_forbidden(title)),
        unknown=tuple(title for title in others if not is_forbidden(title)),
        filled=row.filled,
    )


def _header(row: SheetRow, titles: dict[int, str]) -> Header:
    fields: dict[str, int] = {}
    for column, title in titles.items():
        if (field := _FIELD.get(title)) is None:
            continue
        if field in fields:
            first = row.cells[fields[field]].strip()
            message = _("Kolom %(one)s dan %(other)s berisi hal yang sama. Hapus salah satu.")
            raise refuse(message % {"one": first, "other": row.cells[column].strip()}, row.line)
        fields[field] = column
    if "unit" not in fields and "unit_id" not in fields:
        raise refuse(_("Kolom unit tidak ada. Tambahkan UNOR ID, UNOR NAMA atau UNIT KERJA."), row.line)
    others = [title for title in titles.values() if title and title not in _FIELD]
    return Header(
        line=row.line,
        fields=fields,
        titles={field: row.cells[column].strip() for field, column in fields.items()},
        forbidden=tuple(title for title in others if _FORBIDDEN.search(title)),
        unknown=tuple(title for title in others if not _FORBIDDEN.search(title)),
        filled=row.filled,
    )
