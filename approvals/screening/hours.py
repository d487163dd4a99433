"""Whether a weekly live schedule falls into the working hours of a post."""

from collections.abc import Iterable, Iterator
from datetime import time

from declarations.facts import Facts, Post
from portal.calendar.plans import FIVE_DAYS, WeekPlan

_MIDNIGHT, _LAST = time(0, 0), time(23, 59, 59)
_SHIFT_OFFICES = frozenset({"RSUD", "SATPOLPP", "BPBD"})
_UNCHECKED = WeekPlan("")


def plan_of(facts: Facts) -> WeekPlan:
    """Return the working hours among the facts; where nothing is known of them, the common week of such a post."""
    if facts.hours is not None:
        return facts.hours
    return FIVE_DAYS if has_office_hours(facts.post) else _UNCHECKED


def has_office_hours(post: Post) -> bool:
    """Tell whether the common working week applies: not to part-time contracts, nor to offices that work in shifts."""
    return post.employment != "pppk_pw" and post.unit_kind != "rsud" and post.office_code not in _SHIFT_OFFICES


def overlaps(days: Iterable[str], starts: str, ends: str, plan: WeekPlan = FIVE_DAYS) -> bool:
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
        for work_start, work_end in plan.on(on_day)
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
