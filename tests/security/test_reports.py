"""[O04] [R09] Errors reported without what was in the data; the alarm when one password is tried on many accounts."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from celery.signals import setup_logging
from django.test import Client

from approvals.duties import operator
from portal import clock, env, views
from portal.accounts.models import Counter
from portal.celery import app
from portal.faults import Reporter
from portal.logs import HidePersonalData
from portal.mail.models import OutgoingEmail
from tests.factories import World

NIP = "198609262015051001"


class Collector:
    """Listens like the collector of ERROR_DSN and keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, list[dict[str, Any]]]] = []
        self.came = Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                lines = [json.loads(line) for line in body.splitlines()]
                outer.got.append((self.path, self.headers["X-Sentry-Auth"], lines))
                self.send_response(200)
                self.end_headers()
                outer.came.set()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def dsn(self) -> str:
        return f"http://kunci@127.0.0.1:{self.server.server_port}/7"


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.server.shutdown()


@pytest.fixture
def reporter(collector: Collector) -> Iterator[Reporter]:
    handler = Reporter(collector.dsn)
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_a_crash_is_reported_by_place_and_view_and_by_nothing_a_person_typed(
    collector: Collector, reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: object, **_kwargs: object) -> None:
        secret = NIP
        raise ValueError(f"Key (nip)=({secret}) Rahmi Fitri")

    monkeypatch.setattr(views, "render", breaks)
    client = Client(raise_request_exception=False)
    answer = client.get("/aturan/?q=Rahmi", headers={"user-agent": "Rahmi"})
    assert answer.status_code == 500
    assert collector.came.wait(60)
    reporter.waiting.join()
    path, auth, (_head, kind, event) = collector.got[0]
    assert (path, kind) == ("/api/7/envelope/", {"type": "event"})
    assert "sentry_key=kunci" in auth
    (value,) = event["exception"]["values"]
    assert value["type"] == "ValueError"
    assert any(frame["in_app"] and frame["filename"] == "portal/views.py" for frame in value["stacktrace"]["frames"])
    assert event["tags"]["view"] == "rules"
    assert event["tags"]["incident"] in answer.content.decode()
    assert len(collector.got) == 1
    everything = json.dumps(collector.got)
    assert "Rahmi" not in everything
    assert NIP not in everything


def test_the_same_place_is_reported_once_a_minute_and_a_dead_collector_costs_nothing() -> None:
    handler = Reporter("http://kunci@127.0.0.1:9/7")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "rusak %s", ("satu",), None)
    for _time in range(200):
        handler.emit(record)
    handler.waiting.join()
    assert len(handler.seen) == 1


@pytest.mark.parametrize(
    "wrong", ["http://k@collector.example/7", "https://collector.example/7", "https://k@c.example/x"]
)
def test_a_wrong_address_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("ERROR_DSN", wrong)
    with pytest.raises(env.EnvError, match="ERROR_DSN"):
        env.dsn("ERROR_DSN")


def test_a_worker_writes_its_log_through_the_same_filter() -> None:
    root = logging.getLogger()
    before = root.handlers[:]
    try:
        answers = setup_logging.send(sender=app, loglevel=20, logfile=None, format="", colorize=False)
        assert answers, "Celery would install handlers of its own"
        assert any(isinstance(rule, HidePersonalData) for handler in root.handlers for rule in handler.filters)
    finally:
        root.handlers = before


@pytest.mark.django_db
def test_one_password_tried_on_many_accounts_alarms_the_operator_once_a_day(settings: Any) -> None:
    settings.OPERATOR_EMAIL = "ti@demo.pasbar.example"
    World()
    client = Client()
    for number in range(operator.GUESSED_AT_ONCE - 1):
        address = f"10.0.{number // 50}.{number % 50}"
        client.post("/masuk/", {"login": f"orang{number}", "password": "Pasaman2026!"}, REMOTE_ADDR=address)
    assert operator.alarm() == 0
    client.post("/masuk/", {"login": "satu lagi", "password": "Pasaman2026!"}, REMOTE_ADDR="10.0.9.9")
    assert operator.alarm() == 1
    assert operator.alarm() == 0
    mail = OutgoingEmail.objects.get(purpose="operator_alarm")
    assert f"{operator.GUESSED_AT_ONCE} akun" in mail.subject
    assert Counter.objects.filter(name="password").count() == operator.GUESSED_AT_ONCE
    with clock.pretend(clock.now() + timedelta(days=1)):
        assert operator.alarm() == 0  # yesterday's tries are over
