"""Deadlines follow the calendar: when a day becomes free or a working day, those that span it move by one."""

from datetime import date, datetime, timedelta

from django.db.models import Case, DateField, F, OuterRef, QuerySet, Subquery, Value, When

from approvals.models import Step
from approvals.queries import pending_steps
from declarations.models import Declaration
from declarations.status import OPEN, Status
from portal import clock

_DAY = timedelta(days=1)


def recompute(day: date, free: bool) -> int:
    """Move the deadlines of open cases that began before this day and end on or after it; returns how many moved.

    A day that became free pushes them to the next working day, one that became a working day pulls them back. The
    number of statements does not grow with the cases. Conditions and calendar-day periods keep their dates.
    """
    running = Step.objects.filter(pk__in=pending_steps().filter(declaration__status__in=OPEN).values("pk"))
    moved = _shift(running.filter(opened_at__lt=_morning(day)), day, free=free)
    current = pending_steps().filter(declaration=OuterRef("pk")).values("due_on")[:1]
    Declaration.objects.filter(status__in=OPEN - {Status.RETURNED}, due_on__gte=day).annotate(
        of_step=Subquery(current)
    ).filter(of_step__isnull=False).exclude(due_on=F("of_step")).update(due_on=Subquery(current))
    returned = Declaration.objects.filter(status=Status.RETURNED, since__lt=_morning(day))
    return moved + _shift(returned, day, free=free)


def _morning(day: date) -> datetime:
    return clock.end_of_day(day - _DAY)


def _shift(rows: QuerySet[Step] | QuerySet[Declaration], day: date, *, free: bool) -> int:
    """Move `due_on` of these rows by one working day, a statement for all of them."""
    spanned = rows.filter(due_on__gte=day)
    dates = [each for each in spanned.values_list("due_on", flat=True).distinct().order_by("due_on") if each]
    if not dates:
        return 0
    moves = [When(due_on=each, then=Value(_next(each) if free else _before(each))) for each in dates]
    return spanned.update(due_on=Case(*moves, default=F("due_on"), output_field=DateField()))


def _next(day: date) -> date:
    return clock.add_working_days(day, 1)


def _before(day: date) -> date:
    """Return the working day before."""
    day -= _DAY
    while not clock.is_working_day(day):
        day -= _DAY
    return day
