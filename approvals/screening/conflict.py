"""`Conflict` and `Evidence`: what a rule returns when it asks something, and which answers made it ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from declarations.facts import ChannelFacts, Facts, Registered, Sensitive
from declarations.models import Severity

BLOCK, WARN, INFO = Severity.BLOCK, Severity.WARN, Severity.INFO
UNSURE = frozenset({"TIDAK_YAKIN", "TIDAK_TAHU"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer that made a rule fire: question code, the values that count, and the channel it belongs to."""

    code: str
    value: Any
    channel: str = ""
    entry: int = 0  # the row of a register, where it comes from one


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question raised about the file, never a verdict on the person."""

    code: str
    kind: Severity  # the branch of the rule by its base severity; what it weighs is BKPSDM's to set
    evidence: tuple[Evidence, ...]
    numbers: Mapping[str, str] = field(default_factory=dict)  # what stands in the reason's {placeholders}
    unsure: bool = False  # raised by an unsure answer or a similar name only: one severity lower
    similar: str = ""  # the name in a register that is only similar, when nothing else raised it

    @property
    def severity(self) -> Severity:
        """The severity as long as BKPSDM sets no other."""
        return lower(self.kind) if self.unsure else self.kind


def lower(severity: Severity) -> Severity:
    """Return the next lower severity; info is the lowest."""
    return WARN if severity == BLOCK else INFO


def given(facts: Facts, *codes: str) -> tuple[Evidence, ...]:
    """Return the answers given once to these questions, as far as they were given."""
    return tuple(Evidence(code, facts.answers[code]) for code in codes if facts.answers.get(code))


def among(facts: Facts, code: str, values: Iterable[str]) -> tuple[Evidence, ...]:
    """Return a multiple answer given once, cut down to the values that count."""
    wanted = set(values)
    chosen = [value for value in facts.answers.get(code) or () if value in wanted]
    return (Evidence(code, chosen),) if chosen else ()


def per_channel(channels: Iterable[ChannelFacts], code: str, *values: str) -> tuple[Evidence, ...]:
    """Return the answer of each channel to a question, a multiple one cut down to the values that count."""
    found = []
    for channel in channels:
        value = channel.answers.get(code)
        if isinstance(value, (list, tuple)) and values:
            value = [each for each in value if each in values]
        if value:
            found.append(Evidence(code, value, channel.label))
    return tuple(found)


def registers(rows: Iterable[Registered]) -> tuple[Evidence, ...]:
    """Return the rows of registers that count."""
    return tuple(Evidence("REGISTER", row.told, row.channel, row.entry) for row in rows)


def sectors(rows: Iterable[Sensitive]) -> tuple[Evidence, ...]:
    """Return the sensitive lines of business that count."""
    return tuple(Evidence("BIDANG", row.told, row.channel, row.entry) for row in rows)


def only_similar(rows: Sequence[Registered]) -> str:
    """Return the name of the first row when all of them are merely similar, '' otherwise."""
    return rows[0].name if rows and not any(row.sure for row in rows) else ""


def benefits(facts: Facts) -> tuple[Evidence, ...]:
    """Return the answers that say which channels bring a benefit."""
    return per_channel(facts.commercial, "E1")
