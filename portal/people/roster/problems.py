"""A row that cannot be taken: where, what stands there, what is wrong, how to mend it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.people.nip import mask, normalise

# kind -> how to mend it
MEND: dict[str, Promise] = {
    "nip_empty": _("Isi NIP, atau hapus baris ini."),
    "nip_number": _("Kolom NIP terbaca sebagai angka; ubah menjadi teks, lalu ambil NIP lagi dari sumbernya."),
    "nip_wrong": _("Salin NIP lagi dari SK atau SIASN."),
    "nip_twice": _("Sisakan satu baris untuk setiap NIP."),
    "roster_id_twice": _("Periksa PNS ID di SIASN; satu PNS ID hanya untuk satu pegawai."),
    "name_empty": _("Isi nama pegawai."),
    "unit_empty": _("Isi UNOR ID atau nama unit."),
    "unit_unknown": _("Muat dahulu daftar unit dengan import_registry unit, atau perbaiki nama unit."),
    "unit_ambiguous": _("Isi UNOR ID, atau kolom OPD, supaya unitnya jelas."),
    "employment": _("Tulis PNS, CPNS, PPPK atau PPPK Paruh Waktu."),
    "email": _("Perbaiki alamat email, atau kosongkan."),
    "grade": _("Tulis golongan seperti III/d, atau IX untuk PPPK."),
    "date": _("Tulis tanggal seperti 2024-05-31 atau 31-05-2024."),
    "formula": _("Ganti rumus dengan nilainya (Tempel Khusus, Nilai)."),
    "number": _("Ubah sel menjadi teks dan tulis isinya lagi."),
    "width": _("Periksa tanda pemisah dan tanda kutip pada baris ini."),
    "control": _("Hapus karakter yang tidak terlihat pada isian ini."),
    "long": _("Ringkas isian ini."),
}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row."""

    line: int
    column: str
    value: str
    kind: str
    message: str

    @property
    def mend(self) -> str:
        return str(MEND[self.kind])

    def __str__(self) -> str:
        where = _("Baris %(line)s, kolom %(column)s") % {"line": str(self.line), "column": self.column}
        value = f" ({self.value})" if self.value else ""
        return f"{where}{value}: {self.message}. {self.mend}"


def shown(value: str, *, nip: bool = False) -> str:
    """Return a value fit for a screen or a log: short, printable, a NIP masked."""
    text = "".join(sign if sign.isprintable() else "�" for sign in value.strip())
    if nip or sum(sign.isdigit() for sign in text) >= 12:
        text = mask(normalise(text))
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
