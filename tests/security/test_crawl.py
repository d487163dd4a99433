"""[X01] [X07] [Z15] [H05] Every page found by its links, in a town whose people and texts are all hostile.

`make drill` visits more pages of every view and posts many more forms (CRAWL_EACH, FUZZ_POSTS).
"""

import copy
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import snapshot
from portal.mail.models import OutgoingEmail
from tests.factories import World
from tests.security import test_access_matrix
from tests.security.crawl import Form, Visit, crawl
from tests.security.test_access_matrix import Town, address_of, addresses, town  # noqa: F401

EACH = int(os.environ.get("CRAWL_EACH", "1"))
POSTS = int(os.environ.get("FUZZ_POSTS", "80"))
PAYLOAD = "\"><img src=x onerror=alert(1)><script>alert(2)</script>'{{7*7}}{% now 'Y' %}%(x)s"
RAW = ("<img src=x", "<script>alert(2)", ">'49")
READING = {"audit_auditevent"}  # who opened a case, and who was refused a page: the one thing a GET writes down
CALLERS = ("declarant", "head", "reviewer", "administrator") if EACH == 1 else test_access_matrix.CALLERS


class HostileWorld(World):
    """The small kabupaten, where every name and every post tries to become markup."""

    def __init__(self) -> None:
        super().__init__()
        for someone in vars(self).values():
            someone.name = f"{someone.name} {PAYLOAD}"[:150]
            for part in ("post", "title_suffix", "head_title"):
                if hasattr(someone, part):
                    setattr(someone, part, PAYLOAD[:20] if part == "title_suffix" else PAYLOAD)
            someone.save()


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the town of the access matrix be a hostile one."""
    partner = [{"name": PAYLOAD, "form": "UANG", "sector": "PERDAGANGAN"}]
    monkeypatch.setattr(test_access_matrix, "World", HostileWorld)
    paid = {**test_access_matrix.PAID_CHANNEL, "C3": PAYLOAD, "E3": partner}
    monkeypatch.setattr(test_access_matrix, "PAID_CHANNEL", paid)


def starts_of(town: Town, caller: str) -> list[str]:  # noqa: F811
    """Return where this caller begins; in the drill at every address of the portal."""
    if EACH > 1:
        return ["/", *(address_of(name, town) for name, _pattern in addresses())]
    if caller == "head":
        return [address_of("approvals:link_case", town), "/persetujuan/"]
    return ["/", f"/deklarasi/{town.draft.number}/periksa/", f"/deklarasi/{town.approved.number}/", "/profil/"]


def state() -> dict[str, str]:
    return {name: digest for name, digest in snapshot.digests().items() if name not in READING}


@pytest.mark.drill
def test_a_hostile_visitor_changes_nothing_by_get_and_breaks_nothing_by_post(
    hostile: None,
    town: Town,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    """[Z15] [H05] [X01] a crawl by GET; [X07] [X08] then every form that was found, filled in by a liar."""
    before, wrong, views, escaped, forms = state(), [], set(), 0, {}
    for caller in CALLERS:
        for visit in crawl(town.clients[caller], starts_of(town, caller), each=EACH):
            wrong += [f"{caller} {visit.path}: {problem}" for problem in problems_of(visit)]
            if visit.page is not None:
                views.add(visit.view)
                escaped += b"&lt;img src=x" in visit.answer.content
                for form in visit.page.forms:
                    forms.setdefault((form.action.partition("?")[0], form.method), (caller, form))
    assert wrong == []
    after = state()
    assert [name for name in after if after[name] != before.get(name)] == []
    mails = [mail.html for mail in OutgoingEmail.objects.all()]
    assert any("&lt;img src=x" in html for html in mails)
    assert not [html for html in mails if any(raw in html for raw in RAW)]
    sent, broken = attack(town, [*forms.values(), *queries()])
    with capsys.disabled():
        print(f"\ncrawl: {len(views)} views, {escaped} with hostile text, {len(forms)} forms; fuzz: {sent} requests")
    assert broken == [], "\n".join(broken[:20])
    assert len(views) > 70, f"the crawl has lost its way: {sorted(views)}"
    assert escaped > 40, "the hostile texts are not shown anywhere"
    assert len(forms) > 60, "the forms were not found"


def problems_of(visit: Visit) -> Iterator[str]:
    """Yield what is wrong with one answer."""
    answer = visit.answer
    if answer.status_code >= 500:
        yield str(answer.status_code)
    if visit.page is None:
        return
    body = answer.content.decode()
    yield from (raw for raw in RAW if raw in body)
    if answer.status_code == 200 and "no-store" not in answer.get("Cache-Control", ""):
        yield "may be kept by a cache"
    if "frame-ancestors 'none'" not in answer.get("Content-Security-Policy", ""):
        yield "no policy"


# -- what is typed never becomes SQL, and never a server error --------------------------------------------------------

MARK = "zq9"
INJECTIONS = (
    f"{MARK}'",
    f'{MARK}"',
    f"{MARK}\\",
    f"' OR '{MARK}'='{MARK}",
    f"{MARK}'; SELECT pg_sleep(5); --",
    f"{MARK}) UNION SELECT password FROM people_employee--",
    f"{MARK}%' AND 1=CAST((SELECT 1) AS int)--",
    f"{MARK}__isnull",
    f"user__password{MARK}",
    f"-{MARK}, pg_sleep(5)",
    f"%s %(x)s {{0}} {MARK}",
    f"$${MARK}$$",
    f"{MARK}\u02bc\uff07",
    f"{MARK}\x00\ud800"[:-1],
    f"9223372036854775808{MARK}",
)


@contextmanager
def bound_only() -> Iterator[list[str]]:
    """Collect every statement that holds what was typed: all of it has to arrive as a parameter."""
    broken: list[str] = []

    def look(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if MARK in str(sql).lower():
            broken.append(str(sql)[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield broken


def undone(client: Client, method: str, path: str, data: Any) -> Any:
    """Send a request and take back what it did, a signing out as well."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = client.get(path, data) if method != "post" else client.post(path, data)
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def queries() -> list[tuple[str, Form]]:
    """Return the lists with every parameter they take, and two that they must not."""
    names = "status opd temuan platform jenis komersial q urut hal pegawai peninjau umur batas giliran order_by sort"
    pages = ("/tinjau/antrean/", "/tinjau/ekspor.csv", "/laporan/", "/kelola/log/", "/kelola/antrian-email/")
    who = {"/kelola/log/": "inspectorate", "/kelola/antrian-email/": "administrator"}
    fields = [(name, "") for name in names.split()]
    return [(who.get(path, "reviewer"), Form(path, "query", fields)) for path in pages]


