"""`Facts`: the typed, frozen view of one snapshot that the rules of screening read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.calendar.plans import WeekPlan

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}


def _number(text: str, separator: str) -> int:
    """Return the number before the separator: 3 for 'III.a', 0 for what is no such number."""
    return _ROMAN.get(text.split(separator)[0].strip().upper(), 0)


@dataclass(frozen=True, slots=True)
class Post:
    """The declarant's post on the day of sending, from the roster."""

    employment: str  # people.EmploymentType value
    grade: str  # golongan, "IV/a"
    echelon: str  # "II.b", "III.a"; empty for functional and executive posts
    title: str
    kind: str  # people.PostKind value
    unit: str
    unit_kind: str
    office: str
    office_code: str
    heads_unit: bool = False  # heads any unit on that day, also as Plt/Plh

    def up_to_echelon(self, lowest: int) -> bool:
        """Tell whether the post is an echelon, and none below this one (3 for echelon III)."""
        return 0 < _number(self.echelon, ".") <= lowest

    @property
    def has_subordinates(self) -> bool:
        """A structural post, or the head of a school or puskesmas."""
        return self.kind == "struktural" or (self.heads_unit and self.unit_kind in ("sekolah", "puskesmas"))

    def from_grade(self, lowest: int) -> bool:
        """Tell whether this is a PNS of this golongan (4 for IV) or a higher one."""
        return self.employment in ("pns", "cpns") and _number(self.grade, "/") >= lowest


@dataclass(frozen=True, slots=True)
class Partner:
    name: str
    form: str = ""  # a value of E2
    sector: str = ""
    nib: str = ""
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """One upload, as the platform shows it."""

    channel: str  # label
    title: str
    when: str  # in words, WIB
    at_work: bool  # within the working hours of the post on that day
    age: int  # in whole days, on the day of judging
    marks: tuple[str, ...] = ()  # words of advertising in title or description


@dataclass(frozen=True, slots=True)
class Registered:
    """A row of a register that is, or by its name may be, a partner of the declarant."""

    registry: str  # vendor, permit or supervised
    entry: int  # the row
    name: str  # as the register writes it
    partner: str  # as the declarant wrote it
    channel: str  # label
    sure: bool  # the same number or the same name; otherwise a similar name
    own: bool  # of the declarant's own office
    office: str
    told: str  # the row in words: what, where, when, out of which import, how certain


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A declared line of business that is sensitive for the declarant's office or duties."""

    channel: str  # label
    form: str  # a value of E2
    entry: int
    told: str


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """A sample link that the platform says belongs to somebody else's channel."""

    channel: str  # label
    video: str
    author: str


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    label: str
    platform: str
    answers: Mapping[str, Any]  # codes B3, B5, B6, C1-C5, E1, E2, E5
    partners: tuple[Partner, ...] = ()
    id: int = 0  # the row of the channel

    def one(self, code: str) -> str:
        return str(self.answers.get(code) or "")

    def many(self, code: str) -> frozenset[str]:
        return frozenset(self.answers.get(code) or ())


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a rule may look at: no database, no clock, no settings."""

    post: Post
    answers: Mapping[str, Any]
    channels: tuple[ChannelFacts, ...]
    on: date
    election: str = ""  # the name of the election period in force, if any
    uploads: tuple[UploadFacts, ...] = ()  # read from public feeds; none also means: not read
    foreign_samples: tuple[SampleFacts, ...] = ()
    hours: WeekPlan | None = None  # of the post on that day; None: not known
    fixed_hours: bool = True  # False for shifts and part-time contracts: no time is compared
    moved: tuple[str, str] | None = None  # (post before, post now) since the snapshot before
    shared: tuple[str, ...] = ()  # labels of channels that other people declare as well
    registered: tuple[Registered, ...] = ()  # what the registers know of the partners
    sensitive: tuple[Sensitive, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)  # thresholds that BKPSDM sets, by "KK-10.hari"

    def one(self, code: str) -> str:
        """Return a single answer given once, "" when it was not asked."""
        return str(self.answers.get(code) or "")

    def many(self, code: str) -> frozenset[str]:
        """Return a multiple answer given once."""
        return frozenset(self.answers.get(code) or ())

    def any_channel(self, code: str, *values: str) -> tuple[ChannelFacts, ...]:
        """Return the channels whose answer to `code` (single or multiple) is among the values."""
        wanted = set(values)

        def hits(channel: ChannelFacts) -> bool:
            value = channel.answers.get(code)
            given = set(value) if isinstance(value, (list, tuple, set, frozenset)) else {value}
            return bool(given & wanted)

        return tuple(channel for channel in self.channels if hits(channel))

    def known_as(self, *registries: str, own: bool = True) -> tuple[Registered, ...]:
        """Return the partners these registers know, those of the own office or those of the others."""
        return tuple(each for each in self.registered if each.registry in registries and each.own is own)

    @property
    def commercial(self) -> tuple[ChannelFacts, ...]:
        """The channels that bring a benefit or are planned to."""
        return self.any_channel("E1", "SUDAH", "DIRENCANAKAN")

    @property
    def partners(self) -> tuple[Partner, ...]:
        return tuple(partner for channel in self.channels for partner in channel.partners)


def facts_of(content: Mapping[str, Any], sensitive: Mapping[str, Any], *, election: str = "") -> Facts:
    """Build the facts from a snapshot's content (see declarations.drafts.content_of) and its sensitive answers."""
    channels = tuple(
        ChannelFacts(
            label=channel.get("name", channel["label"]),
            platform=channel["platform"],
            answers=channel["answers"],
            partners=tuple(Partner(**partner) for partner in channel["answers"].get("E3") or ()),
            id=channel.get("id", 0),
        )
        for channel in content["channels"]
    )
    return Facts(
        post=Post(**content["post"]),
        answers={**content["answers"], **sensitive},
        channels=channels,
        on=date.fromisoformat(content["on"]),
        election=election,
    )
