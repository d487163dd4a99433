"""Working hours of a five-day week, and whether a weekly live schedule falls into them."""

from collections.abc import Iterable, Iterator
from datetime import time

from declarations.facts import Post

Span = tuple[time, time]

# Perpres 21/2023: from 07.30, 37.5 hours a week without breaks of 60 minutes, on Fridays 90.
_MONDAY_TO_THURSDAY: tuple[Span, ...] = ((time(7, 30), time(12, 0)), (time(13, 0), time(16, 0)))
_FRIDAY: tuple[Span, ...] = ((time(7, 30), time(12, 0)), (time(13, 30), time(16, 30)))
WEEK: dict[int, tuple[Span, ...]] = {**dict.fromkeys((1, 2, 3, 4), _MONDAY_TO_THURSDAY), 5: _FRIDAY}
_MIDNIGHT, _LAST = time(0, 0), time(23, 59, 59)
_SHIFT_OFFICES = frozenset({"RSUD", "SATPOLPP", "BPBD"})


def has_office_hours(post: Post) -> bool:
    """Tell whether the common working week applies: not to part-time contracts, nor to offices that work in shifts."""
    return post.employment != "pppk_pw" and post.unit_kind != "rsud" and post.office_code not in _SHIFT_OFFICES


def overlaps(days: Iterable[str], starts: str, ends: str) -> bool:
    """Tell whether a weekly schedule ("1" is Monday, times "19:30") touches working hours outside the breaks.

    An end before the start means the next morning; times that cannot be read touch nothing.
    """
    begin, end = _time(starts), _time(ends)
    if begin is None or end is None:
        return False
    weekdays = [int(day) for day in days if day.isdigit() and 1 <= int(day) <= 7]
    return any(
        first < work_end and work_start < last
        for day in weekdays
        for on_day, first, last in _pieces(day, begin, end)
        for work_start, work_end in WEEK.get(on_day, ())
    )


def _pieces(day: int, begin: time, end: time) -> Iterator[tuple[int, time, time]]:
    if begin <= end:
        yield day, begin, end
    else:
        yield day, begin, _LAST
        yield day % 7 + 1, _MIDNIGHT, end


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.replace(".", ":"))
    except ValueError:
        return None
