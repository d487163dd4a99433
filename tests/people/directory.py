"""Units, people and heads for the tests of the directory (nothing above it is needed)."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from portal import clock
from portal.people.models import Capacity, Employee, HeadAssignment, Opd, UnitKind

_serial = count(1)


def unit(name: str, kind: str = UnitKind.OPD, parent: Opd | None = None, **fields: Any) -> Opd:
    return Opd.objects.create(name=name, kind=kind, parent=parent, **fields)


def person(name: str, where: Opd, *groups: str, **fields: Any) -> Employee:
    """Return a person with a number of his own and no password."""
    fields = {"nip": f"19660101{next(_serial):06d}1900", "employment_type": "pns"} | fields
    someone = Employee.objects.create(name=name, unit=where, password="!", **fields)
    for group in groups:
        someone.groups.add(Group.objects.get_or_create(name=group)[0])
    return someone


def head(who: Employee, where: Opd, capacity: str = Capacity.DEFINITIVE, **fields: Any) -> HeadAssignment:
    fields.setdefault("starts", clock.today() - timedelta(days=400))
    return HeadAssignment.objects.create(person=who, opd=where, capacity=capacity, **fields)
