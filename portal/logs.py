"""Log lines: one JSON object each with request and case, and never a NIP, a mail address or the token of a link."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

_TOKEN = r"(?<=/k/)(?:(?:d|bukan-saya)/)?[\w.=-]+(?::|%3A)[\w:.=%-]{20,}"
_PRIVATE = re.compile(rf"(?<!\d)\d{{18}}(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+|{_TOKEN}", re.IGNORECASE)
current: ContextVar[dict[str, Any]] = ContextVar("current", default={})  # noqa: B039  never changed in place


log = logging.getLogger("portal.request")


def hide(text: str) -> str:
    """Return the text without 18-digit numbers, addresses and tokens of mailed links."""
    return _PRIVATE.sub("***", text)


class HidePersonalData(logging.Filter):
    """Replaces 18-digit numbers, addresses and the token of a mailed link in the finished message."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = hide(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True


class Plain(logging.Formatter):
    """Lines for a person at a terminal; the traceback is cleaned as well, for an exception may quote a row."""

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record))


class Json(logging.Formatter):
    """One JSON object per line for a log collector; line breaks in what a visitor sent are escaped by it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **current.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return hide(json.dumps(line, ensure_ascii=False, default=str))
