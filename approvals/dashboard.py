"""Reads of the reviewers' dashboard: the queue, its tabs and counts, and where a case stands in its list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from approvals.filters import EVERY, NO_FINDING, Filters
from approvals.models import Condition, Stage, Step
from approvals.policies import INSPECTORATE, REVIEWER, groups_of
from approvals.queries import cases_for
from approvals.search import search_query
from declarations.models import Declaration, Severity
from declarations.status import Status
from portal import clock
from portal.people.models import DECIDING, Employee, Opd

LIMIT = 1000
FEW = 10 * LIMIT  # hits of a search that are worth fetching before their list is put in order
PAGE = 25
RUNNING = (Status.AWAITING_HEAD, Status.AWAITING_REVIEW, Status.AWAITING_INSPECTORATE, Status.OBJECTION)
DONE = (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.EXPIRED, Status.REVOKED, Status.SUPERSEDED)


class Office(NamedTuple):
    """A unit that a filter can name; every page of the desk reads all of them, so it is no more than what they show."""

    pk: int
    code: str | None
    name: str

    @property
    def short(self) -> str:
        return self.code or self.name


def offices() -> dict[str, Office]:
    """Return the units a filter can name, by their code (by their key where they have none)."""
    with connection.cursor() as cursor:
        cursor.execute(*_of_offices())
        found = list(map(Office._make, cursor.fetchall()))
    return {office.code or str(office.pk): office for office in found}


@cache
def _of_offices() -> "Statement":
    """Compiling takes longer than asking, and every page of the desk asks."""
    units = Opd.objects.filter(kind__in=DECIDING, is_active=True).order_by("name")
    return units.values_list("pk", "code", "name").query.sql_with_params()


def nobody_asked() -> Exists:
    return Exists(
        Step.objects.filter(
            declaration=OuterRef("pk"),
            stage=Stage.HEAD,
            assigned_to__isnull=True,
            decided_at__isnull=True,
            cancelled_at__isnull=True,
        )
    )


def listed(person: Employee, filters: Filters, known: Mapping[str, Office]) -> QuerySet[Declaration]:
    """Return the cases of one view, unordered."""
    cases = cases_for(person).filter(status__in=filters.statuses)
    if filters.opd:
        cases = cases.filter(opd=known[filters.opd].pk)
    if filters.temuan:
        cases = cases.filter(_findings(filters.temuan))
    if filters.platform:
        cases = cases.filter(platforms__contains=[filters.platform])
    if filters.jenis:
        cases = cases.filter(kinds__contains=[filters.jenis])
    if filters.komersial:
        cases = cases.filter(commercial=filters.komersial)
    if filters.peninjau:
        cases = cases.filter(reviewer=person if filters.peninjau == "saya" else None)
    if filters.pejabat:
        cases = cases.filter(nobody_asked(), status=Status.AWAITING_HEAD)
    if filters.batas:
        cases = cases.filter(due_on__lt=clock.today(), status__in=RUNNING)
    if filters.syarat:
        cases = cases.filter(_conditions(filters.syarat))
    if filters.age:
        cases = cases.filter(_age(*filters.age))
    if filters.pegawai:
        cases = cases.filter(declarant__public_id=filters.pegawai)
    if filters.q:
        words = search_query(filters.q)
        cases = cases.filter(_said(words)) if words else cases.none()
    return cases


def _said(words: SearchQuery) -> Q:
    """Find by words: few cases by their keys, many along the order of the list.

    The database takes the beginning of a rare word for a common one and would look for it through the whole order.
    """
    keys = list(Declaration.objects.order_by().filter(search=words).values_list("pk", flat=True)[: FEW + 1])
    return Q(search=words) if len(keys) > FEW else Q(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [keys]))


def _conditions(wanted: str) -> Exists:
    open_ones = Condition.objects.filter(
        step__declaration=OuterRef("pk"), step__cancelled_at__isnull=True, fulfilled_at__isnull=True
    )
    if wanted == "bukti":
        return Exists(open_ones.filter(proofs__accepted__isnull=True, proofs__isnull=False))
    return Exists(open_ones.filter(due_on__lt=clock.today()))


def _findings(tokens: tuple[str, ...]) -> Q:
    wanted = Q()
    for token in tokens:
        if token == NO_FINDING:
            wanted |= Q(worst="")
        elif token in Severity.values:
            wanted |= Q(worst=token)
        else:
            wanted |= Q(rules__contains=[token])
    return wanted


def _age(least: int, most: int | None) -> Q:
    """In this status for `least` to `most` working days."""
    bounds = Q(since__lte=clock.end_of_day(_days_ago(least)))
    return bounds if most is None else bounds & Q(since__gt=clock.end_of_day(_days_ago(most + 1)))


def _days_ago(days: int) -> date:
    """Return the last day from which at least `days` working days have passed until today."""
    day = clock.today()
    while days:
        days -= clock.is_working_day(day)
        day -= timedelta(days=1)
    return day


def ordered(cases: QuerySet[Declaration], urut: str) -> QuerySet[Declaration]:
    """Return the cases by deadline, newest first, or by name."""
    if urut == "masuk":
        return cases.order_by("-submitted_at", "-pk")
    if urut == "nama":
        return cases.order_by("declarant__name", "pk")
    return cases.order_by(F("due_on").asc(nulls_last=True), "pk")


def count(cases: QuerySet[Any]) -> int:
    """Count up to one more than the limit: a count never reads the whole table."""
    return cases.order_by().values("pk")[: LIMIT + 1].count()


Statement = tuple[str, tuple[Any, ...]]  # SQL and its parameters


def counting(cases: QuerySet[Any]) -> Statement:
    """Return `count` as an expression of SQL, for `answers`."""
    try:
        sql, given = cases.order_by().values("pk")[: LIMIT + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) counted)", tuple(given)


def naming(cases: QuerySet[Declaration]) -> Statement:
    """Return the number of the first of these cases as an expression of SQL."""
    try:
        sql, given = cases.values("number")[:1].query.sql_with_params()
    except EmptyResultSet:
        return "NULL", ()
    return f"({sql})", tuple(given)


def answers(expressions: Iterable[Statement]) -> list[Any]:
    """Ask several things by one statement."""
    parts, given = zip(*expressions, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", [value for values in given for value in values])
        return list(cursor.fetchone())


def in_words(number: int) -> str:
    """Return '14', or 'lebih dari 1.000'."""
    return _("lebih dari 1.000") if number > LIMIT else f"{number:,}".replace(",", ".")


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of 25 that end at row 1,000; the count is given, so no second one is made."""

    def __init__(self, cases: QuerySet[Any, Any], counted: int) -> None:
        super().__init__(cases, PAGE)
        self.__dict__["count"] = min(counted, LIMIT)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    filters: Filters
    counted: bool = True


