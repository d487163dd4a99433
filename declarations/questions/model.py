"""What a question is: code, wording, options and marks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Kind(StrEnum):
    SINGLE = "single"
    MULTI = "multi"
    TEXT = "text"
    LINE = "line"
    DATE = "date"
    TIME = "time"
    LINKS = "links"
    PARTNERS = "partners"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: Text
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `sensitive` answers are encrypted, a changed `decisive` one reopens an endorsement,
    `head` ones are shown to the deciding official. `detail_of` names the answer this one explains."""

    code: str
    label: Text
    kind: Kind
    options: tuple[Option, ...] = ()
    help: Text = ""
    error: Text = ""
    max_length: int = 500
    per_channel: bool = False
    decisive: bool = False
    sensitive: bool = False
    head: bool = True
    optional: bool = False
    detail_of: str = ""

    def label_of(self, value: Any) -> str:
        """Return the label of one stored option value; an unknown value is shown as it is."""
        return next((str(option.label) for option in self.options if option.value == value), str(value))


YES_NO = (Option("YA", _("Ya")), Option("TIDAK", _("Tidak")))
YES_NO_UNSURE = (Option("TIDAK", _("Tidak")), Option("YA", _("Ya")), Option("TIDAK_YAKIN", _("Tidak yakin")))
YES_NO_UNKNOWN = (Option("TIDAK", _("Tidak")), Option("YA", _("Ya")), Option("TIDAK_TAHU", _("Tidak tahu")))
