"""Who heads a unit on a day, in which capacity, and which unit decides for another."""

from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When

from portal.people.models import Capacity, HeadAssignment, Opd

PRECEDENCE = (Capacity.PLH, Capacity.DEFINITIVE, Capacity.PJ, Capacity.PLT)


def in_force(on: date) -> QuerySet[HeadAssignment]:
    """Return the assignments in force on this day (first and last day included)."""
    return HeadAssignment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on)


def heads_of(opd: Opd, on: date) -> list[HeadAssignment]:
    """Return who heads the unit on that day, who decides first: Plh, then definitive, Pj, Plt; the newest Plh first."""
    rank = Case(*[When(capacity=each, then=Value(place)) for place, each in enumerate(PRECEDENCE)])
    found = in_force(on).filter(opd=opd).select_related("person__unit__office", "opd")
    return list(found.order_by(rank, "-starts", "pk"))


def head_of(opd: Opd, on: date) -> HeadAssignment | None:
    """Return the assignment that decides for the unit on that day, None while the post is vacant."""
    return next(iter(heads_of(opd, on)), None)


def deciding_unit(unit: Opd) -> Opd | None:
    """Return the nearest unit upwards (or this one) whose head may decide; None outside the tree."""
    return unit if unit.decides else unit.office
