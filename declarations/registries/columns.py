"""What each register holds: its columns, the headings they come under, and how a row's texts become values."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations.questions import BY_CODE
from declarations.registries.models import Registry
from declarations.registries.names import keys, normalise
from portal.people.models import Opd
from portal.people.roster.columns import normalise_title
from portal.people.roster.values import BadValue, day
from portal.people.sheets import Formula, Number

FUNCTIONS = "A3"  # the duties of the form are the functions of the register of sensitive sectors
_LENGTHS = {"name": 150, "detail": 200}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the heading of our template, others that are understood, and whether it must be filled."""

    field: str
    heading: Any
    others: tuple[str, ...] = ()
    needed: bool = False
    hint: Any = ""


_OPD = Column("opd", "OPD", ("SATKER", "SATUAN KERJA", "PERANGKAT DAERAH", "SKPD"), True)
_NIB = Column("nib", "NIB", ("NOMOR INDUK BERUSAHA",), hint=gettext_lazy("13 angka, bila ada"))
_NPWP = Column("npwp", "NPWP", hint=gettext_lazy("15 atau 16 angka, bila ada"))
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    Registry.VENDOR: (
        Column("name", "NAMA PENYEDIA", ("PENYEDIA", "NAMA", "NAMA PERUSAHAAN", "NAMA PEMENANG"), True),
        _NPWP,
        _NIB,
        _OPD,
        Column("detail", "PAKET", ("NAMA PAKET", "PEKERJAAN"), True),
        Column("starts", "TANGGAL KONTRAK", ("TGL KONTRAK", "MULAI"), True),
        Column("ends", "TANGGAL SELESAI", ("TGL SELESAI", "SELESAI")),
    ),
    Registry.PERMIT: (
        Column("name", "NAMA USAHA", ("NAMA", "PEMEGANG IZIN", "NAMA PERUSAHAAN"), True),
        _NIB,
        _OPD,
        Column("detail", "JENIS IZIN", ("IZIN",), True),
        Column("starts", "TANGGAL TERBIT", ("TGL TERBIT", "TERBIT")),
        Column("ends", "BERLAKU SAMPAI", ("MASA BERLAKU",)),
    ),
    Registry.SUPERVISED: (
        Column("name", "NAMA OBJEK", ("NAMA", "NAMA USAHA", "OBJEK"), True),
        _NIB,
        _NPWP,
        _OPD,
        Column("detail", "JENIS OBJEK", ("JENIS",)),
        Column("starts", "MULAI", ("TANGGAL MULAI",)),
        Column("ends", "SAMPAI", ("TANGGAL SELESAI",)),
    ),
    Registry.SECTOR: (
        Column("name", "BIDANG", ("BIDANG USAHA", "SEKTOR"), True, gettext_lazy("misalnya obat, buku, pupuk")),
        Column("opd", "OPD", _OPD.others, hint=gettext_lazy("kosong: semua OPD yang menjalankan fungsinya")),
        Column("function", "FUNGSI", ("TUGAS",), hint=gettext_lazy("kosong: semua fungsi di OPD itu")),
    ),
    Registry.ELECTION: (
        Column("name", "NAMA", ("NAMA PEMILIHAN", "PEMILIHAN"), True),
        Column("starts", "MULAI", ("TANGGAL MULAI",), True),
        Column("ends", "SAMPAI", ("SELESAI", "TANGGAL SELESAI"), True),
    ),
}
_IDENTITY: Mapping[str, tuple[str, ...]] = {
    Registry.VENDOR: ("norm", "opd", "detail", "starts"),
    Registry.PERMIT: ("norm", "nib", "opd", "detail"),
    Registry.SUPERVISED: ("norm", "nib", "opd"),
    Registry.SECTOR: ("norm", "opd", "function"),
    Registry.ELECTION: ("norm",),
}


