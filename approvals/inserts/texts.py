"""The named inserts: where each stands, in which mails, what it says today, and how its next version comes about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.inserts.models import InsertText, Language
from portal import clock
from portal.alone import in_turn
from portal.audit.log import record, speaks_of_a_person
from portal.errors import Refused
from portal.people.models import Employee

LENGTH = 300
PLACEHOLDERS = ("{bantuan}", "{portal}")
_LINK = re.compile(r"://|\bwww\.|[\w-]{2,}\.[a-z]{2,}", re.IGNORECASE)
_MARKUP = re.compile(r"[<>\[\]{}]")

TO_HEADS = frozenset({"head_request", "head_list", "office_overdue"})
TO_DECLARANTS = frozenset({"case_notice", "channel_notice", "nil_receipt", "correction_answer"})


class Place(StrEnum):
    """Where in a mail an insert stands; each mail has every place once."""

    NOTICE = "notice"
    ABOVE = "above"
    CLOSING = "closing"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Insert:
    """One named insert; `mails` None means every mail, `standard` is what it says when nobody worded it."""

    key: str
    title: Any
    where: Any
    place: Place
    mails: frozenset[str] | None
    standard: Any = ""

    def stands_in(self, mail: str) -> bool:
        return self.mails is None or mail in self.mails


INSERTS = {
    each.key: each
    for each in (
        Insert(
            "bantuan",
            gettext_lazy("Baris bantuan"),
            gettext_lazy("Di kaki setiap email"),
            Place.HELP,
            None,
            gettext_lazy("Bantuan: {bantuan}, Senin–Jumat 08.00–16.00 WIB"),
        ),
        Insert(
            "keputusan",
            gettext_lazy("Kalimat di atas tombol keputusan"),
            gettext_lazy("Di email permintaan kepada atasan, tepat di atas tombolnya"),
            Place.ABOVE,
            frozenset({"head_request", "head_list"}),
        ),
        Insert(
            "penutup-pejabat",
            gettext_lazy("Penutup email kepada pejabat"),
            gettext_lazy("Kalimat terakhir email yang meminta tindakan pejabat"),
            Place.CLOSING,
            TO_HEADS,
            gettext_lazy("Atas perhatian Bapak/Ibu, kami ucapkan terima kasih."),
        ),
        Insert(
            "penutup-asn",
            gettext_lazy("Penutup email kepada ASN"),
            gettext_lazy("Kalimat terakhir email kepada pemilik deklarasi"),
            Place.CLOSING,
            TO_DECLARANTS,
        ),
        Insert(
            "musiman",
            gettext_lazy("Pemberitahuan musiman"),
            gettext_lazy("Di bawah kalimat pertama email kepada ASN dan atasan, misalnya menjelang libur panjang"),
            Place.NOTICE,
            frozenset({"head_request", "head_list", "campaign_call", *TO_DECLARANTS}),
        ),
    )
}

Texts = Mapping[tuple[str, str], str]


@dataclass
class Memory:
    """What the rows say on one day. A version begins tomorrow at the earliest, so today's texts never change."""

    day: date | None = None
    texts: Texts = field(default_factory=dict)


memory = Memory()


def rows_on(day: date) -> Texts:
    """Read which texts are in force on a day, by key and language; one whose last day is over is not."""
    found: dict[tuple[str, str], InsertText] = {}
    for row in InsertText.objects.filter(cancelled_at=None, starts__lte=day).order_by("starts", "pk"):
        found[row.key, row.language] = row
    return {key: row.text for key, row in found.items() if row.ends is None or row.ends >= day}


def in_force(day: date) -> Texts:
    """Return the same, read once a day and process; a drill on another day reads the rows."""
    if day != timezone.localdate():
        return rows_on(day)
    if memory.day != day:
        memory.texts, memory.day = rows_on(day), day
    return memory.texts


def words(insert: Insert, language: str, texts: Texts) -> str:
    """Return what the insert says in this language, its placeholders as they are written."""
    text = texts.get((insert.key, language))
    if text is not None:
        return text
    if insert.place is Place.HELP and not settings.HELP_LINE:
        return ""
    with translation.override(language):
        return str(insert.standard)


def of_mail(mail: str, trial: Texts | None = None) -> dict[str, str]:
    """Return what stands at each place of this mail in the active language; `trial` goes before the rows."""
    language = "en" if (translation.get_language() or "id").startswith("en") else "id"
    texts = {**in_force(clock.today()), **(trial or {})}
    places = {place.value: "" for place in Place}
    for insert in INSERTS.values():
        if insert.stands_in(mail):
            text = words(insert, language, texts)
            text = text.replace("{bantuan}", settings.HELP_LINE)
            places[insert.place.value] = text.replace("{portal}", settings.PORTAL_URL.partition("://")[2])
    return places


def check(text: str) -> str:
    """Return what is wrong with a text, nothing if it may stand in a mail."""
    bare = text
    for placeholder in PLACEHOLDERS:
        bare = bare.replace(placeholder, "")
    if len(text) > LENGTH:
        return _("Teks paling banyak %d karakter") % LENGTH
    if _MARKUP.search(bare):
        return _("Teks tidak boleh memuat tanda < > [ ] { }, kecuali {bantuan} dan {portal}")
    if speaks_of_a_person(bare):
        return _("Teks tidak boleh memuat NIP atau alamat email")
    if _LINK.search(bare):
        return _("Teks tidak boleh memuat tautan atau alamat situs; pakai {portal} untuk alamat portal")
    return ""


@transaction.atomic
def plan(insert: Insert, language: Language, text: str, starts: date, ends: date | None, *, by: Employee) -> InsertText:
    """Store the next version; it begins on a day to come, and only one waits at a time."""
    in_turn(f"insert.{insert.key}.{language}")
    rows = InsertText.objects.filter(key=insert.key, language=language)
    if problem := check(text):
        raise Refused(problem, status=422)
    if starts <= clock.today():
        raise Refused(_("Teks baru berlaku paling cepat besok"), status=422)
    if ends is not None and ends < starts:
        raise Refused(_("Hari terakhir harus sama dengan atau setelah hari pertama"), status=422)
    if rows.filter(cancelled_at=None, starts__gt=clock.today()).exists():
        raise Refused(_("Sudah ada teks yang belum berlaku. Batalkan dulu yang itu."))
    row = InsertText.objects.create(
        key=insert.key, language=language, text=text, starts=starts, ends=ends, made_by=by, made_at=clock.now()
    )
    record("insert_planned", row, by=by, via="dashboard", key=insert.key, language=language, on=starts.isoformat())
    return row


@transaction.atomic
def cancel(row: InsertText, *, by: Employee) -> None:
    """Take back what has not begun; nothing is deleted."""
    row = InsertText.objects.select_for_update().get(pk=row.pk)
    if not row.planned(clock.today()):
        raise Refused(_("Yang sudah berlaku tidak dapat dibatalkan; buat versi berikutnya."))
    row.cancelled_at, row.cancelled_by = clock.now(), by
    row.save(update_fields=["cancelled_at", "cancelled_by"])
    record("insert_cancelled", row, by=by, via="dashboard", key=row.key, language=row.language)
