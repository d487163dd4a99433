"""What the queue says about a view and about a row: active filters, options of the panel, short words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from approvals.dashboard import Office
from approvals.filters import ACTIVE, EVERY, LISTED, NO_FINDING, Filters
from approvals.search import words_of
from declarations.models import Platform, Severity
from declarations.status import Status
from portal.people.models import Employee

KIND_WORDS = {
    "edukatif": gettext_lazy("Edukatif"),
    "informatif": gettext_lazy("Informatif"),
    "inspiratif": gettext_lazy("Inspiratif"),
    "lainnya": gettext_lazy("Lainnya"),
}
COMMERCIAL_WORDS = {
    "ya": gettext_lazy("Ya"),
    "rencana": gettext_lazy("Berencana"),
    "tidak": gettext_lazy("Tidak"),
}
ORDER_WORDS = {
    "batas": gettext_lazy("Batas terdekat"),
    "masuk": gettext_lazy("Masuk terbaru"),
    "nama": gettext_lazy("Nama"),
}
CONDITION_WORDS = {
    "lewat": gettext_lazy("Syarat lewat batas"),
    "bukti": gettext_lazy("Bukti menunggu diperiksa"),
}
_LEVELS = {**dict(Severity.choices), NO_FINDING: gettext_lazy("Tidak ada")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter and the address of the view without it."""

    label: str
    query: str


def chips(filters: Filters, known: Mapping[str, Office]) -> list[Chip]:
    """Return the active filters; the default ('aktif saja') is one of them."""
    found = _status_chips(filters)

    def add(name: str, label: str) -> None:
        found.append(Chip(label, filters.but(**{name: () if name == "temuan" else ""}).encode()))

    if filters.opd:
        add("opd", known[filters.opd].short)
    if filters.temuan:
        add("temuan", _("Temuan: %s") % ", ".join(str(_LEVELS.get(each, each)) for each in filters.temuan))
    if filters.platform:
        add("platform", Platform(filters.platform).label)
    if filters.jenis:
        add("jenis", str(KIND_WORDS[filters.jenis]))
    if filters.komersial:
        add("komersial", _("Keuntungan: %s") % str(COMMERCIAL_WORDS[filters.komersial]).lower())
    if filters.peninjau:
        add("peninjau", _("Peninjau: saya") if filters.peninjau == "saya" else _("Belum diambil"))
    if filters.pejabat:
        add("pejabat", _("Belum ada pejabat"))
    if filters.batas:
        add("batas", _("Lewat batas"))
    if filters.syarat:
        add("syarat", str(CONDITION_WORDS[filters.syarat]))
    if filters.age:
        add("umur", _age_words(*filters.age))
    if filters.pegawai:
        person = Employee.objects.filter(public_id=filters.pegawai).first()
        add("pegawai", _("Pegawai: %s") % (person or _("tidak dikenal")))
    if filters.q:
        add("q", _("Cari: %s") % filters.q)
    return found


def _status_chips(filters: Filters) -> list[Chip]:
    if EVERY in filters.status:
        return []
    if not filters.status:
        if filters.syarat:
            return []
        return [Chip(_("Aktif saja"), filters.but(status=(EVERY,)).encode())]
    left = {each: tuple(status for status in filters.status if status != each) for each in filters.status}
    return [Chip(str(Status(each).label), filters.but(status=rest or (EVERY,)).encode()) for each, rest in left.items()]


def _age_words(least: int, most: int | None) -> str:
    if most is None:
        return _("%d hari kerja atau lebih") % least
    return _("%(least)d–%(most)d hari kerja") % {"least": least, "most": most}


def orders(filters: Filters) -> list[dict[str, Any]]:
    """Return the three orders with their addresses."""
    return [
        {"key": key, "label": label, "query": filters.but(urut=key).encode(), "current": filters.urut == key}
        for key, label in ORDER_WORDS.items()
    ]


def panel(filters: Filters, known: Mapping[str, Office]) -> dict[str, Any]:
    """Return the options of the filter panel, the active ones marked."""

    def select(name: str, label: str, every: str, options: Any) -> dict[str, Any]:
        chosen = getattr(filters, name)
        chosen = ",".join(chosen) if isinstance(chosen, tuple) else chosen
        listed = [("", every), *((key, str(word)) for key, word in options)]
        if chosen and chosen not in dict(listed):
            listed.append((chosen, ", ".join(str(_LEVELS.get(each, each)) for each in chosen.split(","))))
        return {"name": name, "label": label, "options": _options(tuple(listed), chosen)}

    return {
        "statuses": _boxes(filters.statuses, get_language() or ""),
        "selects": [
            select("opd", _("OPD"), _("Semua OPD"), ((key, unit.name) for key, unit in known.items())),
            select("temuan", _("Temuan"), _("Semua"), _LEVELS.items()),
            select("platform", _("Platform"), _("Semua"), Platform.choices),
            select("jenis", _("Jenis konten"), _("Semua"), KIND_WORDS.items()),
            select("syarat", _("Syarat"), _("Semua"), CONDITION_WORDS.items()),
        ],
        "commercial": [("", _("Semua"), not filters.komersial)]
        + [(key, str(word), key == filters.komersial) for key, word in COMMERCIAL_WORDS.items()],
        # what the panel has no control for goes along unseen, so that applying it loses nothing
        "kept": [
            (name, value)
            for name in ("peninjau", "pejabat", "batas", "umur", "pegawai", "urut")
            if (value := getattr(filters, name))
        ],
    }


@lru_cache(maxsize=64)
def _options(listed: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Return the options of a list; hundreds of offices stand in one and change a few times a year."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, mark_safe(" selected" if key == chosen else ""), word) for key, word in listed),
    )


@lru_cache(maxsize=256)
def _boxes(chosen: tuple[str, ...], language: str) -> SafeString:
    """Return a box for each status, those under way first."""
    listed = enumerate((*ACTIVE, *_closed()), start=1)
    return format_html_join(
        "\n",
        '<div class="form-check"><input class="form-check-input" type="checkbox" name="status" id="f_status_{0}" '
        'value="{1}"{2}> <label class="form-check-label" for="f_status_{0}">{3}</label></div>',
        ((place, each, mark_safe(" checked" if each in chosen else ""), Status(each).label) for place, each in listed),
    )


def _closed() -> list[str]:
    return [status for status in LISTED if status not in ACTIVE]


def content_words(platforms: Sequence[str], kinds: Sequence[str], commercial: str) -> dict[str, str]:
    """Return what a row says about the channels: platforms, kinds, benefit."""
    on = ", ".join(Platform(each).label for each in platforms if each in Platform.values)
    of = ", ".join(str(KIND_WORDS.get(each, each)) for each in kinds)
    benefit = COMMERCIAL_WORDS.get(commercial)
    return {
        "what": " · ".join(filter(None, (on, of))),
        "benefit": str(benefit).lower() if benefit else "",
    }


def initials(name: str) -> str:
    """Return 'YS' for Yusnita Sari."""
    words = words_of(name)
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()
