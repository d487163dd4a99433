"""Keeps NIPs, mail addresses and link tokens out of every log line."""

import logging
import re

_PRIVATE = re.compile(r"(?<!\d)\d{18}(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+|(?<=/k/)[\w:.=-]{30,}")


class HidePersonalData(logging.Filter):
    """Replaces 18-digit numbers, addresses and the token of /k/<token>/ in the finished message."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _PRIVATE.sub("***", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
