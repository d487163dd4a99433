"""Who works side by side: people of one small team do not judge each other."""

from datetime import date

from portal.people.models import Employee, HeadAssignment, Opd


def same_team(one: Employee, other: Employee, on: date) -> bool:
    """Tell whether two people share a unit, or one heads a unit that the other belongs to below the same office."""
    if one.unit_id == other.unit_id:
        return True
    return _leads(one, other, on) or _leads(other, one, on)


def _leads(leader: Employee, member: Employee, on: date) -> bool:
    """Tell whether the first heads a unit on the other's way up, the member's office included."""
    above = {unit.pk for unit in _way_up(member.unit)}
    heads = HeadAssignment.objects.filter(person=leader, opd__in=above, starts__lte=on).exclude(ends__lt=on)
    return heads.exists()


def _way_up(unit: Opd | None) -> list[Opd]:
    """Return the unit and those above it, up to the first whose head decides: the office."""
    way: list[Opd] = []
    while unit is not None and unit not in way:
        way.append(unit)
        if unit.decides:
            break
        unit = unit.parent
    return way
