"""The portal as it is served in production, for `make bench`: gunicorn with two workers on the database of the tests.

with Site(process_environment, tmp_path) as site:
    visitor = site.visitor(world.reviewer)
    answer = visitor.get("/tinjau/antrean/")   # status, headers, body, seconds
    site.memory()                              # MB of each process
"""

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from portal.embedded import die_with_parent, free_port
from portal.embedded import stop as stop_process
from portal.people.models import Employee
from tests.servers import BASE

# as the Dockerfile starts it
GUNICORN = ("-k", "portal.patient.PatientWorker", "-w", "2", "--threads", "4", "--no-control-socket")
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as it was on the wire, and how long it took in seconds from the first byte sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


class Visitor:
    """A browser without eyes: its own cookies, pages asked for compressed, a connection kept open where `keep` says so.

    A connection kept open stays with the worker that took it, so the few of a bench may all be with one; of new ones
    each goes to the worker that is free.
    """

    def __init__(self, port: int, cookies: dict[str, str], *, keep: bool = True) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies, self.keep = cookies, keep

    def get(self, path: str, *, compressed: bool = True) -> Answer:
        """Ask for a page; `compressed` as every browser does."""
        return self._ask("GET", path, None, {"Accept-Encoding": "gzip"} if compressed else {})

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        """Send a form with the token of the cookie, as the page's own form does."""
        token = self.cookies.get(settings.CSRF_COOKIE_NAME, "")
        body = urlencode(data | {"csrfmiddlewaretoken": token}, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.perf_counter()
        self.connection.request(method, path, body, headers | ({"Cookie": cookies} if cookies else {}))
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - started
        if not self.keep:
            self.connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, dict(response.headers), content, seconds)


class Site:
    """One gunicorn with two workers; DJANGO_SETTINGS_MODULE in `more` serves another site, `options` go to gunicorn."""

    def __init__(self, environment: dict[str, str], scratch: Path, *options: str, **more: str) -> None:
        # a request leaves the same line and the same figures as in production
        production = {"LOG_FORMAT": "json", "PROMETHEUS_MULTIPROC_DIR": str(scratch / "metrics")}
        self.environment = {**environment, **production, **more}
        self.port, self.options = free_port(), options
        self.log = scratch / f"site-{self.port}.log"

    def __enter__(self) -> "Site":
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "-b", f"127.0.0.1:{self.port}"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, *GUNICORN, *self.options],
                cwd=BASE,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        deadline = time.monotonic() + 90
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        stop_process(self.process, signal.SIGTERM, 15)

    def _answers(self) -> bool:
        try:
            return Visitor(self.port, {}).get("/healthz/live").status < 500
        except OSError:
            return False

    def visitor(self, person: Employee | None = None, *, keep: bool = True) -> Visitor:
        """Return a browser in which this person is signed in, or nobody."""
        if person is None:
            return Visitor(self.port, {}, keep=keep)
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return Visitor(self.port, {settings.SESSION_COOKIE_NAME: session}, keep=keep)

    def memory(self) -> dict[str, float]:
        """Return the megabytes of each process, shared pages divided among those who share them (PSS)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        found = {"arbiter": megabytes(self.process.pid)}
        return found | {f"worker {place}": megabytes(int(pid)) for place, pid in enumerate(children, 1)}


def megabytes(pid: int) -> float:
    """Return the proportional set size of a process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("Pss:"))) * 1024 / MB


def side_by_side(acts: dict[str, Callable[[], Answer]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each act, taken in turns so that a busy moment of the machine meets all alike."""
    for act in acts.values():
        for _warm in range(4):  # each worker has met the page
            assert act().status == 200
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _round in range(rounds):
        for name, act in acts.items():
            times[name].append(act().seconds)
    return {name: median(taken) for name, taken in times.items()}


def seconds(act: Callable[[], object], rounds: int = 15) -> float:
    """Return the median time of an act in seconds, after one round to warm up."""
    act()
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return median(times)


def say(line: str) -> None:
    """Print a line of the report at once."""
    print(f"  {line}", flush=True)  # noqa: T201


def say_memory(site: Site, name: str, say: Callable[[str], None] = say) -> None:
    """Print the memory of each process of a site."""
    say(f"memory of {name}: " + ", ".join(f"{process} {used:.0f} MB" for process, used in site.memory().items()))
