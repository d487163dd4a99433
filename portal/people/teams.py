"""Who works side by side: people of one small team do not judge each other."""

from collections.abc import Collection
from datetime import date

from portal.people.heads import in_force
from portal.people.models import Employee, Opd


def same_team(one: Employee, other: Employee, on: date) -> bool:
    """Tell whether two people share a unit, or one heads a unit that the other belongs to below the same office."""
    if one.unit_id == other.unit_id:
        return True
    headed = list(in_force(on).filter(person__in=[one, other]).values_list("person", "opd"))
    return any(
        _above({opd for person, opd in headed if person == leader.pk}, member)
        for leader, member in ((one, other), (other, one))
    )


def _above(headed: Collection[int], member: Employee) -> bool:
    """Tell whether one of these units is on the member's way up, the office included."""
    return bool(headed) and any(unit.pk in headed for unit in _way_up(member.unit))


def _way_up(unit: Opd | None) -> list[Opd]:
    """Return the unit and those above it, up to the first whose head decides: the office."""
    way: list[Opd] = []
    while unit is not None and unit not in way:
        way.append(unit)
        if unit.decides:
            break
        unit = unit.parent
    return way