def tabs(person: Employee) -> list[Tab]:
    """Return the views that stand above the queue, by whose turn it is."""
    return _tabs(groups_of(person), get_language() or "")


@lru_cache(maxsize=64)
def _tabs(mine: frozenset[str], language: str) -> list[Tab]:
    tabs = []
    if REVIEWER in mine:
        tabs += [
            Tab(_("Perlu ditinjau"), Filters(status=(Status.AWAITING_REVIEW, Status.OBJECTION))),
            Tab(_("Pekerjaan saya"), Filters(peninjau="saya")),
        ]
    if INSPECTORATE in mine or REVIEWER in mine:
        label = _("Perlu ditinjau") if REVIEWER not in mine else _("Menunggu Inspektorat")
        tabs.append(Tab(label, Filters(status=(Status.AWAITING_INSPECTORATE,))))
    return [
        Tab(_("Semua aktif"), Filters()),
        *tabs,
        Tab(_("Lewat batas"), Filters(batas="lewat")),
        Tab(_("Bertanda"), Filters(temuan=(Severity.BLOCK, Severity.WARN))),
        Tab(_("Menunggu OPD"), Filters(status=(Status.AWAITING_HEAD,))),
        Tab(_("Belum ada pejabat"), Filters(pejabat="kosong")),
        Tab(_("Menunggu ASN"), Filters(status=(Status.RETURNED, Status.SUSPENDED))),
        Tab(_("Syarat lewat batas"), Filters(syarat="lewat")),
        Tab(_("Selesai"), Filters(status=tuple(DONE), urut="masuk"), counted=False),
    ]


