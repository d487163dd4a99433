"""Which working hours apply to a post on a day, as a frozen plan."""

from datetime import date, time

from django.db.models import Q

from portal.calendar.models import RAMADAN_OF, PatternCode, PatternUse, Ramadan, WorkDay, WorkPattern
from portal.calendar.plans import FIVE_DAYS, WeekPlan
from portal.people.models import EmploymentType, Opd, UnitKind

SHIFT_OFFICES = frozenset({"RSUD", "SATPOLPP", "BPBD"})


def pattern_for(unit: Opd, employment: str, on: date) -> WeekPlan:
    """Return the plan of a post in this unit on this day; shift and part-time work has an empty one."""
    code = code_for(unit, employment)
    if code in RAMADAN_OF and Ramadan.objects.filter(starts__lte=on, ends__gte=on).exists():
        plan = plan_of(RAMADAN_OF[code], on)
        if plan.checked:
            return plan
    return plan_of(code, on)


def code_for(unit: Opd, employment: str) -> PatternCode:
    """Return the pattern: own contract first, then what was set for the unit, its kind, its OPD, else the default."""
    if employment == EmploymentType.PPPK_PARUH_WAKTU:
        return PatternCode.PART_TIME
    uses = list(PatternUse.objects.filter(Q(opd__in=[unit.pk, unit.office_id]) | Q(unit_kind=unit.kind)))
    chosen = (
        next((use for use in uses if use.opd_id == unit.pk), None)
        or next((use for use in uses if use.unit_kind), None)
        or next(iter(uses), None)
    )
    if chosen:
        return PatternCode(chosen.code)
    office = unit.office
    in_shifts = unit.kind == UnitKind.RSUD or (office is not None and office.code in SHIFT_OFFICES)
    return PatternCode.SHIFT if in_shifts else PatternCode.FIVE


def plan_of(code: PatternCode, on: date) -> WeekPlan:
    """Return the hours of a pattern that are in force on this day."""
    row = WorkPattern.objects.filter(code=code, starts__lte=on).order_by("-starts").prefetch_related("days").first()
    if row is None:
        return FIVE_DAYS if code == PatternCode.FIVE else WeekPlan(code)
    return WeekPlan(code, tuple(span for day in row.days.all() for span in _spans(day)))


def _spans(day: WorkDay) -> list[tuple[int, time, time]]:
    if day.break_starts is None or day.break_ends is None:
        return [(day.weekday, day.opens, day.closes)]
    halves = [(day.weekday, day.opens, day.break_starts), (day.weekday, day.break_ends, day.closes)]
    return [half for half in halves if half[1] < half[2]]
