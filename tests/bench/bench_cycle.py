"""`make bench`: the whole life of a case over HTTP, four clients at once, beside Django's admin saving the same cases.

One cycle of the portal: the declarant sends; the head opens the link of the mail, sees the page, endorses; the reviewer
opens the case, decides, confirms; the letter is issued. A cycle of the admin, as it ships: the change form opened and
saved three times, each with its line in the log. Drafts are made before; CYCLES=… makes it longer.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals import links
from approvals.submission import judge
from declarations.facts import facts_of
from declarations.models import Declaration, PolicyMode
from portal.people.models import Employee
from tests.bench.serving import Site, Visitor, say, say_memory, seconds
from tests.factories import World, draft, head, person, sent, step_of, unit
from tests.servers import BASE

pytestmark = pytest.mark.django_db(transaction=True)
CYCLES = int(os.environ.get("CYCLES", "60"))
CLIENTS, A_HEAD = 4, 5  # a head gets at most five requests a day one by one


def hidden(page: str, name: str) -> str:
    """Return the value of a field of a form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def office(world: World, number: int) -> Employee:
    """Return a declarant of a new office with a head of its own."""
    where = unit(f"Dinas Uji {number}", code=f"DU{number}", parent=world.setda)
    head(person(f"Kepala {number}", where, post="Kepala Dinas", echelon="II.b"), where)
    return person(f"Guru {number}", where, post="Guru Ahli Muda")


def cycle(case: Declaration, declarant: Visitor, official: Visitor, reviewer: Visitor) -> None:
    """Drive one case from draft to letter as three browsers do."""
    answer = declarant.post(f"/deklarasi/{case.number}/kirim/", {})
    assert answer.headers["Location"].endswith("/terkirim/"), answer.headers
    answer = official.get("/" + links.url_for(step_of(case)).split("/", 3)[3])
    page = answer.headers["Location"]
    form = official.get(page, compressed=False).body.decode()
    answer = official.post(page, {"keputusan": "endorsed", "revisi": hidden(form, "revisi")})
    assert answer.status == 302, answer.status
    url = f"/tinjau/{case.number}/"
    form = reviewer.get(url, compressed=False).body.decode()
    chosen = {"keputusan": "approved"} | {name: hidden(form, name) for name in ("langkah", "revisi", "sampai")}
    sealed = reviewer.post(url + "keputusan/", chosen).body.decode()
    answer = reviewer.post(url + "keputusan/", {"isi": hidden(sealed, "isi")})
    assert answer.status == 302, answer.status


def rate(acts: list[Callable[[], None]]) -> float:
    """Return how many acts a second four clients get done."""

    def done(client: int) -> None:
        for act in acts[client::CLIENTS]:  # a browser belongs to one client
            act()
        connections.close_all()

    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(done, range(CLIENTS)))
    return len(acts) / (time.perf_counter() - started)


def saved(case: Declaration, status: str, officer: Visitor) -> None:
    """Open the change form of the admin and save it."""
    url = f"/admin/declarations/declaration/{case.pk}/change/"
    assert officer.get(url).status == 200
    answer = officer.post(url, {"status": status, "due_on": "", "_save": "Simpan"})
    assert answer.status == 302, answer.status


def admin_cycle(case: Declaration, officer: Visitor) -> None:
    for status in ("awaiting_head", "awaiting_review", "approved"):
        saved(case, status, officer)


@contextmanager
def admins_table(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The table of the admin's log, for as long as the admin runs; gives the settings of its site."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.admin"}
    command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "admin", "-v", "0"]
    done = subprocess.run(command, cwd=BASE, env=environment | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    yield settings
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE django_admin_log")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'admin'")