def fuzzed(form: Form, random: Random, word: Callable[[], str]) -> dict[str, list[str]]:
    """Return a form filled in by somebody who means no good: some fields as they were, some chosen, some hostile."""
    data: dict[str, list[str]] = {}
    for name in form.names:
        kept = [value for given, value in form.fields if given == name]
        roll = random.random()
        if roll < 0.35 and kept:
            data[name] = kept
        elif roll < 0.6 and form.choices.get(name):
            data[name] = [random.choice(form.choices[name])]
        elif roll < 0.92:
            data[name] = [word() for _time in range(random.choice((1, 1, 1, 2)))]
    if form.buttons and random.random() < 0.9:
        name, value = random.choice(form.buttons)
        data |= {name: [value]} if name else {}
    return data


def attack(town: Town, forms: list[tuple[str, Form]]) -> tuple[int, list[str]]:  # noqa: F811
    """Send every form with every kind of hostile text; return how many requests it took and which went wrong."""
    wrong: list[str] = []
    sent = 0

    def send(caller: str, form: Form, data: dict[str, list[str]]) -> None:
        nonlocal sent
        sent += 1
        with bound_only() as broken:
            answer = undone(town.clients[caller], form.method, form.action, data)
        if answer.status_code >= 500 or broken:
            wrong.append(f"{caller} {form.method} {form.action} {data!r:.300}: {answer.status_code} {broken}")

    for caller, form in forms:
        few = 1 if form.method == "post" else 4
        for probe in Random(form.action).sample(
            INJECTIONS, few if EACH == 1 else len(INJECTIONS)
        ):  # every field of the form at once: one that is read as SQL is enough
            send(caller, form, {name: [probe] for name in form.names})
    for probe in INJECTIONS:
        for path in ("/v/{}/", "/deklarasi/{}/", "/tinjau/{}/", "/k/kasus/{}/"):
            send("reviewer", Form(path.format(quote(probe, errors="surrogatepass")), "get"), {})
    fuzz(forms, send)
    return sent, wrong


def fuzz(forms: list[tuple[str, Form]], send: Callable[[str, Form, dict[str, list[str]]], None]) -> None:
    """Let hypothesis fill in forms."""
    text = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
    words = st.one_of(text, st.sampled_from(INJECTIONS), st.integers().map(str), st.dates().map(str), st.just(PAYLOAD))

    @settings(
        max_examples=POSTS, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.randoms(use_true_random=False), st.sampled_from(forms), st.lists(words, min_size=12, max_size=12))
    def post(random: Random, chosen: tuple[str, Form], typed: list[str]) -> None:
        send(*chosen, fuzzed(chosen[1], random, lambda: random.choice(typed)))

    post()
