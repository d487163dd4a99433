"""The circular in plain words, as the public page of rules tells it; legal texts are rows that BKPSDM corrects."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

VERSION = "1"
CIRCULAR = "SE Bupati Pasaman Barat 800.1.6.2/1641/BKPSDM-2025"


@dataclass(frozen=True)
class Rule:
    """One rule: its anchor on the page, what it says, and an example where one helps."""

    code: str
    text: Any
    example: Any = ""


@dataclass(frozen=True)
class Group:
    """Rules with the same consequence."""

    key: str
    icon: str
    title: Any
    note: Any
    rules: tuple[Rule, ...]


GROUPS = (
    Group(
        "",
        "check",
        _("Yang boleh"),
        _("Langsung berkarya, cukup dideklarasikan."),
        (
            Rule("A-01", _("Konten edukatif: mengajarkan pengetahuan atau keterampilan."), _("Pelajaran matematika.")),
            Rule("A-02", _("Konten informatif: menyampaikan informasi yang benar."), _("Jadwal imunisasi.")),
            Rule("A-03", _("Konten inspiratif: memberi semangat atau teladan."), _("Kisah kebun sekolah.")),
            Rule("A-04", _("Konten yang mendukung program pemerintah dan nilai dasar ASN.")),
            Rule("A-05", _("Konten yang tidak melanggar etika, norma, dan hukum, dibuat di luar jam kerja.")),
        ),
    ),
    Group(
        "ask",
        "warn",
        _("Yang perlu ditelaah atau disesuaikan"),
        _("Deklarasikan lebih dulu; BKPSDM menelaahnya."),
        (
            Rule("A-06", _("Dibuat atau diunggah pada jam kerja."), _("Siaran langsung pukul 10.00 di kantor.")),
            Rule("A-07", _("Menghasilkan uang, barang, atau keuntungan lain."), _("Endorse, iklan platform.")),
            Rule(
                "A-08",
                _("Dapat bertentangan dengan kepentingan jabatan."),
                _("Petugas perizinan mengulas usaha yang mengurus izin kepadanya."),
            ),
        ),
    ),
    Group(
        "no",
        "cross",
        _("Yang dilarang"),
        _("Bagi setiap ASN: membuat, membagikan, atau berkomentar."),
        (
            Rule("A-09", _("Ujaran kebencian, provokasi, atau fitnah.")),
            Rule("A-10", _("Pornografi atau hal lain yang melanggar kesusilaan atau hukum.")),
            Rule("A-11", _("Dukungan atau penolakan terhadap partai politik atau calon.")),
            Rule("A-12", _("Merendahkan nama baik pemerintah, pimpinan, instansi, atau sesama ASN.")),
            Rule("A-13", _("Kegiatan kreator yang tidak mencerminkan nilai dasar ASN.")),
        ),
    ),
)
