"""Fixtures that every test may use: flushing past the audit triggers, a real worker, a real SMTP server, a browser."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import timezone
from playwright.sync_api import expect

from approvals.inserts import texts
from portal import clock
from portal.calendar import days
from portal.embedded import die_with_parent
from portal.embedded import stop as stop_process
from tests import factories, template
from tests.security.abuse_cases import summary
from tests.servers import BASE, CHROMIUM, NO_BROWSER
from tests.smtp import SmtpSink

REFERENCE_TABLES = {
    "declarations_statementtext",
    "approvals_legalbasis",
    "approvals_ruletext",
    "approvals_ruletext_bases",
    "approvals_policy",
    "approvals_controlmeasure",
    "casework_reasontext",
    "privacy_period",
    "calendar_workpattern",
    "calendar_workday",
    "django_content_type",
    "auth_permission",
}
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            if NO_BROWSER:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(summary())


# -- database and mail ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The database of each worker is a copy of the one that was migrated once."""
    if template.wait_for():
        connection.settings_dict["TEST"]["TEMPLATE"] = connection.settings_dict["NAME"]


@pytest.fixture(scope="session", autouse=True)
def flush_past_triggers() -> Iterator[None]:
    """Let the tests, and only them, empty the append-only tables between two transactional tests.

    Deleting a few rows takes 7 ms where Django's TRUNCATE of every table takes 220. The rows that migrations bring
    (texts of statements and rules, measures) stay, as they do in production.
    """
    original = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        tables = self.connection.introspection.django_table_names(only_existing=True, include_views=False)
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                cursor.execute("".join(f'DELETE FROM "{table}";' for table in sorted({*tables} - REFERENCE_TABLES)))
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def calendar_of_the_library() -> None:
    """Working days come from the library: no test counts a query of the calendar that another one would not."""
    clock.ask_for_free_days(clock.library_days)


@pytest.fixture(autouse=True)
def inserts_as_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails say what they say without rows: no test counts the query that reads them which another one would not."""
    monkeypatch.setattr(texts, "memory", texts.Memory(day=timezone.localdate()))


REAL_COSTS = {name: getattr(Argon2PasswordHasher, name) for name in ("time_cost", "memory_cost", "parallelism")}


@pytest.fixture(scope="session", autouse=True)
def light_hashing() -> Iterator[None]:
    """Argon2 stays, with the least it can cost; tests of what a hash costs take real_hashing."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
            patch.setattr(Argon2PasswordHasher, name, value)
        yield


@pytest.fixture
def real_hashing(light_hashing: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords cost what they cost in production, those of the people a test makes as well."""
    for name, value in REAL_COSTS.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)
    factories.hashed.cache_clear()
    yield
    factories.hashed.cache_clear()


@pytest.fixture
def calendar_rows(db: None) -> Iterator[None]:
    """Let the calendar's rows answer, as they do outside tests."""
    days.memory = days.Memory()
    clock.ask_for_free_days(days.free_days)
    yield
    clock.ask_for_free_days(clock.library_days)


@pytest.fixture(scope="session", autouse=True)
def our_mail_backend(django_test_environment: None) -> None:
    """Django's test environment swaps the mail backend for a list in memory; ours is what is to be tested."""
    django_settings.EMAIL_BACKEND = "portal.mail.backend.OutboxBackend"


@pytest.fixture
def smtp_sink(settings: Any) -> Iterator[SmtpSink]:
    """A listening SMTP server; settings.EMAIL_TRANSPORT points to it."""
    sink = SmtpSink()
    sink.start()
    settings.EMAIL_TRANSPORT = {**settings.EMAIL_TRANSPORT, "host": "127.0.0.1", "port": sink.port}
    yield sink
    sink.stop()


# -- processes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def process_environment(transactional_db: None, smtp_sink: SmtpSink) -> dict[str, str]:
    """The environment of a process of ours that works on the test database, the test broker and the SMTP server."""
    at = connection.settings_dict
    database = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    return {**os.environ, "DATABASE_URL": database, "EMAIL_URL": smtp_sink.url}


StartWorker = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(process_environment: dict[str, str], tmp_path: Path) -> Iterator[StartWorker]:
    """Return a function that starts a real Celery worker and waits until it is ready: start_worker(NAME="value")."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> subprocess.Popen[bytes]:
        log = tmp_path / f"worker-{len(started)}.log"
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-l", "INFO", "-P", "threads", "-c", "2"]
        with log.open("wb") as output:
            worker = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle", "-n", f"{tmp_path.name}-{len(started)}@test"],
                cwd=BASE,
                env={**process_environment, **environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        started.append(worker)
        deadline = time.monotonic() + 120
        while b"ready." not in log.read_bytes():
            assert worker.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        return worker

    yield start
    for worker in started:
        stop_process(worker, signal.SIGTERM, 15)


@pytest.fixture
def celery_worker_process(start_worker: StartWorker) -> subprocess.Popen[bytes]:
    """A real worker in a process of its own on the test database; it delivers to smtp_sink."""
    return start_worker()


# -- browser -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    expect.set_options(timeout=30_000)  # the machine of a test run is a busy one
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


@pytest.fixture
def live_server(live_server: Any, settings: Any) -> Any:
    """pytest-django's live server; mails name its address."""
    settings.PORTAL_URL = live_server.url
    return live_server


@pytest.fixture
def open_browser(new_context: Any, live_server: Any) -> Callable[..., Any]:
    """Return a function that opens a fresh browser (own cookies) and gives its page; addresses may be relative."""

    def open_page(**options: Any) -> Any:
        context = new_context(**{"base_url": live_server.url, "locale": "id-ID", "viewport": DESKTOP} | options)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    return open_page


@pytest.fixture
def page(open_browser: Callable[..., Any]) -> Any:
    """A desktop browser, 1280x900."""
    return open_browser()


@pytest.fixture
def phone(open_browser: Callable[..., Any]) -> Any:
    """A phone, 360x640, with touch."""
    return open_browser(viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture
def no_script(open_browser: Callable[..., Any]) -> Any:
    """A phone whose browser runs no JavaScript."""
    return open_browser(viewport=PHONE, is_mobile=True, has_touch=True, java_script_enabled=False)
