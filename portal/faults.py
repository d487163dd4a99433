"""Error reports to a collector that speaks Sentry's protocol (ERROR_DSN): where it broke, never what was in the data.

A report holds the kind of error, the places in the code, the view and the number of the request: no message of the
exception (a database quotes rows in it), no values of variables, no address, no person. It is sent by a thread of its
own; a collector that is slow or away costs the portal nothing, and reports beyond the queue are dropped.
"""

import json
import logging
import queue
import time
import traceback
import uuid
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from portal.logs import current, hide
from portal.version import VERSION

BASE = Path(__file__).resolve().parent.parent
WAITING, PAUSE, TIMEOUT = 50, 60.0, 3.0
TOLD = ("request", "view", "incident")


def _place(frame: traceback.FrameSummary) -> dict[str, Any]:
    path = Path(frame.filename)
    ours = path.is_relative_to(BASE) and "site-packages" not in path.parts
    name = path.relative_to(BASE).as_posix() if ours else "/".join(path.parts[-3:])
    return {"filename": name, "function": frame.name, "lineno": frame.lineno, "in_app": ours}


def event_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return the report of a log line, or of the exception it carries."""
    known = current.get()
    event: dict[str, Any] = {
        "event_id": uuid.uuid4().hex,
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "platform": "python",
        "level": record.levelname.lower(),
        "logger": record.name,
        "release": VERSION,
        "tags": {name: str(known[name]) for name in TOLD if name in known},
        "logentry": {"message": hide(str(record.msg))},  # the pattern, without what was put into it
    }
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        frames = [_place(frame) for frame in traceback.extract_tb(error.__traceback__, limit=-40)]
        kind = type(error)
        event["exception"] = {
            "values": [{"type": kind.__name__, "module": kind.__module__, "stacktrace": {"frames": frames}}]
        }
    return event


class Reporter(logging.Handler):
    """Sends errors of the log to the collector; the same place at most once a minute."""

    def __init__(self, dsn: str) -> None:
        super().__init__(logging.ERROR)
        address = urlsplit(dsn)
        port = f":{address.port}" if address.port else ""
        self.url = f"{address.scheme}://{address.hostname}{port}/api/{address.path.strip('/')}/envelope/"
        self.key = address.username or ""
        self.waiting: queue.Queue[dict[str, Any]] = queue.Queue(WAITING)
        self.seen: dict[str, float] = {}
        self.thread: Thread | None = None
        self.starting = Lock()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            event = event_of(record)
            if not hasattr(record, "reported") and self._is_new(event):
                self._start()
                self.waiting.put_nowait(event)
        except Exception:  # noqa: S110  a report that cannot be made must not break what is being reported
            pass

    def _is_new(self, event: dict[str, Any]) -> bool:
        values = event.get("exception", {}).get("values", [{}])[0]
        frames = values.get("stacktrace", {}).get("frames", [])[-1:]
        mark = json.dumps([event["logger"], event["logentry"], values.get("type"), frames])
        now = time.monotonic()
        if now - self.seen.get(mark, -PAUSE) < PAUSE:
            return False
        if len(self.seen) > WAITING:
            self.seen.clear()
        self.seen[mark] = now
        return True

    def _start(self) -> None:
        """Start the thread with the first report: gunicorn forks after the settings have been read."""
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = Thread(target=self._send_all, name="error-reports", daemon=True)
                self.thread.start()

    def _send_all(self) -> None:
        while True:
            event = self.waiting.get()
            try:
                self._send(event)
            except Exception:  # noqa: S110  logging it would report it again; the log holds the error itself
                pass
            finally:
                self.waiting.task_done()

    def _send(self, event: dict[str, Any]) -> None:
        lines = ({"event_id": event["event_id"]}, {"type": "event"}, event)
        headers = {
            "Content-Type": "application/x-sentry-envelope",
            "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client=portal/{VERSION}, sentry_key={self.key}",
        }
        body = "\n".join(json.dumps(line) for line in lines).encode()
        with urlopen(Request(self.url, body, headers), timeout=TIMEOUT):  # noqa: S310  env.dsn allows http(s) only
            pass
