"""The portal's time: now and today in WIB, working days, the hours in which mail caused by the clock goes out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from holidays import country_holidays

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)
MAIL_FROM, MAIL_UNTIL = time(8), time(16)
DAY = timedelta(days=1)


def now() -> datetime:
    """Return the present moment (aware), or the moment of the drill that is running."""
    return _pretended.get() or timezone.now()


def today() -> date:
    """Return the present day in WIB."""
    return timezone.localdate(now())


def local_day(moment: datetime) -> date:
    """Return the day of a moment in WIB."""
    return timezone.localdate(moment)


def as_of() -> datetime | None:
    """Return the moment a drill pretends, None in real life."""
    return _pretended.get()


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let `now` and `today` answer as at another moment; audit events keep the real time beside it."""
    if timezone.is_naive(moment):
        raise ValueError("pretend() needs an aware moment")
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


@lru_cache(maxsize=256)
def library_days(year: int) -> frozenset[date]:
    """Return national holidays and joint leave of one year as the library knows them."""
    return frozenset(country_holidays("ID", years=year, categories=("public", "government")))


_free_days: Callable[[int], frozenset[date]] = library_days


def ask_for_free_days(source: Callable[[int], frozenset[date]]) -> None:
    """Let the calendar's rows answer instead of the library (portal.calendar, once at start)."""
    global _free_days
    _free_days = source


def is_working_day(day: date) -> bool:
    """Tell whether offices are open: Monday to Friday, no holiday, no joint leave."""
    return day.weekday() < 5 and not is_free_day(day)


def is_free_day(day: date) -> bool:
    """Tell whether a day, whatever its weekday, is a holiday or joint leave."""
    return day in _free_days(day.year)


def add_working_days(start: date, days: int) -> date:
    """Return the day on which the period ends; day 1 is the next working day after `start`."""
    if days < 0:
        raise ValueError("days must not be negative")
    day = start
    while days:
        day += DAY
        days -= is_working_day(day)
    return day


def working_days_left(until: date, on: date) -> int:
    """Return the working days after `on` up to and including `until`; negative when `until` has passed."""
    first, last, sign = (on, until, 1) if on <= until else (until, on, -1)
    span = (first + DAY * offset for offset in range(1, (last - first).days + 1))
    return sign * sum(is_working_day(day) for day in span)


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in WIB: what is due on a day is due at 23.59.59."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def next_mail_hour(moment: datetime) -> datetime:
    """Return the moment itself within the mail hours (working days 08.00-16.00 WIB), else the next opening."""
    local = timezone.localtime(moment)
    if is_working_day(local.date()) and MAIL_FROM <= local.time() < MAIL_UNTIL:
        return moment
    early = is_working_day(local.date()) and local.time() < MAIL_FROM
    day = local.date() if early else add_working_days(local.date(), 1)
    return timezone.make_aware(datetime.combine(day, MAIL_FROM))
