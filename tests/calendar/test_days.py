"""The clock reads the calendar's rows; deadlines of open cases follow a day that changes."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.due import perform
from approvals.models import Condition
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.calendar import changes, days
from portal.calendar.models import Change, Holiday, HolidayKind, Year
from portal.errors import Refused
from tests.factories import World, declaration_at, endorse, sent, step_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar_rows")]
WHY = "Surat edaran Bupati nomor 12"
LOCAL = HolidayKind.LOCAL


def wib(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())).replace(hour=hour)


@pytest.fixture
def monday() -> Iterator[date]:
    """Monday, 7 December 2026: five plain working days ahead, 14 December is the due date."""
    with clock.pretend(wib(date(2026, 12, 7))):
        yield date(2026, 12, 7)


@pytest.fixture
def world() -> World:
    return World()


def due(case: Declaration) -> date | None:
    case.refresh_from_db()
    pending = case.steps.filter(decided_at=None, cancelled_at=None).first()
    assert pending is None or pending.due_on == case.due_on
    return case.due_on


def test_the_rows_of_a_year_say_what_the_library_says() -> None:
    days.seed(2026)
    assert set(clock.library_days(2026)) == days.free_days(2026)
    assert clock.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)  # Christmas and its joint leave
    assert clock.add_working_days(date(2027, 3, 5), 1) == date(2027, 3, 16)  # Nyepi and Lebaran
    assert days.seed(2026) == 0
    assert Change.objects.get().what == f"{Holiday.objects.count()} hari libur 2026"


def test_without_rows_the_library_answers() -> None:
    assert not Year.objects.exists()
    assert not clock.is_working_day(date(2026, 12, 24))


def test_the_clock_makes_the_rows_of_this_year_and_the_next(monday: date) -> None:
    perform()
    perform()
    assert set(Year.objects.values_list("year", flat=True)) == {2026, 2027}
    assert Holiday.objects.filter(day=date(2026, 12, 24), kind="joint_leave", source="library").exists()


def test_a_day_costs_no_query_and_a_change_in_another_process_is_seen_at_the_next_look(world: World) -> None:
    days.seed(2026)
    assert clock.is_working_day(date(2026, 12, 9))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert [clock.is_working_day(date(2026, 12, day)) for day in range(1, 31)].count(False) == 10
    assert len(seen) == 0
    remembered = days.memory.years
    changes.add_holiday(date(2026, 12, 9), "Pilkada", LOCAL, WHY, by=world.administrator)
    days.memory = days.Memory(days.memory.token, remembered, days.memory.next_check)
    assert not clock.is_working_day(date(2026, 12, 9))


def test_an_addition_that_was_undone_is_forgotten(world: World) -> None:
    days.seed(2026)
    with transaction.atomic():
        changes.add_holiday(date(2026, 12, 9), "Pilkada", LOCAL, WHY, by=world.administrator)
        assert not clock.is_working_day(date(2026, 12, 9))
        transaction.set_rollback(True)
    days.forget()  # the minute is over
    assert clock.is_working_day(date(2026, 12, 9))


def test_a_new_holiday_moves_the_deadlines_it_lies_before_and_no_other(monday: date, world: World) -> None:
    at_head = sent(world.teacher)
    earlier = declaration_at(Status.AWAITING_REVIEW, world, world.colleague)
    returned = declaration_at(Status.RETURNED, world, world.licensing)
    assert (due(at_head), due(earlier), due(returned)) == (date(2026, 12, 14), date(2026, 12, 16), date(2026, 12, 16))
    change = changes.add_holiday(date(2026, 12, 15), "Libur daerah", LOCAL, WHY, by=world.administrator)
    assert (due(at_head), due(earlier), due(returned)) == (date(2026, 12, 14), date(2026, 12, 17), date(2026, 12, 17))
    assert change.moved == 2
    changes.add_holiday(date(2026, 12, 14), "Libur daerah lain", LOCAL, WHY, by=world.administrator)
    assert (due(at_head), due(earlier)) == (date(2026, 12, 16), date(2026, 12, 18))


def test_removing_and_restoring_a_holiday_is_exactly_undone(monday: date, world: World) -> None:
    days.seed(2026)
    with clock.pretend(wib(date(2026, 12, 18))):
        case = endorse(sent(world.teacher))
    assert due(case) == date(2026, 12, 31)  # over Christmas and joint leave
    leave = Holiday.objects.get(day=date(2026, 12, 24))
    assert changes.remove_holiday(leave, WHY, by=world.administrator).moved == 1
    assert due(case) == date(2026, 12, 30)
    assert clock.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 24)
    assert changes.restore_holiday(leave, WHY, by=world.administrator).moved == 1
    assert due(case) == date(2026, 12, 31)
    with pytest.raises(Refused):
        changes.restore_holiday(leave, WHY, by=world.administrator)


def test_what_began_later_was_decided_or_has_its_own_date_stays(monday: date, world: World) -> None:
    approved = declaration_at(Status.APPROVED, world)
    conditions = list(Condition.objects.values_list("due_on", flat=True))
    with clock.pretend(wib(date(2026, 12, 16))):
        later = sent(world.colleague)
        before = due(later)
        change = changes.add_holiday(date(2026, 12, 16), "Hari ini", LOCAL, WHY, by=world.administrator)
    assert (due(later), change.moved) == (before, 0)
    assert approved.due_on is None
    assert list(Condition.objects.values_list("due_on", flat=True)) == conditions


def test_moving_costs_the_same_for_one_case_and_for_many(monday: date, world: World) -> None:
    def cost(day: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            changes.add_holiday(date(2026, 12, day), "Libur", LOCAL, WHY, by=world.administrator)
        return len(seen)

    sent(world.teacher)
    days.seed(2026)
    first = cost(8)
    for _each in range(3):
        sent(world.colleague)
    assert cost(9) <= first


def test_each_change_has_its_reason_and_one_audit_event(world: World) -> None:
    change = changes.add_holiday(date(2026, 12, 9), "Pilkada", LOCAL, WHY, by=world.administrator)
    event = AuditEvent.objects.get(event="calendar_added")
    assert (event.actor_id, event.data["day"]) == (world.administrator.pk, "2026-12-09")
    assert (change.by, change.reason, change.what) == (world.administrator, WHY, "Rabu, 9 Desember 2026: Pilkada")
    with pytest.raises(Refused):
        changes.add_holiday(date(2026, 12, 9), "Pilkada", LOCAL, WHY, by=world.administrator)


def test_a_newer_library_adds_its_days_and_leaves_removed_ones_removed(
    monday: date, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    days.seed(2026)
    case = sent(world.teacher)
    changes.remove_holiday(Holiday.objects.get(day=date(2026, 12, 24)), WHY, by=world.administrator)
    known = days.from_library(2026) | {date(2026, 12, 10): ("Hari baru", HolidayKind.NATIONAL)}
    monkeypatch.setattr(days, "from_library", lambda year: known)
    monkeypatch.setattr(days, "library", lambda: "9.9")
    assert days.seed(2026) == 1
    assert clock.is_working_day(date(2026, 12, 24))
    assert due(case) == date(2026, 12, 15)
    assert days.seed(2026) == 0


def test_reminders_follow_a_holiday_that_was_added(monday: date, world: World) -> None:
    case = sent(world.teacher)
    changes.add_holiday(date(2026, 12, 9), "Pilkada", LOCAL, WHY, by=world.administrator)
    with clock.pretend(wib(date(2026, 12, 9))):
        perform()
        assert step_of(case).reminders == 0
    with clock.pretend(wib(date(2026, 12, 10))):
        perform()
        assert step_of(case).reminders == 1
