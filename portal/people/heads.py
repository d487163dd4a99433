"""`head_of(opd, on)`: who heads a unit on a day. Plh before definitive, then Pj, then Plt; never by guess."""

from datetime import date

from django.db.models import Q

from portal.people.models import Capacity, HeadAssignment, Opd

_ORDER = {Capacity.PLH: 0, Capacity.DEFINITIVE: 1, Capacity.PJ: 2, Capacity.PLT: 3}


def heads_of(opd: Opd, on: date) -> list[HeadAssignment]:
    """Return the assignments in force on this day, the one that decides first; inactive people are left out."""
    in_force = HeadAssignment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=on), opd=opd, starts__lte=on, person__is_active=True
    ).select_related("person", "opd")
    return sorted(in_force, key=lambda each: (_ORDER[Capacity(each.capacity)], -each.starts.toordinal(), each.pk))


def head_of(opd: Opd, on: date) -> HeadAssignment | None:
    """Return the assignment that decides for the unit on this day, None while the post is vacant."""
    return next(iter(heads_of(opd, on)), None)
