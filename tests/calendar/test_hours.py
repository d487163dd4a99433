"""Which hours apply to whom on which day, and screening by them."""

from dataclasses import replace
from datetime import date, time

import pytest

from approvals.knowledge import with_knowledge
from approvals.screening.hours import overlaps, plan_of
from declarations.facts import facts_of
from portal.calendar import changes
from portal.calendar.changes import Hours
from portal.calendar.hours import pattern_for, timetable
from portal.calendar.models import PatternCode, WorkDay
from portal.calendar.plans import FIVE_DAYS, WeekPlan
from portal.people.models import EmploymentType, UnitKind
from tests.factories import World, sent, unit

pytestmark = pytest.mark.django_db
PLAIN, IN_RAMADAN = date(2027, 1, 18), date(2027, 2, 15)
WHY = "Surat edaran Bupati nomor 12"
PNS = EmploymentType.PNS


def hours(*weekdays: int, opens: int = 7, closes: int = 14) -> list[Hours]:
    return [
        {"weekday": day, "opens": time(opens), "closes": time(closes), "break_starts": None, "break_ends": None}
        for day in weekdays
    ]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def ramadan(world: World) -> None:
    changes.add_ramadan(date(2027, 2, 8), date(2027, 3, 9), WHY, by=world.administrator)


def test_the_rows_that_come_along_are_the_hours_of_the_regulation() -> None:
    plan = pattern_for(World().dinas, PNS, PLAIN)
    assert sorted(plan.spans) == sorted(FIVE_DAYS.spans)
    minutes = {"5HK": 0, "5HK_RAMADAN": 0, "6HK_RAMADAN": 0}
    for day in WorkDay.objects.select_related("pattern"):
        assert day.break_starts
        assert day.break_ends
        for first, last, sign in ((day.opens, day.closes, 1), (day.break_starts, day.break_ends, -1)):
            minutes[day.pattern.code] += sign * (last.hour * 60 + last.minute - first.hour * 60 - first.minute)
    assert minutes == {"5HK": 37.5 * 60, "5HK_RAMADAN": 32.5 * 60, "6HK_RAMADAN": 32.5 * 60}


@pytest.mark.usefixtures("ramadan")
def test_ramadan_hours_hold_between_its_days_only(world: World) -> None:
    table = timetable(world.dinas, PNS)
    codes = [table.on(day).code for day in (date(2027, 2, 7), date(2027, 2, 8), date(2027, 3, 9), date(2027, 3, 10))]
    assert codes == ["5HK", "5HK_RAMADAN", "5HK_RAMADAN", "5HK"]
    assert overlaps(["1"], "15:15", "15:45", table.on(PLAIN))
    assert not overlaps(["1"], "15:15", "15:45", table.on(IN_RAMADAN))


@pytest.mark.usefixtures("ramadan")
def test_shifts_and_part_time_are_not_compared_in_ramadan_either(world: World) -> None:
    hospital = unit("RSUD Pasaman Barat", UnitKind.RSUD)
    for where, employment in ((hospital, PNS), (world.dinas, EmploymentType.PPPK_PARUH_WAKTU)):
        assert not pattern_for(where, employment, PLAIN).checked
        assert not pattern_for(where, employment, IN_RAMADAN).checked


def test_the_units_own_pattern_goes_before_its_kind_and_its_kind_before_its_office(world: World) -> None:
    school, by = world.teacher.unit, world.administrator

    def code() -> str:
        return timetable(school, PNS).code

    assert code() == "5HK"
    changes.use_pattern(world.dinas, PatternCode.SHIFT, WHY, by=by)
    assert code() == "SHIFT"
    changes.use_pattern(school.kind, PatternCode.SIX, WHY, by=by)
    assert code() == "6HK"
    changes.use_pattern(school, PatternCode.FIVE, WHY, by=by)
    assert code() == "5HK"


def test_six_days_are_checked_once_their_hours_are_known(world: World) -> None:
    changes.use_pattern(world.dinas, PatternCode.SIX, WHY, by=world.administrator)
    assert not pattern_for(world.dinas, PNS, PLAIN).checked
    changes.set_hours(PatternCode.SIX, PLAIN, hours(1, 2, 3, 4, 5, 6), WHY, by=world.administrator)
    assert not pattern_for(world.dinas, PNS, date(2027, 1, 17)).checked
    assert overlaps(["6"], "10:00", "11:00", pattern_for(world.dinas, PNS, PLAIN))


def test_new_hours_hold_from_their_day_and_the_old_ones_before(world: World) -> None:
    changes.set_hours(PatternCode.FIVE, date(2027, 2, 1), hours(1, 2, 3, 4, 5, opens=9), WHY, by=world.administrator)
    assert overlaps(["1"], "08:00", "08:30", pattern_for(world.dinas, PNS, date(2027, 1, 31)))
    assert not overlaps(["1"], "08:00", "08:30", pattern_for(world.dinas, PNS, date(2027, 2, 1)))


def test_the_facts_of_a_case_hold_the_hours_of_its_post(world: World) -> None:
    case = sent(world.teacher)
    assert case.snapshot
    bare = facts_of(case.snapshot.content, {})
    assert bare.hours is None
    assert plan_of(bare) == FIVE_DAYS
    assert plan_of(replace(bare, hours=WeekPlan("SHIFT"))).checked is False
    changes.use_pattern(world.dinas, PatternCode.SHIFT, WHY, by=world.administrator)
    facts = with_knowledge(bare, declaration=case)
    assert (facts.hours, facts.fixed_hours) == (WeekPlan("SHIFT"), False)


def test_reading_the_hours_costs_a_fixed_number_of_queries(
    world: World,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    for month in range(1, 7):
        changes.set_hours(PatternCode.FIVE, date(2027, month, 1), hours(1, 2), WHY, by=world.administrator)
    office = world.dinas
    with django_assert_max_num_queries(5):
        table = timetable(office, PNS)
        assert {len(table.on(date(2027, month, 2)).spans) for month in range(1, 7)} == {2}
