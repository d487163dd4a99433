"""The question bank: every question of the form, by page and by code, and when it is asked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from declarations.questions.conduct import LIMITS, TIME
from declarations.questions.content import CHANNEL, CONTENT
from declarations.questions.interest import COMMERCIAL, COMMERCIAL_ONCE, INTEREST
from declarations.questions.model import Kind, Option, Question, Text

__all__ = ["BY_CODE", "DECISIVE", "PAGES", "PARTS", "SENSITIVE", "Kind", "Option", "Question", "asked", "is_commercial"]

NOTE = Question("NOTE", _("Catatan untuk pejabat yang memutus"), Kind.TEXT, max_length=300, optional=True)

PAGES: dict[str, tuple[Question, ...]] = {
    "kanal": CHANNEL,
    "konten": CONTENT,
    "batas": LIMITS,
    "waktu": TIME,
    "komersial": COMMERCIAL,
    "komersial_umum": COMMERCIAL_ONCE,
    "kepentingan": INTEREST,
    "pernyataan": (NOTE,),
}
# The parts of the form that a reviewer can mark for mending, with the words for them.
PARTS: dict[str, Text] = {
    "kanal": _("Kanal"),
    "konten": _("Isi konten"),
    "batas": _("Batasan konten"),
    "waktu": _("Waktu dan sarana"),
    "komersial": _("Keuntungan"),
    "kepentingan": _("Kepentingan"),
}
BY_CODE: dict[str, Question] = {question.code: question for page in PAGES.values() for question in page}
SENSITIVE = frozenset(code for code, question in BY_CODE.items() if question.sensitive)
DECISIVE = frozenset(code for code, question in BY_CODE.items() if question.decisive)


def is_commercial(e1: Any) -> bool:
    """Tell whether an answer to E1 counts as commercial (already, or planned)."""
    return e1 in ("SUDAH", "DIRENCANAKAN")


def asked(code: str, answers: dict[str, Any], channels: list[dict[str, Any]], *, approver_known: bool = True) -> bool:
    """Tell whether a question is asked, given the other answers (DESIGN 11, column 'Asked when').

    For a question per channel, `channels` holds the answers of that one channel only.
    """
    commercial = any(is_commercial(channel.get("E1")) for channel in channels)
    review = any("ULASAN_PRODUK_USAHA" in (channel.get("C2") or ()) for channel in channels)
    match code:
        case "C6AE_TEXT" | "C6F_TEXT" | "C6G_TEXT" | "C8_TEXT":
            return answers.get(code.removesuffix("_TEXT")) in ("YA", "TIDAK_YAKIN")
        case "D1B_NUMBER" | "D1B_DATE" | "D1B_SIGNER":
            return answers.get("D1") == "TUGAS_KEDINASAN"
        case "D2_DAYS" | "D2_FROM" | "D2_TO":
            return answers.get("D2") == "YA"
        case "D5_PERMIT":
            return bool(set(answers.get("D5") or ()) - {"TIDAK"})
        case "E2" | "E3" | "E5" | "E6" | "E7" | "F1" | "F5":
            return commercial
        case "F3":
            return commercial or review
        case "F8":
            return approver_known
        case _:
            return True