def cycles_of(world: World, site: Site, reviewers: list[Visitor], first: int) -> list[Callable[[], None]]:
    acts: list[Callable[[], None]] = []
    for number in range(first, first + CYCLES // A_HEAD):
        who = office(world, number)
        for _case in range(A_HEAD):
            declarant, official, case = site.visitor(who, keep=False), site.visitor(keep=False), draft(who)
            declarant.get("/deklarasi/")  # brings the token of its forms
            reviewer = reviewers[len(acts) % CLIENTS]
            acts.append(lambda c=case, d=declarant, o=official, r=reviewer: cycle(c, d, o, r))
    return acts


def test_cycles_over_http_against_the_admin(process_environment: dict[str, str], tmp_path: Path) -> None:
    world = World()
    reviewers = [person(f"Peninjau {number}", world.bkpsdm, "reviewer") for number in range(CLIENTS)]
    boss = person("Pengelola", world.bkpsdm, is_staff=True, is_superuser=True)
    ours: list[float] = []
    theirs: list[float] = []
    with (
        admins_table(process_environment) as settings,
        Site(process_environment, tmp_path) as site,
        Site(process_environment, tmp_path, **settings) as admin,
    ):
        say_memory(site, "the portal at rest", say)
        for turn in range(3):  # the first one warms up
            visitors = [site.visitor(each, keep=False) for each in reviewers]
            acts = cycles_of(world, site, visitors, first=turn * 100)
            cases = [draft(world.teacher) for _number in acts]
            officers = [admin.visitor(boss, keep=False) for _client in range(CLIENTS)]
            saves = [
                lambda c=case, o=officers[number % CLIENTS]: admin_cycle(c, o) for number, case in enumerate(cases)
            ]
            ours.append(rate(acts))
            theirs.append(rate(saves))
        say_memory(site, f"the portal after {CYCLES * 3} cycles", say)
    mine, floor = max(ours[1:]), max(theirs[1:])
    beside = f"three saves in Django's admin {floor:.1f}/s"
    say(f"life cycle, {CLIENTS} clients: {mine:.1f}/s; {beside}; {mine / floor:.2f}x")


def statements(case: Declaration, declarant: Client, official: Client, reviewer: Client) -> dict[str, int]:
    """Return how many statements each request of a cycle takes."""
    counted: dict[str, int] = {}
    url = f"/tinjau/{case.number}/"

    def count(name: str, act: Callable[[], Any]) -> Any:
        with CaptureQueriesContext(connection) as queries:
            answer = act()
        counted[name] = len(queries)
        return answer

    count("send", lambda: declarant.post(f"/deklarasi/{case.number}/kirim/", {}))
    link = "/" + links.url_for(step_of(case)).split("/", 3)[3]
    page = count("link", lambda: official.get(link))["Location"]
    form = count("page", lambda: official.get(page)).content.decode()
    endorsed = {"keputusan": "endorsed", "revisi": hidden(form, "revisi")}
    count("endorse", lambda: official.post(page, endorsed))
    form = count("case", lambda: reviewer.get(url)).content.decode()
    chosen = {"keputusan": "approved"} | {name: hidden(form, name) for name in ("langkah", "revisi", "sampai")}
    sealed = count("decide", lambda: reviewer.post(url + "keputusan/", chosen)).content.decode()
    count("confirm", lambda: reviewer.post(url + "keputusan/", {"isi": hidden(sealed, "isi")}))
    return counted


def test_statements_of_a_cycle(calendar_rows: None) -> None:
    world = World()
    declarant, official, reviewer = Client(), Client(), Client()
    declarant.force_login(world.teacher)
    reviewer.force_login(world.reviewer)
    counted: dict[str, int] = {}
    for _round in range(2):  # the first one fills what a process keeps
        case = draft(world.teacher)
        counted = statements(case, declarant, official, reviewer)
        case.refresh_from_db()
        assert case.status == "approved"
    writes = sum(counted[name] for name in ("send", "endorse", "decide", "confirm"))
    each = ", ".join(f"{name} {number}" for name, number in counted.items())
    say(f"statements of a cycle: {sum(counted.values())} ({writes} in the four that write): {each}")


def test_screening_one_declaration() -> None:
    world = World()
    snapshot = sent(world.teacher).snapshot
    assert snapshot is not None
    facts, mode = facts_of(snapshot.content, {}), PolicyMode(snapshot.policy)
    say(f"screening one declaration: {seconds(lambda: judge(facts, mode)) * 1000:.1f} ms")
