"""Which working hours apply to a post on a day, as a frozen plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Q

from portal.calendar.models import RAMADAN_OF, PatternCode, PatternUse, Ramadan, WorkDay, WorkPattern
from portal.calendar.plans import FIVE_DAYS, WeekPlan
from portal.people.models import EmploymentType, Opd, UnitKind

SHIFT_OFFICES = frozenset({"RSUD", "SATPOLPP", "BPBD"})


@dataclass(frozen=True, slots=True)
class Timetable:
    """The hours of one post on any day, read once: its pattern, the hours of patterns, the Ramadans."""

    code: PatternCode
    plans: Mapping[str, tuple[tuple[date, WeekPlan], ...]]  # newest first
    ramadan: tuple[tuple[date, date], ...]

    def on(self, day: date) -> WeekPlan:
        """Return the plan of a day; in Ramadan that of its Ramadan pattern, where it has hours."""
        if self.code in RAMADAN_OF and any(first <= day <= last for first, last in self.ramadan):
            plan = self._plan(RAMADAN_OF[self.code], day)
            if plan.checked:
                return plan
        return self._plan(self.code, day)

    def _plan(self, code: PatternCode, day: date) -> WeekPlan:
        plans = self.plans.get(code, ())
        default = FIVE_DAYS if code == PatternCode.FIVE else WeekPlan(code)
        return next((plan for starts, plan in plans if starts <= day), default)


def pattern_for(unit: Opd, employment: str, on: date) -> WeekPlan:
    """Return the plan of a post in this unit on this day; shift and part-time work has an empty one."""
    return timetable(unit, employment).on(on)


def timetable(unit: Opd, employment: str) -> Timetable:
    """Read the hours of a post with a fixed number of queries."""
    code = code_for(unit, employment)
    wanted = [code, RAMADAN_OF.get(code, code)]
    plans: dict[str, tuple[tuple[date, WeekPlan], ...]] = {}
    for row in WorkPattern.objects.filter(code__in=wanted).order_by("-starts").prefetch_related("days"):
        spans = tuple(span for day in row.days.all() for span in _spans(day))
        plans[row.code] = (*plans.get(row.code, ()), (row.starts, WeekPlan(row.code, spans)))
    return Timetable(code, plans, tuple(Ramadan.objects.values_list("starts", "ends")))


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


def _spans(day: WorkDay) -> list[tuple[int, time, time]]:
    if day.break_starts is None or day.break_ends is None:
        return [(day.weekday, day.opens, day.closes)]
    halves = [(day.weekday, day.opens, day.break_starts), (day.weekday, day.break_ends, day.closes)]
    return [half for half in halves if half[1] < half[2]]
