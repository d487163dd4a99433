"""The board as it may be shown: numbers of an office, with small groups kept back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from approvals.coverage.counting import STATES
from approvals.coverage.models import OfficeCount
from approvals.scope import SMALL, Scope
from portal.people.models import Opd

ORDERS: Mapping[str, tuple[str, ...]] = {
    "cakupan": ("permille", "pk"),
    "diam": ("-silent", "pk"),
    "nama": ("office__name", "pk"),
}
TREE_ORDERS: Mapping[str, tuple[str, ...]] = {
    "cakupan": ("all_permille", "pk"),
    "diam": ("-all_silent", "pk"),
    "nama": ORDERS["nama"],
}
KEPT_BACK = f"< {SMALL}"


@dataclass(frozen=True, slots=True)
class Line:
    """One office; a number that is kept back is None, and `hidden` says that the whole office is."""

    office: Opd
    hidden: bool
    roster: int | None
    numbers: Mapping[str, int | None]
    percent: int | None
    names: bool
    below: int = 0

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Return roster, declared, nil, pending, silent and percent as the table shows them, with their headings."""
        counted = [self.roster, *(self.numbers[name] for name in STATES)]
        shown = [KEPT_BACK if number is None else f"{number}" for number in counted]
        shown.append("–" if self.percent is None else f"{self.percent} %")
        return list(zip(headings(), shown, strict=True))


def headings() -> list[str]:
    """Return the words above the numbers of a line."""
    return [_("Pegawai"), _("Sudah deklarasi"), _("Nihil"), _("Diproses"), _("Belum menjawab"), _("Cakupan")]


def counts(scope: Scope) -> QuerySet[OfficeCount]:
    """Return the offices this person may see and that have anybody to ask."""
    found = OfficeCount.objects.filter(roster__gt=0).select_related("office")
    return found if scope.every else found.filter(office__in=scope.own)


def below(scope: Scope, office: int | None) -> QuerySet[OfficeCount]:
    """Return the offices right below one, or the top of the tree; for those who see every office."""
    found = OfficeCount.objects.filter(all_roster__gt=0, above=office).select_related("office")
    return found if scope.every else found.none()


def line(row: OfficeCount, scope: Scope) -> Line:
    """Return what this person may see of an office."""
    exact = {name: getattr(row, name) for name in STATES}
    numbers: dict[str, int | None] = dict(exact)
    percent = _percent(row.roster, row.silent)
    kept = kept_back(exact) if scope.numbers_only(row.pk) else set()
    if scope.hides(row.roster) or len(kept) == len(STATES):
        return Line(row.office, True, None, dict.fromkeys(STATES), None, False)
    for name in kept:
        numbers[name] = None
    if "silent" in kept:
        percent = None
    return Line(row.office, False, row.roster, numbers, percent, scope.names(row.pk, row.roster))


def line_of_all(row: OfficeCount, scope: Scope) -> Line:
    """Return an office together with those below it.

    Outside BKPSDM to the nearest ten: the difference to the offices shown one by one would give a small one away.
    """
    numbers = {name: getattr(row, f"all_{name}") for name in ("roster", *STATES)}
    if scope.hides(row.all_roster):
        return Line(row.office, True, None, dict.fromkeys(STATES), None, False, row.offices - 1)
    if not scope.bkpsdm:
        numbers = {name: round(number, -1) for name, number in numbers.items()}
    states: dict[str, int | None] = {name: numbers[name] for name in STATES}
    percent = _percent(numbers["roster"], min(numbers["silent"], numbers["roster"]))
    return Line(row.office, False, numbers["roster"], states, percent, False, row.offices - 1)


def _percent(roster: int, silent: int) -> int | None:
    """Return how many of a hundred have answered, rounded down: 100 means everybody."""
    return (roster - silent) * 100 // roster if roster else None


def kept_back(numbers: Mapping[str, int]) -> set[str]:
    """Return which numbers are not shown: 1 to 4, and as many more as it takes that none follows from the others."""
    kept = {name for name, number in numbers.items() if 0 < number < SMALL}
    others = sorted((number, name) for name, number in numbers.items() if number >= SMALL)
    while kept and (len(kept) == 1 or sum(numbers[name] for name in kept) < SMALL):
        if not others:
            return set(numbers)
        kept.add(others.pop(0)[1])
    return kept


def total(scope: Scope) -> dict[str, Any]:
    """Return the sum over the offices one sees; to the nearest ten where single offices are kept back."""
    exact = scope.bkpsdm or not scope.every
    seen = counts(scope) if scope.bkpsdm else counts(scope).filter(roster__gte=SMALL)
    sums = seen.aggregate(**{name: Sum(name, default=0) for name in ("roster", *STATES)})
    answered = sums["roster"] - sums["silent"]
    percent = _percent(sums["roster"], sums["silent"])
    if not exact:
        sums = {name: round(number, -1) for name, number in sums.items()}
        answered = round(answered, -1)
    return {**sums, "answered": answered, "percent": percent, "about": not exact}
