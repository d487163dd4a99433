"""Each kind of mail with fictitious facts, so that a new sentence is seen in its place before anybody gets it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from approvals.emails.parts import CIRCULAR, absolute, day_month
from approvals.inserts.models import Language
from approvals.inserts.texts import Insert, Texts, of_mail
from portal import clock
from portal.dates import long_date
from portal.mail.compose import OutboxMessage, compose
from portal.mail.transport import fill

NUMBER = "DK-2511-00000-0"
_NAME = "Rahmi Contoh, S.Pd."
_HEAD = {"official_name": "Zulfahmi Contoh, M.Si."}
_UNIT = "SD Negeri Contoh"


def _case() -> list[tuple[str, str]]:
    return [
        (_("Nomor"), NUMBER),
        (_("Nama"), _NAME),
        (_("Kanal"), "YouTube @contoh"),
        (_("Perhatian"), _("Tidak ada tanda khusus")),
    ]


def _rows() -> list[dict[str, Any]]:
    due = clock.add_working_days(clock.today(), 3)
    return [{"number": NUMBER, "name": _NAME, "unit": _UNIT, "due": due, "left": 3, "findings": 0}]


def _request() -> dict[str, Any]:
    due = clock.add_working_days(clock.today(), 5)
    subject = _("Mohon keputusan: deklarasi konten %(name)s – batas %(due)s")
    return {
        "subject": subject % {"name": "Rahmi C.", "due": day_month(due)},
        "head": _HEAD,
        "step": {"post": _("Kepala Dinas")},
        "declarant": {"name": _NAME},
        "facts": _case(),
        "kinds": "",
        "button": _("Baca dan putuskan"),
        "due": due,
        "wait": _("Bila belum diputuskan, kami kirim pengingat."),
        "by_hand": absolute("approvals:by_hand"),
        "circular": CIRCULAR,
    }


def _list() -> dict[str, Any]:
    return {
        "subject": _("Daftar harian ke atasan"),
        "person": _HEAD,
        "rows": _rows(),
        "plain": 1,
        "button": _("Buka daftar dan putuskan"),
    }


def _notice() -> dict[str, Any]:
    lead = _("Deklarasi Anda terkirim.")
    return {
        "subject": lead,
        "person": {"official_name": _NAME},
        "lead": lead,
        "paragraphs": [_("Anda menerima email pada setiap langkah.")],
        "button": _("Lihat status deklarasi"),
    }


def _nil() -> dict[str, Any]:
    return {
        "person": {"official_name": _NAME},
        "year": clock.today().year,
        "facts": [(_("Nama"), _NAME), (_("Tahun"), str(clock.today().year))],
        "button": _("Lihat atau ubah pernyataan"),
    }


def _call() -> dict[str, Any]:
    until = long_date(clock.today() + timedelta(days=30))
    return {**_nil(), "facts": [], "until": until, "button": _("Jawab sekarang")}


def _correction() -> dict[str, Any]:
    asked = {"get_datum_display": _("Nama"), "wish": _("Gelar belum tercantum."), "answer": _("Sudah dilengkapi.")}
    return {"person": {"official_name": _NAME}, "lead": _("Permintaan Anda dijawab."), "asked": asked, "button": ""}


# the kinds that can be seen; together they hold every place of every insert
SAMPLES: dict[str, Callable[[], dict[str, Any]]] = {
    "head_request": _request,
    "head_list": _list,
    "office_overdue": lambda: {**_list(), "subject": _("Pekerjaan lewat batas"), "button": _("Buka antrean")},
    "case_notice": _notice,
    "channel_notice": lambda: {**_notice(), "channel": "YouTube @contoh"},
    "nil_receipt": _nil,
    "campaign_call": _call,
    "correction_answer": _correction,
    "account_code": lambda: {"purpose": "login", "subject": _("Kode masuk Deklarasi Konten ASN")},
}


def kinds(insert: Insert) -> Iterator[str]:
    """Yield the kinds of mail to look at for this insert."""
    return (name for name in SAMPLES if insert.stands_in(name))


def sample(name: str, language: Language, trial: Texts) -> OutboxMessage:
    """Return one mail as it would go out with the words of `trial`; nothing is stored and nobody gets it."""
    secret = {"link": f"{settings.PORTAL_URL}/…", "code": "000000"}
    with translation.override(language):
        facts = {**SAMPLES[name](), "inserts": of_mail(name, trial)}
    message = compose(name, "", facts, key="", purpose=name, case=NUMBER, language=language)
    message.text, message.html = fill(message.text, secret), fill(message.html, secret, html=True)
    return message
