"""`problems`: everything that is missing before a draft can be sent, each with the place where to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from declarations.answers import answers_of, channel_answers, held_elsewhere, items_of
from declarations.models import Declaration, DeclarationChannel
from declarations.questions import PAGES, Kind, Question, asked
from declarations.statements import missing_statements

# page key of the question bank -> (number of the section, URL name)
PLACES: dict[str, tuple[int, str]] = {
    "kanal": (1, "channel_edit"),
    "konten": (2, "content"),
    "batas": (3, "limits"),
    "waktu": (3, "time"),
    "komersial": (3, "commercial_channel"),
    "komersial_umum": (3, "commercial"),
    "kepentingan": (3, "interest"),
    "pernyataan": (4, "statement"),
}
PER_CHANNEL = ("kanal", "konten", "komersial")
ONCE = ("batas", "waktu", "komersial_umum", "kepentingan")


@dataclass(frozen=True, slots=True)
class Problem:
    text: str
    url: str


def place(declaration: Declaration, page: str, item: DeclarationChannel | None = None) -> str:
    """Return the address of one page of the form."""
    args = [declaration.number] if item is None else [declaration.number, item.pk]
    return reverse(f"declarations:{PLACES[page][1]}", args=args)


def anchor(question: Question) -> str:
    """Return the id of the first control of a question, or of its legend."""
    group = question.kind in (Kind.SINGLE, Kind.MULTI)
    if question.kind in (Kind.LINKS, Kind.PARTNERS):
        return f"id_{question.code}_1"
    return f"id_{question.code}_0" if group else f"id_{question.code}"


def is_empty(value: Any) -> bool:
    return value in (None, "", [])


def is_exempt(own: dict[str, Any]) -> bool:
    """An official account that brings no benefit needs no declaration (DESIGN 9, row Official account)."""
    return own.get("B3") == "KEDINASAN" and own.get("E1") == "TIDAK"


def missing_on(page: str, answers: dict[str, Any], channels: list[dict[str, Any]], **known: bool) -> list[Question]:
    """Return the questions of a page that are asked, needed and not answered."""
    return [
        question
        for question in PAGES[page]
        if not question.optional
        and question.code not in ("B1", "B2")
        and is_empty(answers.get(question.code))
        and asked(question.code, answers, channels, **known)
    ]


def problems(declaration: Declaration, *, approver_known: bool = True) -> list[Problem]:
    """Return what is missing before sending, in the order of the form."""
    items = items_of(declaration)
    channels_url = reverse("declarations:channels", args=[declaration.number])
    if not items:
        return [Problem(_("Bagian 1: Tambahkan sedikitnya satu kanal"), channels_url)]
    per_channel = [channel_answers(item) for item in items]
    found: list[Problem] = []
    held = held_elsewhere(declaration.declarant, declaration)
    for item, own in zip(items, per_channel, strict=True):
        found += _standing(item, own, held, channels_url)
    for page in ("kanal", "konten"):
        found += _of_channels(declaration, page, items, per_channel)
    answers = answers_of(declaration)
    for page in ("batas", "waktu"):
        found += _of_page(declaration, page, missing_on(page, answers, per_channel))
    found += _of_channels(declaration, "komersial", items, per_channel)
    found += _of_once_commercial(declaration, answers, per_channel)
    found += _of_page(
        declaration, "kepentingan", missing_on("kepentingan", answers, per_channel, approver_known=approver_known)
    )
    for text in missing_statements(declaration):
        found.append(
            Problem(
                _("Bagian 4: %s") % text.error, f"{place(declaration, 'pernyataan')}?kembali=periksa#id_{text.code}"
            )
        )
    return found


def _standing(
    item: DeclarationChannel, own: dict[str, Any], held: Mapping[tuple[str, str], Declaration], channels_url: str
) -> list[Problem]:
    """What stands against the channel itself: declared elsewhere, or an account that needs no declaration."""
    channel = item.channel
    other = held.get((channel.platform, channel.key))
    if other is not None:
        text = _("Bagian 1: Kanal %(channel)s sudah ada di deklarasi %(number)s. Hapus dari deklarasi ini")
        return [Problem(text % {"channel": channel.label, "number": other.number}, channels_url)]
    if is_exempt(own):
        text = _("Bagian 1: Akun resmi %s tidak memberi keuntungan, jadi tidak perlu dideklarasikan. Hapus kanal ini")
        return [Problem(text % channel.label, channels_url)]
    return []


def _of_channels(
    declaration: Declaration, page: str, items: list[DeclarationChannel], per_channel: list[dict[str, Any]]
) -> list[Problem]:
    found = []
    for item, own in zip(items, per_channel, strict=True):
        found += _of_page(declaration, page, missing_on(page, own, [own]), item)
    return found


def _of_once_commercial(
    declaration: Declaration, answers: dict[str, Any], per_channel: list[dict[str, Any]]
) -> list[Problem]:
    return _of_page(declaration, "komersial_umum", missing_on("komersial_umum", answers, per_channel))


def _of_page(
    declaration: Declaration, page: str, missing: list[Question], item: DeclarationChannel | None = None
) -> list[Problem]:
    section = PLACES[page][0]
    found = []
    for question in missing:
        text = _("Bagian %(section)d: %(error)s") % {"section": section, "error": question.error or question.label}
        if item is not None:
            text += f" ({item.channel.label})"
        found.append(Problem(text, f"{place(declaration, page, item)}?kembali=periksa#{anchor(question)}"))
    return found
