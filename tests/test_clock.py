"""Working days in WIB, the end of a day, mail hours, and drills that pretend another moment."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from portal import clock

MONDAY = date(2026, 11, 23)
CHRISTMAS_LEAVE = date(2026, 12, 24)
days = st.dates(date(2025, 1, 1), date(2030, 12, 31))


def wib(*parts: int) -> datetime:
    """A moment given in WIB (UTC+7), as UTC."""
    return datetime(*parts, tzinfo=UTC) - (datetime(2026, 1, 1, 7) - datetime(2026, 1, 1))


def test_the_day_begins_at_midnight_wib_not_utc() -> None:
    with time_machine.travel(datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), tick=False):
        assert clock.today() == date(2026, 11, 22)
    with time_machine.travel(datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC), tick=False):
        assert clock.today() == MONDAY


def test_day_one_is_the_next_working_day() -> None:
    assert clock.add_working_days(MONDAY, 1) == date(2026, 11, 24)
    assert clock.add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert clock.add_working_days(date(2026, 11, 28), 1) == date(2026, 11, 30)
    assert clock.add_working_days(MONDAY, 5) == date(2026, 11, 30)
    assert clock.add_working_days(MONDAY, 0) == MONDAY


def test_holidays_and_joint_leave_are_no_working_days() -> None:
    assert not clock.is_working_day(CHRISTMAS_LEAVE)
    assert not clock.is_working_day(date(2026, 12, 25))
    assert clock.is_working_day(date(2026, 12, 23))
    assert clock.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("until", "left"),
    [
        (date(2026, 11, 30), 5),
        (MONDAY, 0),
        (date(2026, 11, 20), -1),
        (date(2026, 11, 21), -1),
        (date(2026, 11, 13), -6),
    ],
)
def test_days_left_are_working_days_and_negative_when_late(until: date, left: int) -> None:
    assert clock.working_days_left(until, MONDAY) == left


@given(start=days, count=st.integers(0, 30))
def test_days_left_undoes_adding_days(start: date, count: int) -> None:
    end = clock.add_working_days(start, count)
    assert clock.working_days_left(end, start) == count
    assert count == 0 or clock.is_working_day(end)


def test_days_before_the_start_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        clock.add_working_days(MONDAY, -1)


def test_what_is_due_on_a_day_is_due_at_its_last_second_in_wib() -> None:
    assert clock.end_of_day(MONDAY) == datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "goes_out"),
    [
        (wib(2026, 11, 23, 8, 0), wib(2026, 11, 23, 8, 0)),
        (wib(2026, 11, 23, 15, 59), wib(2026, 11, 23, 15, 59)),
        (wib(2026, 11, 23, 7, 59), wib(2026, 11, 23, 8, 0)),
        (wib(2026, 11, 23, 16, 0), wib(2026, 11, 24, 8, 0)),
        (wib(2026, 11, 28, 10, 0), wib(2026, 11, 30, 8, 0)),
        (wib(2026, 12, 23, 16, 30), wib(2026, 12, 28, 8, 0)),
    ],
)
def test_mail_of_the_clock_waits_for_office_hours(at: datetime, goes_out: datetime) -> None:
    assert clock.next_mail_hour(at) == goes_out


def test_a_drill_pretends_a_moment_and_ends() -> None:
    moment = wib(2027, 2, 1, 9, 0)
    with clock.pretend(moment):
        assert (clock.now(), clock.today(), clock.as_of()) == (moment, date(2027, 2, 1), moment)
    assert clock.as_of() is None
    assert clock.now() != moment


def test_a_drill_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="aware"), clock.pretend(datetime(2027, 2, 1)):
        pass
