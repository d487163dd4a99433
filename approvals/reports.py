"""Reads of the reports: time per stage, findings, outcomes, conditions, overdue approvers; numbers only, no names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, Exists, ExpressionWrapper, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.exports.writing import Cell
from approvals.models import Finding, Outcome, Proof, Stage, Step
from approvals.models.results import Condition
from approvals.queries import pending_steps
from approvals.scope import SMALL
from declarations.status import Status
from portal import clock
from portal.people.models import Opd

_MOST_BARS, _MOST_ROWS = 8, 50
_ROW, _BAR = 46, 18
_FEW = f"< {SMALL}"
_RESULTS = (Outcome.APPROVED, Outcome.APPROVED_CONDITIONS, Outcome.REJECTED)


@dataclass(frozen=True, slots=True)
class Period:
    """The days a report covers (both included), the office it is about (all when None), and who must not see few."""

    first: date
    last: date
    opd: Opd | None
    keeps_back: bool

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def end(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def within(self, name: str) -> Q:
        return Q(**{f"{name}__gte": self.start, f"{name}__lt": self.end})

    def shown(self, number: int) -> Cell:
        """Return the number, or that it is too small to be shown."""
        return _FEW if self.too_few(number) else number

    def too_few(self, number: int) -> bool:
        return self.keeps_back and 0 < number < SMALL


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar with its words above it."""

    label: str
    width: str
    y: int
    top: int


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its finding in words as title, what it counts, and bars where a picture helps."""

    key: str
    title: str
    about: str
    header: list[str]
    rows: list[list[Cell]]
    bars: list[Bar] = field(default_factory=list)

    @property
    def height(self) -> int:
        return len(self.bars) * _ROW

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Return each heading, and whether its column holds numbers."""
        return [(word, all(_is_number(row[at]) for row in self.rows)) for at, word in enumerate(self.header)]

    @property
    def shown(self) -> list[list[tuple[str, bool, str]]]:
        """Return the cells of each row with heading and kind of their column."""
        columns = self.columns
        return [[(*column, _text(cell)) for column, cell in zip(columns, row, strict=True)] for row in self.rows]


