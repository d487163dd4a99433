"""Find the unit that a roster row names: by UNOR ID, else by a name that only one unit has."""

from collections import defaultdict

from django.utils.translation import gettext as _

from portal.people.models import Opd


class UnknownUnit(ValueError):
    """No unit, or more than one, fits; `kind` is that of the problem."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


def simple(name: str) -> str:
    """Return the name for comparison: single blanks, small letters."""
    return " ".join(name.casefold().split())


class Units:
    """All active units in memory; a kabupaten has a few thousand."""

    def __init__(self) -> None:
        self.by_id: dict[str, int] = {}
        self.by_name: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self.cache: dict[tuple[str, str, str], int] = {}
        offices: dict[int | None, str] = {}
        units = list(Opd.objects.filter(is_active=True).select_related("office"))
        for unit in units:
            if unit.roster_id:
                self.by_id[unit.roster_id] = unit.pk
            if unit.office:
                offices[unit.pk] = simple(unit.office.name)
            for name in {simple(unit.name), simple(unit.code or "")} - {""}:
                self.by_name[name].append((unit.pk, offices.get(unit.pk, "")))

    def find(self, unit_id: str, name: str, office: str) -> int:
        """Return the key of the unit or raise UnknownUnit; the OPD's name decides between units of one name."""
        key = (unit_id, name, office)
        if key not in self.cache:
            self.cache[key] = self._find(*key)
        return self.cache[key]

    def _find(self, unit_id: str, name: str, office: str) -> int:
        if unit_id in self.by_id:
            return self.by_id[unit_id]
        if not name:
            kind, message = (
                ("unit_unknown", _("UNOR ID ini tidak dikenal")) if unit_id else ("unit_empty", _("Unit kosong"))
            )
            raise UnknownUnit(kind, message)
        found = self.by_name.get(simple(name), [])
        if len(found) > 1 and office:
            found = [each for each in found if each[1] == simple(office)] or found
        if len(found) == 1:
            return found[0][0]
        if found:
            message = _("Ada %(count)s unit dengan nama ini") % {"count": str(len(found))}
            raise UnknownUnit("unit_ambiguous", message)
        raise UnknownUnit("unit_unknown", _("Unit ini tidak ada dalam daftar unit"))
