"""`make bench`: what officers read, at 10,000, 100,000 and a million declarations, five employees to each, in one run.

Served by gunicorn with two workers over HTTP, beside a lean Django view and Django's admin served the same way, and
beside the bare statements. `SIZES=10000,100000` makes it shorter; a million needs some gigabytes and minutes.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from declarations.models import Declaration
from portal.people.models import Employee, Opd
from tests.bench import filling
from tests.bench.serving import Answer, Site, Visitor, say, side_by_side
from tests.factories import World, endorse, person, sent

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
ROUNDS, SLOW_ROUNDS = 30, 5
VIEW = "?status=awaiting_review&opd=DC0"
ADMIN = "/admin/declarations/declaration/"
SEARCH = "?status=semua&q=rahmi+putri"
LARGE = ("declarations_declaration", "people_employee", "approvals_step", "declarations_snapshot", "audit_auditevent")
PAGES = {
    "queue, first page": "/tinjau/antrean/",
    "queue, second page": "/tinjau/antrean/?hal=2",
    "status and OPD filter": f"/tinjau/antrean/{VIEW}",
    "all, by name": "/tinjau/antrean/?status=semua&urut=nama",
    "all that was decided": "/tinjau/antrean/?status=approved&urut=masuk",
    "flagged": "/tinjau/antrean/?status=semua&temuan=block,warn",
    "search of a name": "/tinjau/antrean/?status=semua&q=nanda+267",
    "search of two names": f"/tinjau/antrean/{SEARCH}",
    "search of one name": "/tinjau/antrean/?status=semua&q=rahmi",
    "search of a number": "/tinjau/antrean/?status=semua&q=dx4711",
    "summary": "/tinjau/",
    "coverage board": "/laporan/cakupan/",
    "case": "/tinjau/{number}/?status=awaiting_review",
}
_BARE = """
SELECT d.number, e.name, o.name, d.status, d.due_on FROM declarations_declaration d
JOIN people_employee e ON e.id = d.declarant_id JOIN people_opd o ON o.id = d.opd_id
WHERE d.status = 'awaiting_review' AND d.opd_id = %s ORDER BY d.due_on, d.id LIMIT 50
"""
_BARE_COUNT = "SELECT COUNT(*) FROM declarations_declaration WHERE status = 'awaiting_review' AND opd_id = %s"
_BARE_SEARCH = """
SELECT d.number, e.name, o.name, d.status, d.due_on FROM declarations_declaration d
JOIN people_employee e ON e.id = d.declarant_id JOIN people_opd o ON o.id = d.opd_id
WHERE d.search @@ to_tsquery('simple', 'rahmi:* & putri:*') ORDER BY d.due_on, d.id LIMIT 50
"""


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def bare(*statements: str, given: list[Any]) -> float:
    """Return the median seconds of these statements one after the other, without Django's ORM."""
    times = []
    with connection.cursor() as cursor:
        for _round in range(ROUNDS):
            started = time.perf_counter()
            for statement in statements:
                cursor.execute(statement, given)
                cursor.fetchall()
            times.append(time.perf_counter() - started)
    return median(times)