def tab_counts(person: Employee) -> list[Statement]:
    """Return the count of all cases, then of those tabs that have one, in their order."""
    return _tab_counts(person, groups_of(person), clock.today(), LIMIT)


@lru_cache(maxsize=256)
def _tab_counts(person: Employee, groups: frozenset[str], today: date, limit: int) -> list[Statement]:
    """A dozen lists become SQL once for each officer and day: all they depend on besides the rows is an argument."""
    views = [Filters(status=(EVERY,)), *(tab.filters for tab in tabs(person) if tab.counted)]
    return [counting(listed(person, view, {})) for view in views]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in the list one came from; no index when it is not (or no longer) in it."""

    index: int | None
    total: int
    previous: str
    following: str

    @property
    def page(self) -> int:
        return (self.index - 1) // PAGE + 1 if self.index else 1


def place_of(declaration: Declaration, cases: QuerySet[Declaration], urut: str) -> Place:
    """Find a case's neighbours by its own sort key: one statement wherever it stands in the list."""
    before, after = _beside(declaration, urut)
    ahead_of_it = cases.filter(before)
    inside, ahead, total, previous, *next_ones = answers(
        [
            naming(cases.filter(pk=declaration.pk)),
            counting(ahead_of_it),
            counting(cases),
            naming(ordered(ahead_of_it, urut).reverse()),
            *_firsts(cases, after, urut),
        ]
    )
    index = ahead + 1 if inside and ahead < LIMIT else None
    return Place(index, total, previous or "", next(filter(None, next_ones), ""))


def following(declaration: Declaration, cases: QuerySet[Declaration], urut: str) -> str:
    """Return the number of the case after this one, '' after the last."""
    return next(filter(None, answers(_firsts(cases, _beside(declaration, urut)[1], urut))), "")


def _firsts(cases: QuerySet[Declaration], parts: list[Q], urut: str) -> list[Statement]:
    return [naming(ordered(cases.filter(part), urut)) for part in parts]


def _beside(declaration: Declaration, urut: str) -> tuple[Q, list[Q]]:
    """Return what stands before a case, and the parts of what follows, the nearer one first.

    The first condition of each is implied by the second: it is where in the index the reading begins.
    """
    pk = declaration.pk
    if urut == "masuk":
        sent = declaration.submitted_at
        return (
            Q(submitted_at__gte=sent) & (Q(submitted_at__gt=sent) | Q(pk__gt=pk)),
            [Q(submitted_at__lte=sent) & (Q(submitted_at__lt=sent) | Q(pk__lt=pk))],
        )
    if urut == "nama":
        name = declaration.declarant.name
        return (
            Q(declarant__name__lte=name) & (Q(declarant__name__lt=name) | Q(pk__lt=pk)),
            [Q(declarant__name__gte=name) & (Q(declarant__name__gt=name) | Q(pk__gt=pk))],
        )
    due, none = declaration.due_on, Q(due_on=None)
    if due is None:
        return Q(due_on__isnull=False) | none & Q(pk__lt=pk), [none & Q(pk__gt=pk)]
    return (
        Q(due_on__lte=due) & (Q(due_on__lt=due) | Q(pk__lt=pk)),
        [Q(due_on__gte=due) & (Q(due_on__gt=due) | Q(pk__gt=pk)), none],
    )
