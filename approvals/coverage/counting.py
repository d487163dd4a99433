"""Who has answered this year: one definition, for the counts of an office and for the names of the silent."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, TextField, Value, When
from django.utils import timezone

from approvals.coverage.models import Mark, OfficeCount
from declarations.models import Declaration
from declarations.nil.models import NilStatement
from declarations.status import OPEN, Status
from portal import clock
from portal.alone import in_turn
from portal.people.models import Employee, EmploymentType, Opd

_CHUNK, _MOST = 100, 2_000
_HOLDS = (Status.APPROVED, Status.SUSPENDED)
STATES = ("declared", "nil", "pending", "silent")
# What stands below what is read from the tree itself each time; UNION ends even where the tree holds a circle.
_ROLL_UP = """
WITH RECURSIVE link AS (
    SELECT c.office_id AS office, p.office_id AS above FROM coverage_officecount c
    JOIN people_opd o ON o.id = c.office_id LEFT JOIN people_opd p ON p.id = o.parent_id
), chain(office, ancestor) AS (
    SELECT office, office FROM link
    UNION SELECT chain.office, link.above FROM chain JOIN link ON link.office = chain.ancestor WHERE above IS NOT NULL
), sums AS (
    SELECT ancestor, COUNT(*) AS offices, SUM(roster) AS roster, SUM(declared) AS declared, SUM(nil) AS nil,
        SUM(pending) AS pending, SUM(silent) AS silent
    FROM chain JOIN coverage_officecount c ON c.office_id = chain.office GROUP BY ancestor
), fresh AS (
    SELECT sums.*, link.above,
        CASE WHEN roster > 0 THEN ROUND((roster - silent) * 1000 / roster) ELSE 0 END AS permille
    FROM sums JOIN link ON link.office = ancestor
)
UPDATE coverage_officecount c SET above_id = f.above, offices = f.offices, all_roster = f.roster,
    all_declared = f.declared, all_nil = f.nil, all_pending = f.pending, all_silent = f.silent,
    all_permille = f.permille
FROM fresh f WHERE c.office_id = f.ancestor
    AND (c.above_id, c.offices, c.all_roster, c.all_declared, c.all_nil, c.all_pending, c.all_silent)
    IS DISTINCT FROM (f.above, f.offices, f.roster, f.declared, f.nil, f.pending, f.silent)
"""


def roster() -> QuerySet[Employee]:
    """Return the people who are asked: active, with a NIP, no elected official."""
    return Employee.objects.filter(is_active=True, nip__isnull=False).exclude(employment_type=EmploymentType.OFFICIAL)


def _answers(year: int) -> tuple[Exists, Exists, Exists]:
    """Return declared, nil, pending as conditions on a person.

    Declared is who holds a result: an approval in force, or a rejection of this year. Pending is a case under way.
    """
    start, end = (timezone.make_aware(datetime(each, 1, 1)) for each in (year, year + 1))
    own = Declaration.objects.filter(declarant=OuterRef("pk"))
    refused = Q(status=Status.REJECTED, decided_at__gte=start, decided_at__lt=end)
    return (
        Exists(own.filter(Q(status__in=_HOLDS) | refused)),
        Exists(NilStatement.objects.filter(person=OuterRef("pk"), year=year, ended_at=None)),
        Exists(own.filter(status__in=sorted(OPEN))),
    )


def silent() -> QuerySet[Employee]:
    """Return everybody who has not answered this year."""
    declared, nil, pending = _answers(clock.today().year)
    return roster().filter(~declared, ~nil, ~pending)


def refresh() -> int:
    """Recount the offices that were marked, and all of them when a new year began; returns how many."""
    year = clock.today().year
    stale = list(Mark.objects.order_by("office_id").values_list("office_id", flat=True).distinct()[:_MOST])
    old = OfficeCount.objects.exclude(year=year).order_by("pk").values_list("pk", flat=True)
    due = sorted({*stale, *old[: _MOST - len(stale)]})
    for start in range(0, len(due), _CHUNK):
        recount(due[start : start + _CHUNK])
    return len(due)


def keep_fresh() -> int:
    """Recount what was marked, as a duty; bookkeeping that is not told as something done for anybody."""
    refresh()
    return 0


@transaction.atomic
def recount(offices: Collection[int]) -> None:
    """Count these offices anew, one recount at a time, and delete their marks before anything is counted.

    So a change that commits later leaves a mark that is still there, and an older count is never written last.
    """
    in_turn("coverage.recount")
    now, year = clock.now(), clock.today().year
    Mark.objects.filter(office__in=offices).delete()
    known = Opd.objects.filter(pk__in=offices).values_list("pk", flat=True)  # a mark outlives an office that is gone
    blank = [OfficeCount(office_id=office, year=year, counted_at=now) for office in known]
    OfficeCount.objects.bulk_create(blank, ignore_conflicts=True)
    rows = OfficeCount.objects.in_bulk(list(known))
    declared, nil, pending = _answers(year)
    state = Case(
        When(declared, then=Value("declared")),
        When(pending, then=Value("pending")),
        When(nil, then=Value("nil")),
        default=Value("silent"),
        output_field=TextField(),
    )
    found = (
        roster()
        .filter(unit__office__in=offices)
        .annotate(office_key=F("unit__office"), state=state)
        .values("office_key", "state")
        .order_by("office_key")
        .annotate(number=Count("pk"))
    )
    numbers = {(row["office_key"], row["state"]): row["number"] for row in found}
    for pk, row in rows.items():
        for name in STATES:
            setattr(row, name, numbers.get((pk, name), 0))
        row.roster = row.declared + row.nil + row.pending + row.silent
        row.permille = round((row.roster - row.silent) * 1000 / row.roster) if row.roster else 0
        row.year, row.counted_at = year, now
    OfficeCount.objects.bulk_update(rows.values(), ["roster", *STATES, "permille", "year", "counted_at"])
    with connection.cursor() as cursor:
        cursor.execute(_ROLL_UP)


def as_of() -> datetime:
    """Return the moment the counts are exact for: now, or the oldest change that is not counted yet."""
    oldest: datetime | None = Mark.objects.aggregate(at=Min("at"))["at"]
    return oldest or clock.now()
