"""`make bench`: times as ratios measured in one run, each against a floor beside it; nothing here fails a build."""

import time
from collections.abc import Callable
from statistics import median

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from approvals import workflow
from declarations.models import Declaration
from declarations.status import Status
from portal.http import methods
from tests.factories import World, draft

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15
COPIED = (
    "declarant_id, opd_id, answers, revision, version, worst, findings, platforms, kinds, rules, commercial, "
    "search, created_at, edited_at, submitted_at, since"
)


def seconds(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of an act in seconds, after one round to warm up."""
    act()
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return median(times)


def say(line: str) -> None:
    print(f"  {line}")  # noqa: T201


@methods(read=["GET"])
def lean(request: HttpRequest) -> HttpResponse:
    """The floor: one count, fifty rows by index, one small template."""
    rows = Declaration.objects.filter(status=Status.AWAITING_REVIEW).select_related("declarant", "opd")
    page = rows.order_by("due_on", "pk")[:50]
    return render(request, "bench/lean.html", {"rows": page, "count": rows.count()})


def multiply(number: int, *, start: int, world: World) -> None:
    """Add `number` waiting declarations by copying one that was really sent."""
    pattern = workflow.submit(draft(world.teacher), by=world.teacher)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO declarations_declaration (number, status, due_on, with_conditions, final, {COPIED})
            SELECT 'DK-2601-' || lpad((n + %s)::text, 7, '0') || '-0', 'awaiting_review',
                due_on + (n %% 200)::int, false, false, {COPIED}
            FROM declarations_declaration, generate_series(1, %s) n WHERE id = %s
            """,
            [start, number, pattern.pk],
        )
        cursor.execute("ANALYZE declarations_declaration")


def test_queue_page_against_a_lean_view(settings) -> None:  # noqa: ANN001
    settings.TEMPLATES[0]["DIRS"].append(settings.BASE_DIR / "tests" / "bench" / "templates")
    world = World()
    Group.objects.get_or_create(name="reviewer")
    client = Client()
    client.force_login(world.reviewer)
    request = RequestFactory().get("/")
    request.user = world.reviewer
    first = 0.0
    for number in (1_000, 10_000, 100_000):
        multiply(number - Declaration.objects.count(), start=Declaration.objects.count(), world=world)
        floor = seconds(lambda: lean(request))
        page = seconds(lambda: client.get("/tinjau/antrean/?status=awaiting_review"))
        search = seconds(lambda: client.get("/tinjau/antrean/?q=rahmi"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/tinjau/antrean/?status=awaiting_review")
        first = first or page
        say(
            f"queue at {number:>7,}: {page * 1000:.0f} ms, {page / floor:.1f}x the lean view, "
            f"{page / first:.2f}x its time at 1,000; search {search * 1000:.0f} ms; {len(queries)} queries"
        )
