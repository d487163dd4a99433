"""Figures for a monitor: request times by view (all web processes together), and what waits in the database."""

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if SHARED:  # must exist before the library is read: it decides there whether processes share their figures
    Path(SHARED).mkdir(parents=True, exist_ok=True)

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily, Metric  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

from portal import health, logs  # noqa: E402
from portal.http import View, methods  # noqa: E402

_own = CollectorRegistry()
REQUESTS = Histogram(
    "portal_request_seconds",
    "Time of one request by view, method and class of answer",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_own,
)
_AGES = """
SELECT 'mail', state, count(*), coalesce(extract(epoch FROM clock_timestamp() - min(next_at)), 0)
FROM mail_outgoingemail WHERE state <> 'sent' GROUP BY state
UNION ALL
SELECT 'case', status, count(*), coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0)
FROM declarations_declaration WHERE status IN
  ('awaiting_head', 'awaiting_review', 'awaiting_inspectorate', 'returned', 'objection', 'suspended') GROUP BY status
UNION ALL
SELECT 'step', stage, count(*), coalesce(extract(epoch FROM clock_timestamp() - min(opened_at)), 0)
FROM approvals_step WHERE decided_at IS NULL AND cancelled_at IS NULL GROUP BY stage
UNION ALL
SELECT 'work', kind, count(*), coalesce(extract(epoch FROM clock_timestamp() - min(opened_at)), 0)
FROM approvals_workitem WHERE done_at IS NULL GROUP BY kind
"""


class Waiting:
    """What waits, counted when it is asked: the same from whichever process answers."""

    def collect(self) -> Iterator[Metric]:
        number = GaugeMetricFamily("portal_waiting", "Rows that wait", labels=["what", "state"])
        age = GaugeMetricFamily("portal_waiting_oldest_seconds", "Age of the oldest of them", labels=["what", "state"])
        for what, state, count, oldest in _rows():
            number.add_metric([what, state], count)
            age.add_metric([what, state], max(0.0, float(oldest)))
        yield number
        yield age
        state = health.look()
        yield GaugeMetricFamily("portal_mail_held", "1 while all mail is held back", value=int(bool(state.held)))
        yield GaugeMetricFamily("portal_mail_overdue", "Mails that should have gone out by now", value=state.due)
        yield GaugeMetricFamily("portal_broker_up", "1 while Redis answers", value=int(state.broker))
        log = state.chains
        yield GaugeMetricFamily("portal_audit_refusing", "Chains of the log that take no line", value=log.refusing)
        yield GaugeMetricFamily("portal_audit_broken", "Chains broken when the log was last read", value=log.broken)
        unread = (timezone.now() - log.read_at).total_seconds() if log.read_at else float("inf")
        yield GaugeMetricFamily("portal_audit_unread_seconds", "Time since the log was read as a whole", value=unread)
        memory = GaugeMetricFamily("portal_process_memory_bytes", "Resident memory", labels=["process"])
        for name, size in _memory():
            memory.add_metric([name], size)
        yield memory


def _memory() -> Iterator[tuple[str, int]]:
    """Yield the resident memory of the web server's master and its workers, in bytes (Linux; nothing elsewhere)."""
    master = os.getppid()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if path.name == str(master) or parent == master:
                pages = int((path / "statm").read_text().split()[1])
                yield "master" if path.name == str(master) else path.name, pages * os.sysconf("SC_PAGE_SIZE")
        except OSError:  # it has just ended
            continue


def _rows() -> Iterable[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_AGES)
        rows: list[Any] = cursor.fetchall()
        return rows


def allowed(request: HttpRequest) -> bool:
    """Tell whether a monitor asks: by its token, or from this machine without any proxy between."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not passed_on and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """The figures; for everybody but the monitor this address does not exist."""
    if not allowed(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Waiting())
    if SHARED:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry)
    else:
        text = generate_latest(registry) + generate_latest(_own)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


class RequestMiddleware:
    """Numbers every request, times it, and writes one line by view name: never the address, which may hold a token."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number, began = secrets.token_hex(6), time.perf_counter()
        token = logs.current.set({"request": number})
        try:
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - began)
        finally:
            logs.current.reset(token)
        response.headers["X-Request-ID"] = number
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        match = request.resolver_match
        known = {**logs.current.get(), "view": match.view_name if match else "-"}
        logs.current.set(known | ({"case": str(kwargs["nomor"])[:24]} if "nomor" in kwargs else {}))

    def _note(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        name = match.view_name if match else "-"
        method = request.method if request.method in ("GET", "POST", "HEAD") else "other"
        REQUESTS.labels(name, method, f"{response.status_code // 100}xx").observe(seconds)
        user = getattr(request, "_cached_user", None)  # who is known by now: a line of the log asks no database
        fields = {
            "view": name,
            "method": method,
            "status": response.status_code,
            "ms": round(seconds * 1000),
            "person": getattr(user, "pk", None),
        }
        logs.log.info("request", extra={"fields": fields})