@dataclass(slots=True)
class Reader:
    """Turns the texts of one row into the values of a row of this register; asks the database once."""

    registry: str
    _digits: re.Pattern[str] = field(default=re.compile(r"\D+"))
    _units: dict[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for pk, name, code, roster_id in Opd.objects.values_list("pk", "name", "code", "roster_id"):
            for key in filter(None, (code, roster_id, name)):
                known = self._units.setdefault(normalise_title(key), pk)
                if known != pk:
                    self._units[normalise_title(key)] = None  # two units of one name: neither is meant for sure

    def values(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """Return the values, or raise BadValue with a sentence that says what to mend."""
        if any(isinstance(text, Formula) for text in texts.values()):
            raise BadValue("formula", _("sel berisi rumus; ganti dengan nilainya"))
        given = {key: " ".join(text.split()).removeprefix("'").strip() for key, text in texts.items()}
        for column in COLUMNS[self.registry]:
            if column.needed and not given.get(column.field):
                raise BadValue("empty", _("kolom %s kosong; isi") % column.heading)
        found: dict[str, Any] = {"opd": None, "function": "", "nib": "", "npwp": "", "starts": None, "ends": None}
        for key in ("name", "detail"):
            found[key] = self._text(key, given.get(key, ""))
        for key, read in self._readers.items():
            if given.get(key):
                text = texts[key]
                found[key] = read(text if isinstance(text, Number) else given[key])
        return self._whole(found)

    @property
    def _readers(self) -> dict[str, Callable[[str], Any]]:
        return {
            "opd": self._unit,
            "function": _function,
            "nib": lambda text: self._number(text, (13,), "NIB"),
            "npwp": lambda text: self._number(text, (15, 16), "NPWP"),
            "starts": day,
            "ends": day,
        }

    def _whole(self, found: dict[str, Any]) -> dict[str, Any]:
        found["norm"] = normalise(found["name"])
        if not found["norm"]:
            raise BadValue("name", _("nama hanya berisi bentuk usaha atau tanda; tulis namanya"))
        if found["starts"] and found["ends"] and found["ends"] < found["starts"]:
            raise BadValue("period", _("tanggal akhir sebelum tanggal mulai; perbaiki"))
        if self.registry == Registry.SECTOR and not found["opd"] and not found["function"]:
            raise BadValue("scope", _("isi OPD atau fungsi, supaya jelas bagi siapa bidang ini sensitif"))
        found["keys"] = keys(found["norm"])
        text = "\x1f".join([self.registry, *(str(found[part] or "").casefold() for part in _IDENTITY[self.registry])])
        found["identity"] = hashlib.sha256(text.encode()).hexdigest()
        return found

    @staticmethod
    def _text(key: str, text: str) -> str:
        if len(text) > _LENGTHS[key]:
            raise BadValue(key, _("teks lebih dari %d karakter; ringkas") % _LENGTHS[key])
        return text

    def _unit(self, text: str) -> int:
        found = self._units.get(normalise_title(text), 0)
        if found == 0:
            raise BadValue(
                "opd", _("OPD “%s” tidak dikenal; tulis nama atau kodenya seperti di daftar OPD") % text[:60]
            )
        if found is None:
            raise BadValue("opd", _("nama OPD “%s” dipakai beberapa unit; tulis kodenya") % text[:60])
        return found

    def _number(self, text: str, lengths: tuple[int, ...], name: str) -> str:
        digits = self._digits.sub("", text.removesuffix(".0"))
        if len(digits) not in lengths:
            allowed = _(" atau ").join(map(str, lengths))
            raise BadValue(name, _("%(name)s harus %(count)s angka") % {"name": name, "count": allowed})
        return digits


def _function(text: str) -> str:
    """Return the code of a duty, given as the code or as the words of the form."""
    wanted = normalise_title(text)
    for option in BY_CODE[FUNCTIONS].options:
        if option.value != "TIDAK_ADA" and wanted in (
            normalise_title(option.value),
            normalise_title(str(option.label)),
        ):
            return option.value
    raise BadValue("function", _("fungsi “%s” tidak dikenal; tulis seperti dalam isian tugas") % text[:60])


def columns_of(registry: str, titles: Mapping[int, str]) -> dict[str, int]:
    """Return where each field stands under these headings."""
    names = {
        normalise_title(name): column.field
        for column in COLUMNS[registry]
        for name in (str(column.heading), *column.others)
    }
    found: dict[str, int] = {}
    for at, title in titles.items():
        if (key := names.get(normalise_title(title))) and key not in found:
            found[key] = at
    return found


def missing(registry: str, found: Mapping[str, int]) -> list[str]:
    """Return the headings that a file needs and does not have."""
    return [str(column.heading) for column in COLUMNS[registry] if column.needed and column.field not in found]