def reads(act: Callable[[], object]) -> tuple[int, list[str]]:
    """Return the number of statements of an act, and which large tables any of them reads row by row."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries), sorted(set(_row_by_row(queries.captured_queries)))


def _row_by_row(queries: list[dict[str, str]]) -> Iterator[str]:
    with connection.cursor() as cursor:
        for query in queries:
            if query["sql"].lstrip().upper().startswith("SELECT"):
                cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"))
                lines = [line for (line,) in cursor.fetchall()]
                yield from (
                    f"reads all of {table}" for table in LARGE if any(f"Seq Scan on {table}" in x for x in lines)
                )


class Figures:
    """The times of one run; ratios are to the first size."""

    def __init__(self, portal: Site, floor: Site, world: World, superuser: Employee) -> None:
        self.portal, self.floor, self.world, self.superuser = portal, floor, world, superuser
        self.first: dict[str, float] = {}
        self.asked: dict[str, int] = {}

    def growth(self, name: str, taken: float) -> str:
        return f"{taken / self.first.setdefault(name, taken):.2f}x"

    def against_the_floor(self, size: int) -> None:
        """The page with fifty rows of one status in one office, and a search, beside their floors."""
        officer, visitor = self.portal.visitor(self.world.reviewer), self.floor.visitor(self.superuser)
        office = Opd.objects.get(code="DC0").pk
        taken = side_by_side(
            {
                "portal": lambda: officer.get(f"/tinjau/antrean/{VIEW}"),
                "lean": lambda: visitor.get(f"/lean/{VIEW}"),
                "search": lambda: officer.get(f"/tinjau/antrean/{SEARCH}"),
                "lean search": lambda: visitor.get("/lean/?q=rahmi+putri"),
            },
            ROUNDS,
        )
        admin = side_by_side(
            {
                "queue": lambda: visitor.get(f"{ADMIN}?status__exact=awaiting_review&opd__id__exact={office}"),
                "search": lambda: visitor.get(f"{ADMIN}?q=rahmi+putri"),
            },
            SLOW_ROUNDS,
        )
        sql, sql_search = bare(_BARE_COUNT, _BARE, given=[office]), bare(_BARE_SEARCH, given=[])
        say(
            f"queue {size:>9,}: {ms(taken['portal'])}, {taken['portal'] / taken['lean']:.2f}x lean view "
            f"({ms(taken['lean'])}), {taken['portal'] / sql:.0f}x bare SQL ({ms(sql)}), "
            f"{taken['portal'] / admin['queue']:.2f}x admin ({ms(admin['queue'])}), "
            f"{self.growth('queue', taken['portal'])} its time at {SIZES[0]:,} "
            f"(lean {self.growth('lean', taken['lean'])})"
        )
        say(
            f"search {size:>8,}: {ms(taken['search'])}, {taken['search'] / taken['lean search']:.2f}x lean view "
            f"({ms(taken['lean search'])}), {taken['search'] / sql_search:.0f}x bare SQL ({ms(sql_search)}), "
            f"{taken['search'] / admin['search']:.2f}x admin ({ms(admin['search'])}), "
            f"{self.growth('search', taken['search'])} its time at {SIZES[0]:,}"
        )

    def pages(self, number: str) -> None:
        """Every page officers live in: time, growth, statements and what is not read by an index."""
        officer, inside = self.portal.visitor(self.world.reviewer), Client()
        inside.force_login(self.world.reviewer)
        acts = {name: self._asking(officer, address.format(number=number)) for name, address in PAGES.items()}
        taken = side_by_side(acts, SLOW_ROUNDS * 2)
        for name, address in PAGES.items():
            asked, row_by_row = reads(self._inside(inside, address.format(number=number)))
            same = "" if self.asked.setdefault(name, asked) == asked else f" (was {self.asked[name]})"
            say(
                f"{name:>22}: {ms(taken[name]):>9}, {self.growth(name, taken[name])}, {asked} queries{same} "
                + " | ".join(row_by_row)
            )

    @staticmethod
    def _asking(officer: Visitor, path: str) -> Callable[[], Answer]:
        return lambda: officer.get(path)

    @staticmethod
    def _inside(client: Client, path: str) -> Callable[[], object]:
        return lambda: client.get(path)

    def sizes_and_memory(self) -> None:
        officer = self.portal.visitor(self.world.reviewer)
        for name in ("queue, first page", "queue, second page"):
            raw, packed = officer.get(PAGES[name], compressed=False), officer.get(PAGES[name])
            say(f"{name}: {len(raw.body):,} bytes, {len(packed.body):,} compressed")
        for name, site in (("portal", self.portal), ("lean view and admin", self.floor)):
            used = ", ".join(f"{process} {size:.0f} MB" for process, size in site.memory().items())
            say(f"memory of {name}: {used}")


def test_reading_as_the_years_go_by(process_environment: dict[str, str], tmp_path: Path) -> None:
    world = World()
    case = endorse(sent(world.teacher))
    superuser = person("Admin", world.bkpsdm, is_staff=True, is_superuser=True)
    for folder in ("portal", "floor"):
        (tmp_path / folder).mkdir()
    fifty = ("-c", "python:tests.bench.fifty")
    with (
        Site(process_environment, tmp_path / "portal", *fifty) as portal,
        Site(process_environment, tmp_path / "floor", DJANGO_SETTINGS_MODULE="tests.bench.lean") as floor,
    ):
        figures = Figures(portal, floor, world, superuser)
        try:
            for size in SIZES:
                started = time.perf_counter()
                filling.fill(size, pattern=case.pk, head=world.head.pk)
                cases, people = Declaration.objects.count(), Employee.objects.count()
                say(f"{cases:,} declarations, {people:,} employees, made in {time.perf_counter() - started:.0f} s")
                figures.against_the_floor(size)
                figures.pages(case.number)
            figures.sizes_and_memory()
        finally:
            filling.empty()  # the next test's flush deletes row by row
