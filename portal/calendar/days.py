"""The free days the clock reads: rows where a year has them, else the library; remembered by each process."""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _
from holidays import country_holidays

from portal import clock
from portal.calendar.models import Act, Change, Holiday, HolidayKind, Revision, Source, Year

CHECK_EVERY = 60.0  # seconds until a process asks again whether the rows have changed
Listener = Callable[[date, bool], int]
# told of each day that became free (True) or a working day (False), in the same transaction; answer: deadlines moved
LISTENERS: list[Listener] = []


@dataclass
class Memory:
    """What this process knows of the rows, and when it asks for them next (seconds of the monotonic clock)."""

    token: UUID | None = None
    years: Mapping[int, frozenset[date]] = field(default_factory=dict)
    next_check: float = 0.0


memory = Memory()


def free_days(year: int) -> frozenset[date]:
    """Return the free days of a year; asks the database for a token at most once a minute."""
    if time.monotonic() >= memory.next_check:
        _refresh()
    known = memory.years.get(year)
    return clock.library_days(year) if known is None else known


def forget() -> None:
    """Ask the database again at the next call."""
    memory.next_check = 0.0


def _refresh() -> None:
    memory.next_check = time.monotonic() + CHECK_EVERY
    try:
        # before the first migration there is no table: the savepoint keeps the caller's transaction usable
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            token = Revision.objects.values_list("token", flat=True).first()
            if token != memory.token:
                memory.years, memory.token = _read(), token
    except DatabaseError:
        return


def _read() -> dict[int, frozenset[date]]:
    years: dict[int, set[date]] = {year: set() for year in Year.objects.values_list("year", flat=True)}
    for day in Holiday.objects.filter(removed_at=None).values_list("day", flat=True):
        years.setdefault(day.year, set()).add(day)
    return {year: frozenset(days) for year, days in years.items()}


def changed() -> None:
    """Say that rows have changed: this process reads them anew at once, the others within a minute."""
    Revision.objects.update_or_create(pk=1, defaults={"token": uuid4()})
    forget()
    transaction.on_commit(forget)


def tell(day: date, *, free: bool) -> int:
    """Tell whoever keeps deadlines that a day changed; returns how many moved."""
    return sum(listener(day, free) for listener in LISTENERS)


def lock() -> None:
    """Let one change of the calendar follow the other: each sees the days of the one before."""
    Revision.objects.get_or_create(pk=1)
    Revision.objects.select_for_update().get(pk=1)


def library() -> str:
    return version("holidays")


@lru_cache(maxsize=16)
def from_library(year: int) -> dict[date, tuple[str, HolidayKind]]:
    """Return name and kind of the free days that the library knows for a year."""
    found: dict[date, tuple[str, HolidayKind]] = {}
    for category, kind in (("government", HolidayKind.JOINT_LEAVE), ("public", HolidayKind.NATIONAL)):
        for day, name in country_holidays("ID", years=year, categories=(category,), language="id").items():
            found[day] = (name, kind)
    return found


@transaction.atomic
def seed(year: int) -> int:
    """Make rows of a year's free days, once per version of the library; what BKPSDM removed stays removed."""
    if Year.objects.filter(year=year, library=library()).exists():
        return 0
    lock()
    row, first = Year.objects.get_or_create(year=year)
    if row.library == library():
        return 0
    known = set(Holiday.objects.filter(day__year=year).values_list("day", flat=True))
    new = [
        Holiday(day=day, name=name[:150], kind=kind, source=Source.LIBRARY)
        for day, (name, kind) in sorted(from_library(year).items())
        if day not in known
    ]
    row.library = library()
    row.save(update_fields=["library"])
    moved = _take(new, first=first)
    if new:
        what = _("%(days)d hari libur %(year)d") % {"days": len(new), "year": year}
        reason = _("Pustaka holidays versi %s") % row.library
        Change.objects.create(year=year, what=what, act=Act.TAKEN, reason=reason, moved=moved, at=clock.now())
    return len(new)


def _take(new: list[Holiday], *, first: bool) -> int:
    """Store days; those of a first seeding were free before too, so no deadline moves."""
    if first:
        Holiday.objects.bulk_create(new)
        changed()
        return 0
    moved = 0
    for holiday in new:
        holiday.save()
        changed()
        moved += tell(holiday.day, free=True)
    return moved


def seed_needed() -> int:
    """Make rows for this year and the next, in which every open deadline lies; nobody waits for it, so it counts 0."""
    this = clock.today().year
    seed(this)
    seed(this + 1)
    return 0
