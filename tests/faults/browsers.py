"""What a head and a crowd do over HTTP to a stack that is being broken, and what must be true of it afterwards."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import psycopg

from approvals.invariants import INVARIANTS
from tests.native import Native

Answer = tuple[int, dict[str, str], str]
CSRF = "browser" * 4 + "abcd"  # a browser keeps the secret of its forms in a cookie


@dataclass(frozen=True, slots=True)
class Case:
    """A case that waits for its head, and the token of the mailed link."""

    pk: int
    number: str
    token: str
    revision: int

    @property
    def address(self) -> str:
        return f"/k/kasus/{self.number}/"


def seeded(native: Native, count: int) -> tuple[list[Case], str]:
    """Make cases in the stack; returns them and the session of a reviewer who has just proven himself."""
    told = json.loads(native.python("-m", "tests.faults.seed", str(count)).stdout.splitlines()[-1])
    return [Case(**case) for case in told["cases"]], told["session"]


class Head:
    """Opens the mailed link in one of the web servers, then presses the button as often as he likes."""

    def __init__(self, native: Native, case: Case, web: int = 1) -> None:
        self.native, self.case, self.web = native, case, web
        self.cookie = f"kunci={case.token}; csrftoken={CSRF}"
        self.form = urlencode({"keputusan": "endorsed", "revisi": case.revision, "csrfmiddlewaretoken": CSRF})

    def open(self) -> Answer:
        """Read the page."""
        return self.native.request("GET", self.case.address, web=self.web, Cookie=self.cookie)

    def endorse(self, seconds: float = 30) -> Answer:
        """Press the button of the page that was opened."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        return self.native.request("POST", self.case.address, web=self.web, body=self.form, seconds=seconds, **kind)


class Press:
    """One press of a button in a thread: its answer, or the error the browser shows."""

    def __init__(self, act: Callable[[], Answer]) -> None:
        self.answer: Answer | None = None
        self.error: Exception | None = None
        self.thread = Thread(target=self._run, args=(act,))
        self.thread.start()

    def _run(self, act: Callable[[], Answer]) -> None:
        try:
            self.answer = act()
        except (OSError, HTTPException) as error:
            self.error = error

    def end(self) -> "Press":
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self

    @property
    def confirmed(self) -> bool:
        return self.answer is not None and self.answer[0] == 302


def wait_until(condition: Callable[[], Any], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def locked(native: Native, case: Case) -> Iterator[None]:
    """Hold the row of a case: whoever decides it waits inside his transaction."""
    connection = psycopg.connect(native.database_url)
    connection.execute("SELECT 1 FROM declarations_declaration WHERE id = %s FOR UPDATE", [case.pk])
    try:
        yield
    finally:
        connection.close()


def waiting(native: Native, event: str) -> bool:
    """Tell whether a backend waits for this: 'Lock' (a type of events) or 'SyncRep' (the answer to a COMMIT)."""
    query = (
        "SELECT 1 FROM pg_stat_activity WHERE %s IN (wait_event_type, wait_event) AND backend_type = 'client backend'"
    )
    return bool(native.sql(query, event))


def decided(native: Native, case: Case) -> int:
    """Return how many decision events the case has."""
    query = "SELECT count(*) FROM audit_auditevent WHERE event = 'decided' AND chain = %s"
    return int(native.sql(query, f"case:{case.pk}")[0][0])


def told_the_truth(answer: Answer | None) -> None:
    """503 in words: nobody says that it failed, the page offers to look, and it has a reference."""
    assert answer is not None
    status, headers, page = answer
    assert status == 503, page[:300]
    assert "Periksa status" in page or "Yang sudah tersimpan tidak hilang" in page
    assert re.search(r'class="ref">[0-9A-F]{8}<', page)
    assert headers["Retry-After"]


def broken_promises(native: Native) -> list[str]:
    """Return the codes of the invariants about cases that do not hold at this moment."""
    with psycopg.connect(native.database_url, autocommit=True) as connection:
        looks = [(each.code, each.look) for each in INVARIANTS if isinstance(each.look, str)]
        return [code for code, look in looks if connection.execute(look).fetchone()]  # type: ignore[call-overload]
