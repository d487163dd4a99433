"""The check page: every question that is asked, answered or not, with the link that changes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from declarations.answers import answers_of, channel_answers, items_of
from declarations.completeness import anchor, place
from declarations.models import Declaration, DeclarationChannel
from declarations.opened import opener
from declarations.presentation import STATEMENTS, label_of, words
from declarations.questions import PAGES, asked
from declarations.statements import statements_on
from portal import clock
from portal.dates import moment

ONCE_PAGES = ("batas", "waktu", "komersial_umum", "kepentingan")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a summary: label, answer ('' = not given), the link that changes it and what it says of itself."""

    label: str
    value: str
    url: str
    what: str
    needed: bool = False
    page: str = "pernyataan"


@dataclass(slots=True)
class Part:
    key: str
    title: str
    lines: list[Line] = field(default_factory=list)


def parts(declaration: Declaration) -> list[Part]:
    """Return the four parts of the check page; of a returned case only what is open can be changed."""
    found = _parts(declaration)
    is_open = opener(declaration)
    for part in found:
        part.lines = [
            line if is_open(line.page, urlsplit(line.url).path) else replace(line, url="") for line in part.lines
        ]
    return found


def _parts(declaration: Declaration) -> list[Part]:
    items = items_of(declaration)
    per_channel = [channel_answers(item) for item in items]
    answers = answers_of(declaration)
    pairs = list(zip(items, per_channel, strict=True))
    channels = [line for item, own in pairs for line in _channel_lines(declaration, item, own)]
    content = [line for item, own in pairs for line in _lines(declaration, "konten", own, [own], item, len(items))]
    benefit: list[Line] = []
    for page in ("batas", "waktu"):
        benefit += _lines(declaration, page, answers, per_channel)
    for item, own in pairs:
        benefit += _lines(declaration, "komersial", own, [own], item, len(items))
    for page in ("komersial_umum", "kepentingan"):
        benefit += _lines(declaration, page, answers, per_channel)
    return [
        Part("kanal", _("1. Kanal"), channels),
        Part("konten", _("2. Isi konten"), content),
        Part("kepentingan", _("3. Waktu, keuntungan, kepentingan"), benefit),
        Part("pernyataan", _("4. Pernyataan"), list(_statement_lines(declaration, answers))),
    ]


def _channel_lines(declaration: Declaration, item: DeclarationChannel, own: dict[str, Any]) -> list[Line]:
    channel = item.channel
    address = f"{channel.get_platform_display()} · {channel.label}\n{channel.url}"
    url = f"{place(declaration, 'kanal', item)}?kembali=periksa#id_B2"
    first = Line(_("Kanal"), address, url, _("kanal %s") % channel.label, page="kanal")
    return [first, *_lines(declaration, "kanal", own, [own], item, 1)]


def _lines(
    declaration: Declaration,
    page: str,
    answers: dict[str, Any],
    channels: list[dict[str, Any]],
    item: DeclarationChannel | None = None,
    count: int = 0,
) -> Iterator[Line]:
    """Yield the asked questions of a page; the channel is named where there are several."""
    for question in PAGES[page]:
        if question.code in ("B1", "B2") or not asked(question.code, answers, channels):
            continue
        label = label_of(question.code)
        what = label.lower() if item is None else f"{label.lower()} {item.channel.label}"
        yield Line(
            label=f"{label} ({item.channel.label})" if item and count > 1 else label,
            value=words(question, answers.get(question.code)),
            url=f"{place(declaration, page, item)}?kembali=periksa#{anchor(question)}",
            what=what,
            needed=not question.optional,
            page=page,
        )


def _statement_lines(declaration: Declaration, answers: dict[str, Any]) -> Iterator[Line]:
    made = {each.text_id: each for each in declaration.statements.all()}
    url = reverse("declarations:statement", args=[declaration.number]) + "?kembali=periksa"
    for statement in statements_on(clock.today()):
        tick = made.get(statement.row.pk)
        value = _("Dinyatakan %s") % moment(tick.made_at) if tick else ""
        label = str(STATEMENTS[statement.code])
        yield Line(label, value, f"{url}#id_{statement.code}", _("pernyataan: %s") % label.lower(), True)
    yield Line(label_of("NOTE"), str(answers.get("NOTE") or ""), f"{url}#id_NOTE", label_of("NOTE").lower())
