"""What BKPSDM sets about the rules: the severity of each branch and the thresholds, frozen for `screen`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.screening.conflict import BLOCK, INFO, WARN, Conflict, lower
from declarations.facts import Facts
from declarations.models import Severity

Branches = Mapping[Severity, Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """One threshold of a rule: its value until BKPSDM sets another, what may be set, and how it is asked for."""

    standard: int
    least: int
    most: int
    label: Any
    unit: Any


_ECHELON = Limit(3, 1, 4, _("Berlaku sampai eselon"), _("1 untuk I, 2 untuk II, dan seterusnya"))
LIMITS: Mapping[str, Mapping[str, Limit]] = {
    "KK-10": {
        "hari": Limit(30, 7, 90, _("Unggahan dalam hari terakhir"), _("hari")),
        "unggahan": Limit(5, 2, 50, _("Unggahan yang terbaca, sedikitnya"), _("unggahan")),
        "persen": Limit(40, 10, 100, _("Bagian dalam jam kerja, sedikitnya"), _("persen")),
    },
    "KK-02": {"eselon": _ECHELON},
    "KK-17": {"eselon": _ECHELON},
    "KK-19": {
        "eselon": _ECHELON,
        "golongan": Limit(4, 1, 4, _("PNS mulai golongan"), _("1 untuk I, 2 untuk II, dan seterusnya")),
    },
    "SYS-2": {"unggahan": Limit(2, 1, 20, _("Unggahan dengan tanda iklan, sedikitnya"), _("unggahan"))},
}

_EACH = _("setiap kali aturan ini bertanya")
_PAID, _UNPAID = _("bila kanal menghasilkan keuntungan"), _("bila tidak menghasilkan keuntungan")
# for each rule the branches its condition knows, by base severity, and in words when each applies
BRANCHES: Mapping[str, Branches] = {
    "KOM-00": {
        BLOCK: _("bila dibaca ketat, atau bersama temuan lain yang Tinggi"),
        WARN: _("bila dibaca menurut konflik, tanpa temuan lain yang Tinggi"),
    },
    "KK-01": {BLOCK: _EACH},
    "KK-02": {
        WARN: _("bagi pejabat sampai eselon yang ditetapkan, dan bagi pengadaan atau keuangan"),
        INFO: _("bagi pegawai lain"),
    },
    "KK-03": {BLOCK: _("bila mitra penyedia OPD lain, atau bidang usahanya sensitif"), WARN: _("selain itu")},
    "KK-04": {BLOCK: _("bila objek tugasnya sendiri, atau ulasan yang menghasilkan keuntungan"), WARN: _UNPAID},
    "KK-05": {BLOCK: _EACH},
    "KK-06": {BLOCK: _("bila pembelinya peserta didik sendiri"), INFO: _("bila pembelinya orang lain")},
    "KK-07": {BLOCK: _PAID, WARN: _UNPAID},
    "KK-08": {
        BLOCK: _("bila tanpa persetujuan tertulis, atau pasien"),
        WARN: _("bila ada persetujuan tertulis"),
    },
    "KK-09": {BLOCK: _EACH},
    "KK-10": {INFO: _EACH},
    "KK-11": {
        BLOCK: _PAID,
        WARN: _("bila jenis kontennya hanya Lainnya"),
        INFO: _("bila konten edukatif, informatif, atau inspiratif tanpa keuntungan"),
    },
    "KK-12": {BLOCK: _PAID, WARN: _UNPAID},
    "KK-13": {BLOCK: _PAID, WARN: _UNPAID},
    "KK-14": {WARN: _EACH},
    "KK-15": {
        BLOCK: _("bila pemberi dilayani atau dipimpin pegawai, atau belum dilaporkan"),
        WARN: _("bila pemberi tidak berkaitan dengan tugas"),
    },
    "KK-16": {BLOCK: _("bila bidang usahanya sensitif bagi OPD atau tugasnya"), WARN: _("selain itu")},
    "KK-17": {BLOCK: _("bagi pejabat sampai eselon yang ditetapkan"), WARN: _("bagi pegawai lain")},
    "KK-18": {BLOCK: _EACH},
    "KK-19": {
        BLOCK: _("mulai golongan atau sampai eselon yang ditetapkan"),
        WARN: _("tanpa izin tertulis"),
        INFO: _("dengan izin tertulis"),
    },
    "KK-20": {
        BLOCK: _("bila menjangkau bawahan, pasien, atau peserta didik sendiri"),
        WARN: _("bila menjangkau orang lain"),
    },
    "KK-21": {BLOCK: _EACH},
    "KK-22": {BLOCK: _EACH},
    "KK-23": {
        BLOCK: _("bila muatannya dinyatakan, atau keluarga dalam masa pemilihan"),
        WARN: _("bila keluarga di luar masa pemilihan"),
    },
    "KK-24": {BLOCK: _("bila usahanya tercatat dalam register OPD sendiri"), WARN: _("selain itu")},
    "KK-25": {BLOCK: _EACH},
    "SYS-1": {INFO: _EACH},
    "SYS-2": {INFO: _EACH},
    "SYS-3": {INFO: _EACH},
    "SYS-4": {BLOCK: _EACH},
    "SYS-5": {INFO: _EACH},
    "SYS-6": {WARN: _EACH},
    "SYS-7": {INFO: _EACH},
}


@dataclass(frozen=True, slots=True)
class Book:
    """The terms in force on a day; what it does not name is as the code says."""

    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # code -> base severity -> severity
    limits: Mapping[str, int] = field(default_factory=dict)  # "KK-10.hari"
    active: frozenset[str] | None = None  # None: every rule asks

    def asks(self, code: str) -> bool:
        return self.active is None or code in self.active

    def severity(self, conflict: Conflict) -> Severity:
        """Return the severity in force, for an unsure answer the next lower one."""
        level = Severity(self.levels.get(conflict.code, {}).get(conflict.kind, conflict.kind))
        return lower(level) if conflict.unsure else level


STANDARD = Book()


def limit(facts: Facts, code: str, name: str) -> int:
    """Return a threshold as `screen` was given it, else the one of the code."""
    return facts.limits.get(f"{code}.{name}", LIMITS[code][name].standard)


def standard_levels(code: str) -> dict[str, str]:
    """Return the severities of the code's branches, as a rule's first row holds them."""
    return {level.value: level.value for level in BRANCHES.get(code, {})}


def standard_limits(code: str) -> dict[str, int]:
    return {name: each.standard for name, each in LIMITS.get(code, {}).items()}
