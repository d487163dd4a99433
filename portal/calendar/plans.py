"""`WeekPlan`: the working hours of one week as plain data; the rules of screening read it and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """Spans of work per weekday (1 is Monday), breaks left out; a plan without spans checks nothing."""

    code: str
    spans: tuple[tuple[int, time, time], ...] = ()

    @property
    def checked(self) -> bool:
        return bool(self.spans)

    def on(self, weekday: int) -> Iterator[Span]:
        """Yield the spans of one weekday."""
        for day, starts, ends in self.spans:
            if day == weekday:
                yield starts, ends

    def at_work(self, weekday: int, at: time) -> bool:
        """Tell whether this time of this weekday lies within working hours, outside the break."""
        return any(starts <= at < ends for starts, ends in self.on(weekday))


def plan(code: str, hours: dict[tuple[int, ...], tuple[str, str, str, str]]) -> WeekPlan:
    """Build a plan from {weekdays: (opens, break from, break to, closes)}."""
    spans = []
    for weekdays, (opens, rest, back, closes) in hours.items():
        for weekday in weekdays:
            spans += [(weekday, time.fromisoformat(opens), time.fromisoformat(rest))]
            spans += [(weekday, time.fromisoformat(back), time.fromisoformat(closes))]
    return WeekPlan(code, tuple(sorted(spans)))


# Perpres 21/2023: from 07.30, 37.5 hours a week without breaks of 60 minutes, on Fridays 90.
FIVE_DAYS = plan(
    "5HK",
    {(1, 2, 3, 4): ("07:30", "12:00", "13:00", "16:00"), (5,): ("07:30", "12:00", "13:30", "16:30")},
)
