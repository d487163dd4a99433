"""Two small charts as numbers for SVG in per cent; the same numbers stand in a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import dashboard
from approvals.filters import Filters
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.dates import short_date

WEEKS = 6
_FLOOR, _HEIGHT = 176, 130


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: place and size as the SVG wants them, and the number above it."""

    kind: str
    x: str
    width: str
    y: int
    height: int
    middle: str
    label: int


def weeks() -> dict[str, Any]:
    """Return how many cases came in and were finished in each of the last six whole weeks."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    starts = [monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    came, done = _by_week("submitted_at", [*starts, monday]), _by_week("decided_at", [*starts, monday])
    rows: list[dict[str, Any]] = [
        {"start": start, "came": came[index], "done": done[index]} for index, start in enumerate(starts)
    ]
    for row in rows:
        gap = row["came"] - row["done"]
        row["gap"] = f"+{gap}" if gap > 0 else str(gap).replace("-", "−")
    most = max((max(row["came"], row["done"]) for row in rows), default=0)
    step = 100 / WEEKS
    bars = []
    for index, row in enumerate(rows):
        left = index * step
        bars += [_bar("f1", left + 2.43, row["came"], most), _bar("f2", left + 8.63, row["done"], most)]
        row["x"], row["short"] = f"{left + 8.33:.2f}%", short_date(row["start"]).rsplit(" ", 1)[0]
    last = rows[-1]
    return {
        "title": _("Pekan lalu masuk %(came)d, selesai %(done)d deklarasi") % last,
        "span": f"{short_date(starts[0])}–{short_date(monday - timedelta(days=1))}",
        "rows": rows,
        "bars": bars,
        "empty": most == 0,
    }


def _by_week(field: str, days: Sequence[date]) -> list[int]:
    """Count the cases between each day and the next; the database compares moments, it reckons no calendar per row."""
    moments = [timezone.make_aware(datetime.combine(day, time.min)) for day in days]
    spans = [Q(**{f"{field}__gte": start, f"{field}__lt": end}) for start, end in pairwise(moments)]
    counted = {f"week{index}": Count(field, filter=span) for index, span in enumerate(spans)}
    found = Declaration.objects.filter(**{f"{field}__gte": moments[0], f"{field}__lt": moments[-1]}).aggregate(
        **counted
    )
    return [found[name] for name in counted]


def _bar(kind: str, left: float, number: int, most: int) -> Bar:
    height = round(number / most * _HEIGHT) if most else 0
    return Bar(kind, f"{left:.2f}%", "5.6%", _FLOOR - height, height, f"{left + 2.8:.2f}%", number)


def ages(person: Any, status: Status = Status.AWAITING_REVIEW) -> dict[str, Any]:
    """Return the queue of BKPSDM (or of the Inspektorat) by its age in working days, each part with its view."""
    labels = [_("0–2 hari kerja"), _("3–5 hari kerja"), _("6–7 hari kerja"), _("Lewat 7 hari kerja")]
    views = [Filters(status=(status,), umur=umur) for umur in ("0-2", "3-5", "6-7", "8-")]
    numbers = [dashboard.count(dashboard.listed(person, view, {})) for view in views]
    total = sum(numbers)
    title = _("%(late)d dari %(total)d deklarasi lewat batas 7 hari kerja") % {"late": numbers[-1], "total": total}
    return {
        "title": title,
        "office": _("BKPSDM") if status == Status.AWAITING_REVIEW else _("Inspektorat"),
        "rows": [
            {"label": label, "number": number, "share": _share(number, total), "query": view.encode()}
            for label, number, view in zip(labels, numbers, views, strict=True)
        ],
        "parts": _parts(numbers, total),
        "empty": total == 0,
    }


def _share(number: int, total: int) -> str:
    return f"{number / total * 100:.1f}".replace(".", ",").removesuffix(",0") + " %" if total else "0 %"


def _parts(numbers: Sequence[int], total: int) -> list[dict[str, Any]]:
    parts, left = [], 0.0
    for index, number in enumerate(numbers, start=1):
        width = number / total * 100 if total else 0.0
        if number:
            parts.append(
                {
                    "kind": f"age{index}",
                    "x": f"{left:.2f}%",
                    "width": f"{max(width - 0.35, 0.1):.2f}%",
                    "middle": f"{left + width / 2:.2f}%",
                    "label": number,
                }
            )
        left += width
    return parts
