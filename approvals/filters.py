"""The query string of the queue as a value: what it asks for, and a sentence for each value that was ignored."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from declarations.models import Platform, Severity
from declarations.status import OPEN, Status

ACTIVE: tuple[str, ...] = tuple(status for status in Status if status in OPEN or status == Status.SUSPENDED)
LISTED: tuple[str, ...] = tuple(status for status in Status if status != Status.DRAFT)
CONDITIONAL: tuple[str, ...] = (Status.APPROVED, Status.SUSPENDED)
EVERY = "semua"
KINDS = ("edukatif", "informatif", "inspiratif", "lainnya")
COMMERCIAL = ("ya", "rencana", "tidak")
ORDERS = ("batas", "masuk", "nama")
NO_FINDING = "tanpa"
_RULE = re.compile(r"(KOM|KK|SYS)-\d{1,2}")
_AGE = re.compile(r"(\d{1,2})-(\d{0,2})")
Q_LENGTH = 100
LAST_PAGE = 40


@dataclass(frozen=True, slots=True)
class Filters:
    """One view of the queue; the defaults are 'whatever is under way, nearest deadline first'."""

    status: tuple[str, ...] = ()
    opd: str = ""
    temuan: tuple[str, ...] = ()
    platform: str = ""
    jenis: str = ""
    komersial: str = ""
    peninjau: str = ""  # saya, kosong
    pejabat: str = ""  # kosong: nobody is named who could decide
    batas: str = ""  # lewat
    syarat: str = ""  # lewat, bukti: approvals with a condition overdue, or with a proof to look at
    umur: str = ""  # working days in this status: "3-5", "4-"
    pegawai: str = ""
    q: str = ""
    urut: str = "batas"
    hal: int = 1

    @property
    def statuses(self) -> tuple[str, ...]:
        """Return the statuses to list; without a choice those of cases under way."""
        if EVERY in self.status:
            return LISTED
        return self.status or (CONDITIONAL if self.syarat else ACTIVE)

    @property
    def age(self) -> tuple[int, int | None] | None:
        """Return the bounds of `umur` in working days."""
        found = _AGE.fullmatch(self.umur)
        return (int(found[1]), int(found[2]) if found[2] else None) if found else None

    @property
    def narrowed(self) -> int:
        """Return how many filters are set, for the word on the closed panel."""
        return sum(bool(getattr(self, each.name)) for each in fields(self) if each.name not in ("urut", "hal"))

    def but(self, **changes: Any) -> "Filters":
        """Return the same view with changes, from its first page on."""
        return replace(self, **{"hal": 1, **changes})

    def encode(self) -> str:
        """Return the query string of this view; defaults are left out, so that equal views have equal addresses."""
        pairs: list[tuple[str, str]] = []
        for each in fields(self):
            value = getattr(self, each.name)
            if value == each.default:
                continue
            if each.name == "status":
                pairs += [("status", status) for status in value]
            else:
                pairs.append((each.name, ",".join(value) if isinstance(value, tuple) else str(value)))
        return urlencode(pairs, safe=",")


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "platform": tuple(Platform.values),
    "jenis": KINDS,
    "komersial": COMMERCIAL,
    "peninjau": ("saya", "kosong"),
    "pejabat": ("kosong",),
    "batas": ("lewat",),
    "syarat": ("lewat", "bukti"),
    "urut": ORDERS,
}


def parse(query: QueryDict, offices: Mapping[str, Any]) -> tuple[Filters, list[str]]:
    """Read a query string; `offices` maps the accepted values of `opd`. Each unknown value is ignored with a word."""
    found: dict[str, Any] = {}
    ignored: list[str] = []

    def take(name: str, value: str, *, known: bool) -> str:
        if value and not known:
            ignored.append(_("Nilai “%(value)s” pada %(name)s tidak dikenal dan diabaikan.") % _quote(name, value))
        return value if value and known else ""

    chosen = [take("status", value, known=value in (*LISTED, EVERY)) for value in query.getlist("status")]
    found["status"] = _statuses(chosen)
    tokens = [token for value in query.getlist("temuan") for token in value.split(",")]
    levels = [take("temuan", token, known=_is_finding(token)) for token in tokens]
    found["temuan"] = tuple(dict.fromkeys(filter(None, levels)))
    for name, values in _CHOICES.items():
        value = query.get(name, "")
        found[name] = take(name, value, known=value in values)
    found["urut"] = found["urut"] or "batas"
    opd = query.get("opd", "")
    found["opd"] = take("opd", opd, known=bool(opd) and opd in offices)
    found["umur"] = take("umur", query.get("umur", ""), known=bool(_AGE.fullmatch(query.get("umur", ""))))
    found["pegawai"] = take("pegawai", query.get("pegawai", ""), known=_is_uuid(query.get("pegawai", "")))
    found["q"], found["hal"] = _search(query, ignored), _page(query, ignored)
    return Filters(**found), ignored


def _quote(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value[:40]}


def _statuses(chosen: list[str]) -> tuple[str, ...]:
    if EVERY in chosen:
        return (EVERY,)
    ordered = tuple(status for status in LISTED if status in chosen)
    return () if ordered == ACTIVE else ordered


def _is_finding(token: str) -> bool:
    return token == NO_FINDING or token in Severity.values or bool(_RULE.fullmatch(token))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _search(query: QueryDict, ignored: list[str]) -> str:
    text = " ".join(query.get("q", "").replace("\x00", "").split())[:Q_LENGTH]
    if looks_like_nip(text):
        ignored.append(_("NIP tidak boleh ada di alamat halaman. Cari NIP lewat kotak Cari."))
        return ""
    return text


def looks_like_nip(text: str) -> bool:
    """Tell whether the text is one long number; such a thing belongs in no address and no log."""
    digits = re.sub(r"[\s.\-]", "", text)
    return digits.isdigit() and len(digits) >= 12


def _page(query: QueryDict, ignored: list[str]) -> int:
    text = query.get("hal", "") or "1"
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text)):
        ignored.append(_("Nilai “%(value)s” pada %(name)s tidak dikenal dan diabaikan.") % _quote("hal", text))
        return 1
    if int(text) > LAST_PAGE:
        ignored.append(_("Daftar berhenti pada baris ke-1.000. Persempit dengan filter."))
        return LAST_PAGE
    return int(text)
