"""Which rows of the registers a declared partner meets, each with how certain that is; one query for all partners."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import Q
from django.db.models.functions import Length

from declarations.registries.models import NAMED, Entry, Registry
from declarations.registries.names import SIMILAR, normalise, probes, similarity, window

MONTHS_OF_CONTRACT = 24  # a vendor counts this long after his last contract (domain.md KK-01)
_MOST = 3  # matches told of one partner in one register of one office: a vendor has a row for each package


class Certainty(StrEnum):
    CERTAIN = "certain"  # the same NIB; the NPWP of a partner is not asked for (DESIGN 11)
    PROBABLE = "probable"  # the same name once normalised
    POSSIBLE = "possible"  # a similar name


_ORDER = list(Certainty)


@dataclass(frozen=True, slots=True)
class Asked:
    """A partner as the declarant wrote him."""

    name: str
    nib: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    asked: Asked
    entry: Entry
    certainty: Certainty


def match(partners: Iterable[Asked], *, on: date, registries: Sequence[str] = NAMED) -> list[Match]:
    """Return the rows in force on that day that are, or may be, these partners; the most certain first."""
    norms = {asked: normalise(asked.name) for asked in dict.fromkeys(partners)}
    wanted = [_condition(norm, asked.nib) for asked, norm in norms.items() if norm or asked.nib]
    if not wanted:
        return []
    rows = (
        Entry.objects.alias(size=Length("norm"))
        .filter(reduce(or_, wanted), _in_force(on), ended_by=None, registry__in=registries)
        .select_related("opd", "added_by")
        .order_by("pk")
    )
    found: list[Match] = []
    candidates = list(rows)
    for asked, norm in norms.items():
        hits = [Match(asked, row, how) for row in candidates if (how := certainty(asked, norm, row)) is not None]
        found += _best(sorted(hits, key=lambda hit: (_ORDER.index(hit.certainty), hit.entry.pk)))
    return found


def _best(hits: Iterable[Match]) -> Iterator[Match]:
    """Yield the first few of each register and office, so that many rows of one never hide those of another."""
    seen: Counter[tuple[str, int | None]] = Counter()
    for hit in hits:
        place = (hit.entry.registry, hit.entry.opd_id)
        seen[place] += 1
        if seen[place] <= _MOST:
            yield hit


def certainty(asked: Asked, norm: str, row: Entry) -> Certainty | None:
    """Return how certain it is that this row is who was asked for; None: somebody else."""
    if asked.nib and row.nib == asked.nib:
        return Certainty.CERTAIN
    if not norm or not row.norm:
        return None
    if row.norm == norm:
        return Certainty.PROBABLE
    return Certainty.POSSIBLE if similarity(norm, row.norm) >= SIMILAR else None


def _condition(norm: str, nib: str) -> Q:
    found = Q(nib=nib) if nib else Q(pk__in=[])
    if norm:
        shortest, longest = window(norm)
        alike = reduce(or_, (Q(keys__contains=each) for each in probes(norm)))
        found |= Q(norm=norm) | (alike & Q(size__gte=shortest, size__lte=longest))
    return found


def _in_force(on: date) -> Q:
    """Contracts count for two years after their end, everything else as long as it is valid."""
    since = on.replace(year=on.year - MONTHS_OF_CONTRACT // 12, day=min(on.day, 28))
    recent = Q(ends__gte=since) | Q(ends=None, starts__gte=since) | Q(ends=None, starts=None)
    begun = Q(starts=None) | Q(starts__lte=on)
    return begun & ((Q(registry=Registry.VENDOR) & recent) | (~Q(registry=Registry.VENDOR) & _valid(on)))


def _valid(on: date) -> Q:
    return Q(ends=None) | Q(ends__gte=on)


def sectors(office_id: int | None, functions: Iterable[str], *, on: date) -> list[Entry]:
    """Return the lines of business that are sensitive for this office or for these duties."""
    theirs = Q(opd=None) | Q(opd=office_id) | Q(opd__office=office_id, opd__office__isnull=False)
    return list(
        Entry.objects.filter(
            theirs,
            _valid(on),
            registry=Registry.SECTOR,
            ended_by=None,
            function__in=["", *functions],
        )
        .exclude(opd=None, function="")
        .select_related("opd", "added_by")
        .order_by("pk")
    )


def touches(sector: Entry, text: str) -> bool:
    """Tell whether a declared line of business holds all the words of a sensitive one."""
    words = set(sector.norm.split())
    return bool(words) and words <= set(normalise(text).split())


def election(on: date) -> str:
    """Return the name of the election period in force, '' outside any."""
    rows = Entry.objects.filter(_valid(on), registry=Registry.ELECTION, ended_by=None, starts__lte=on)
    return rows.order_by("-starts").values_list("name", flat=True).first() or ""
