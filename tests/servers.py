"""pytest plugin (`-p tests.servers`): a real PostgreSQL and a real Redis-protocol server for the whole run.

It is loaded before pytest-django reads the settings. The controller starts PostgreSQL once, each xdist worker has a
database of its own on it (pytest-django) and a Valkey of its own. It never falls back: no server, no tests.
"""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from importlib import util
from pathlib import Path

import pytest

from portal.embedded import EmbeddedError, Postgres, Valkey
from portal.embedded import stop as stop_process
from tests import template

BASE = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
    "PORTAL_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "DEMO": "1",
    "CHANNEL_READING": "0",  # no test asks a real platform; the tests of reading bring their own server
    "EMAIL_URL": "smtp://127.0.0.1:9",  # nothing listens there: tests that send use the fixture smtp_sink
    "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",  # no collectstatic in tests
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # playwright's sync API runs an event loop in the test's thread
}
CLEARED = (
    "FIELD_KEYS",
    "SECRET_KEY_FALLBACKS",
    "APPROVAL_STEP_UP",
    "SECOND_FACTOR",
    "DEFAULT_FROM_EMAIL",
    "ERROR_DSN",
    "HELP_LINE",
    "STATIC_ROOT",
)
running: list[tuple[Path, list[Postgres | Valkey]]] = []
migrating: list[subprocess.Popen[bytes]] = []


def why_no_browser() -> str | None:
    """Return None, or the reason: a Chromium is not enough, playwright's own node must start too."""
    if CHROMIUM is None:
        return "tidak ada Chromium (apt-get install chromium)"
    driver = util.find_spec("playwright")
    if driver is None or driver.origin is None:
        return "playwright belum terpasang"
    own = str(Path(driver.origin).parent / "driver" / "node")
    problem = ""
    for node in filter(None, (os.environ.get("PLAYWRIGHT_NODEJS_PATH"), own, shutil.which("node"))):
        try:
            tried = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        except OSError as error:
            problem = str(error)
            continue
        if tried.returncode == 0:
            if node != own:
                os.environ["PLAYWRIGHT_NODEJS_PATH"] = node
            return None
        problem = tried.stderr.strip()[-120:]
    return f"node milik playwright tidak dapat dijalankan (apt-get install libatomic1): {problem}"


NO_BROWSER = why_no_browser()


def start() -> None:
    """Set the environment of the tests and start the servers this process needs."""
    for name in CLEARED:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)
    given = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if given[0] and given[1]:
        number = int(worker.removeprefix("gw")) if worker else 0
        os.environ["DATABASE_URL"] = given[0]
        os.environ["REDIS_URL"] = f"{given[1].rsplit('/', 1)[0] if given[1].count('/') > 2 else given[1]}/{number}"
        os.environ["TEST_SERVERS"] = "named by TEST_DATABASE_URL and TEST_REDIS_URL"
        os.environ.pop(template.NAMED_BY, None)
        return
    if any(given):
        raise pytest.UsageError("give both TEST_DATABASE_URL and TEST_REDIS_URL, or neither")
    root = Path(tempfile.mkdtemp(prefix="portal-test-"))
    root.chmod(0o755)
    servers: list[Postgres | Valkey] = []
    running.append((root, servers))
    try:
        if not worker:
            postgres = Postgres(root, durable=False)
            servers.append(postgres)
            os.environ["DATABASE_URL"] = postgres.start()
            os.environ["TEST_SERVERS"] = f"own PostgreSQL (as {postgres.account.mode}) and own Valkey"
        valkey = Valkey(root)  # one for each worker: queues never mix
        servers.append(valkey)
        os.environ["REDIS_URL"] = valkey.start()
        if not worker:
            migrating.append(template.begin(postgres, root))
    except EmbeddedError as error:
        stop()
        raise pytest.UsageError(f"the test servers did not start: {error}") from error


def stop() -> None:
    """Stop the servers of this process and delete their data."""
    while migrating:
        stop_process(migrating.pop(), signal.SIGKILL, 10)
    while running:
        root, servers = running.pop()
        for server in reversed(servers):
            server.discard() if isinstance(server, Postgres) else server.stop()
        shutil.rmtree(root, ignore_errors=True)


atexit.register(stop)  # also when pytest fails before its own end
start()


def pytest_report_header() -> list[str]:
    return [f"servers: {os.environ['TEST_SERVERS']}", f"browser: {CHROMIUM if NO_BROWSER is None else NO_BROWSER}"]


def left_out(config: pytest.Config) -> int:
    """Return how many browser tests were left out in this run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return sum("browser" in report.keywords for report in skipped) if NO_BROWSER else 0


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") == "true" and left_out(session.config) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    stop()
    if count := left_out(config):
        verdict = " Di CI ini kegagalan." if os.environ.get("CI") == "true" else ""
        print(f"{count} uji peramban tidak dijalankan: {NO_BROWSER}.{verdict}", flush=True)