def _is_number(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell == _FEW or cell.endswith(" %")


def _text(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:.1f}".replace(".", ",") if isinstance(cell, float) else str(cell)


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont over a duration."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, share: float) -> None:
        super().__init__(expression, share=share)


def _bars(pairs: list[tuple[str, float]]) -> list[Bar]:
    most = max((number for _label, number in pairs), default=0)
    return [
        Bar(label, f"{number / most * 100:.1f}%" if most else "0%", place * _ROW + 22, place * _ROW + 15)
        for place, (label, number) in enumerate(pairs[:_MOST_BARS])
    ]


def _of_office(found: QuerySet[Any], period: Period, path: str = "declaration__opd") -> QuerySet[Any]:
    return found.filter(**{path: period.opd}) if period.opd else found


def stages(period: Period) -> Table:
    """How long each stage took, in calendar days, and how many decisions came within their deadline."""
    decided = _of_office(Step.objects.filter(period.within("decided_at"), cancelled_at=None), period)
    took = ExpressionWrapper(F("decided_at") - F("opened_at"), DurationField())
    day = TruncDate("decided_at", tzinfo=timezone.get_default_timezone())
    found = (
        decided.annotate(took=took, day=day)
        .order_by("stage")
        .values("stage")
        .annotate(
            number=Count("pk"),
            median=Percentile("took", 0.5),
            slow=Percentile("took", 0.9),
            due=Count("pk", filter=Q(due_on__isnull=False)),
            in_time=Count("pk", filter=Q(day__lte=F("due_on"))),
        )
    )
    by_stage = {row["stage"]: row for row in found}
    rows: list[list[Cell]] = []
    pairs: list[tuple[str, float]] = []
    for stage in Stage:
        row = by_stage.get(stage)
        if row is None:
            continue
        few = period.too_few(row["number"])
        median, slow = _days(row["median"]), _days(row["slow"])
        share = None if few or not row["due"] else round(row["in_time"] * 100 / row["due"])
        shown = f"{share} %" if share is not None else None
        rows.append(
            [str(stage.label), period.shown(row["number"]), None if few else median, None if few else slow, shown]
        )
        if not few:
            pairs.append((_("%(stage)s: %(days)s hari") % {"stage": stage.label, "days": _text(median)}, median))
    slowest = max(pairs, key=lambda pair: pair[1], default=None)
    title = _("Paling lama %s (median)") % slowest[0] if slowest else _("Belum ada keputusan pada rentang ini")
    header = [_("Tahap"), _("Keputusan"), _("Median (hari)"), _("Persentil 90 (hari)"), _("Tepat waktu")]
    about = _("Lama tiap tahap dalam hari kalender; tepat waktu dihitung dari batas hari kerja")
    return Table("tahap", title, about, header, rows, _bars(pairs))


def _days(took: timedelta) -> float:
    return round(took.total_seconds() / 86400, 1)


def findings(period: Period) -> Table:
    """How often each rule fired, and what the officers made of it."""
    found = _of_office(
        Finding.objects.filter(period.within("snapshot__created_at")), period, "snapshot__declaration__opd"
    )
    counted = (
        found.values("code")
        .annotate(
            name=Min("name"),
            cases=Count("snapshot__declaration", distinct=True),
            held=Count("pk", filter=Q(relevant=True)),
            aside=Count("pk", filter=Q(relevant=False)),
        )
        .order_by("-cases", "code")[:_MOST_ROWS]
    )
    rows = list(counted)
    table: list[list[Cell]] = [
        [row["code"], row["name"], *(period.shown(row[name]) for name in ("cases", "held", "aside"))] for row in rows
    ]
    shown = [row for row in rows if not period.too_few(row["cases"])]
    pairs = [(f"{row['code']}: {row['cases']}", float(row["cases"])) for row in shown]
    title = _("Tidak ada temuan pada rentang ini")
    if pairs:
        values = {"code": shown[0]["code"], "n": shown[0]["cases"]}
        title = _("%(code)s paling sering: %(n)d deklarasi") % values
    elif rows:
        title = _("Temuan ada, tetapi terlalu sedikit untuk ditampilkan")
    header = [_("Aturan"), _("Temuan"), _("Deklarasi"), _("Relevan"), _("Tidak relevan")]
    return Table("temuan", title, _("Temuan menurut aturan, pada isian yang dikirim"), header, table, _bars(pairs))


def outcomes(period: Period) -> Table:
    """What became of the cases that got their result in these days."""
    decided = _of_office(Step.objects.filter(period.within("decided_at"), cancelled_at=None), period)
    counted = {
        row["outcome"]: row["number"]
        for row in decided.filter(outcome__in=_RESULTS)
        .values("outcome")
        .order_by("outcome")
        .annotate(number=Count("declaration", distinct=True))
    }
    total = sum(counted.values())
    rows: list[list[Cell]] = []
    pairs: list[tuple[str, float]] = []
    small = any(period.too_few(counted.get(each, 0)) for each in _RESULTS)
    for outcome in _RESULTS:
        number = counted.get(outcome, 0)
        share = f"{round(number * 100 / total)} %" if total and not small else None
        rows.append([str(outcome.label), period.shown(number), share])
        if number and not period.too_few(number):
            pairs.append((f"{outcome.label}: {number}", float(number)))
    agreed = total - counted.get(Outcome.REJECTED, 0)
    title = _("Belum ada hasil pada rentang ini")
    if total and small:
        title = _("Hasil ada, tetapi sebagian terlalu sedikit untuk ditampilkan")
    elif total:
        title = _("%(agreed)d dari %(total)d deklarasi disetujui") % {"agreed": agreed, "total": total}
    about = _("Hasil akhir deklarasi, termasuk hasil keberatan")
    return Table("hasil", title, about, [_("Hasil"), _("Deklarasi"), _("Porsi")], rows if total else [], _bars(pairs))


def conditions(period: Period) -> Table:
    """Conditions of approvals in force that are not met yet, as of today, by office."""
    waits = Exists(Proof.objects.filter(condition=OuterRef("pk"), accepted=None))
    found = Condition.objects.filter(
        fulfilled_at=None, step__declaration__status__in=(Status.APPROVED, Status.SUSPENDED)
    )
    found = _of_office(found.filter(Q(due_on__isnull=False) | Q(needs_proof=True)), period, "step__declaration__opd")
    late = Q(due_on__lt=clock.today())
    counted = list(
        found.annotate(waits=waits)
        .values("step__declaration__opd", "step__declaration__opd__name")
        .annotate(open=Count("pk"), late=Count("pk", filter=late), judged=Count("pk", filter=Q(waits=True)))
        .order_by("-late", "-open", "step__declaration__opd")[:_MOST_ROWS]
    )
    rows: list[list[Cell]] = [
        [row["step__declaration__opd__name"] or "–", *(period.shown(row[name]) for name in ("open", "late", "judged"))]
        for row in counted
    ]
    number, overdue = (sum(row[name] for row in counted) for name in ("open", "late"))
    title = _("Tidak ada syarat yang belum dipenuhi")
    if period.too_few(number) or period.too_few(overdue):
        title = _("Syarat ada, tetapi terlalu sedikit untuk ditampilkan")
    elif number:
        title = _("%(late)d dari %(open)d syarat lewat batas") % {"late": overdue, "open": number}
    header = [_("OPD"), _("Belum dipenuhi"), _("Lewat batas"), _("Bukti diperiksa")]
    return Table("syarat", title, _("Keadaan hari ini, tidak menurut rentang tanggal"), header, rows)


def overdue(period: Period) -> Table:
    """Heads who let their deadline pass, by office, as of today."""
    late = _of_office(pending_steps().filter(stage=Stage.HEAD, due_on__lt=clock.today()), period, "opd")
    counted = list(
        late.values("opd", "opd__name")
        .annotate(number=Count("pk"), oldest=Min("due_on"))
        .order_by("-number", "opd")[:_MOST_ROWS]
    )
    rows: list[list[Cell]] = []
    pairs: list[tuple[str, float]] = []
    for row in counted:
        few, name = period.too_few(row["number"]), row["opd__name"] or _("Belum ada pejabat")
        days = -clock.working_days_left(row["oldest"], clock.today())
        rows.append([name, period.shown(row["number"]), None if few else days])
        if not few:
            pairs.append((f"{name}: {row['number']}", float(row["number"])))
    title = _("Tidak ada persetujuan atasan yang lewat batas")
    if pairs:
        total = sum(row["number"] for row in counted)
        title = _("%(n)d deklarasi lewat batas di atasan, terbanyak %(opd)s") % {
            "n": total,
            "opd": counted[0]["opd__name"] or _("Belum ada pejabat"),
        }
    elif rows:
        title = _("Ada yang lewat batas, tetapi terlalu sedikit untuk ditampilkan")
    header = [_("OPD"), _("Lewat batas"), _("Terlama (hari kerja)")]
    return Table("atasan", title, _("Keadaan hari ini, tidak menurut rentang tanggal"), header, rows, _bars(pairs))


TABLES: Mapping[str, Callable[[Period], Table]] = {
    "tahap": stages,
    "temuan": findings,
    "hasil": outcomes,
    "syarat": conditions,
    "atasan": overdue,
}
