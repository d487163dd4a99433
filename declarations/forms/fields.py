"""Fields that forgive: tidied text, Indonesian dates, times with a dot, links to sample content."""

import re
import unicodedata
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from declarations.channels import ChannelProblem, parse_sample

# Joiners stay: emoji and some scripts need them.
_JOINERS = "\u200c\u200d"
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january",
            "februari feb february",
            "maret mar march",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt aug august",
            "september sep sept",
            "oktober okt oct october",
            "november nov nopember",
            "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}


def tidy(value: Any, *, lines: bool = False) -> str:
    """Return text in NFC without control and direction marks; line feeds stay where lines are wanted."""
    text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = []
    for character in text:
        if character in "\n\t\u2028\u2029":
            kept.append("\n" if lines and character != "\t" else " ")
        elif character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


class TidyField(forms.CharField):
    """Text without hidden characters; too much of it is said in characters to remove."""

    def __init__(self, *, lines: bool = False, limit: int = 500, raw: bool = False, **kwargs: Any) -> None:
        self.lines, self.limit, self.raw = lines, limit, raw
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = []  # length and hidden characters are ours to judge, in our words

    def to_python(self, value: Any) -> str:
        # an address is not mended silently: its own parser says what hides in it
        return str(value or "").strip() if self.raw else tidy(value, lines=self.lines)

    def validate(self, value: str) -> None:
        if len(value) > self.limit:
            raise ValidationError(_("Terlalu panjang. Kurangi %d karakter") % (len(value) - self.limit))


class DayField(TidyField):
    """A day typed as 3-11-2026, 3/11/2026, 3.11.2026, 2026-11-03 or '3 November 2026'; kept as ISO text."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return parse_day(text).isoformat() if text else ""

    def prepare_value(self, value: Any) -> Any:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            return value
        return f"{day.day}-{day.month}-{day.year}"


def parse_day(text: str) -> date:
    """Return the day, or refuse with how to write one."""
    words = [word for word in re.split(r"[\s./,-]+", text.lower()) if word]
    if len(words) == 3 and len(words[0]) == 4:
        words.reverse()
    try:
        day, month, year = words
        number = _MONTHS.get(month) or int(month)
        found = date(int(year), number, int(day))
    except (ValueError, OverflowError):
        found = date.min
    if not 1950 <= found.year <= 2100:
        raise ValidationError(_("Tanggal ini tidak dikenali. Tulis seperti 3-11-2026"))
    return found


class ClockField(TidyField):
    """A time typed as 19.30, 19:30, 1930 or 19; kept as '19:30'."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        match = re.fullmatch(r"(?:pukul\s*)?(\d{1,2})(?:[.:]?(\d{2}))?(?:\s*wib)?", text, re.IGNORECASE | re.ASCII)
        try:
            return f"{time(int(match[1]), int(match[2] or 0)):%H:%M}" if match else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> str:
        raise ValidationError(_("Jam ini tidak dikenali. Tulis seperti 19.30"))

    def prepare_value(self, value: Any) -> Any:
        return value.replace(":", ".") if isinstance(value, str) else value


class SampleLinkField(TidyField):
    """A link to one piece of content on a known platform."""

    def __init__(self, *, position: int, **kwargs: Any) -> None:
        self.position = position
        super().__init__(limit=300, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_sample(text)
        except ChannelProblem as problem:
            raise ValidationError(
                _("Tautan ke-%(position)d: %(sentence)s") % {"position": self.position, "sentence": problem.sentence}
            ) from None
