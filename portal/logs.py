"""Keeps NIPs, mail addresses and link tokens out of every log line."""

import logging
import re

_TOKEN = r"(?<=/k/)(?:(?:d|bukan-saya)/)?[\w.=-]+(?::|%3A)[\w:.=%-]{20,}"
_PRIVATE = re.compile(rf"(?<!\d)\d{{18}}(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+|{_TOKEN}", re.IGNORECASE)


class HidePersonalData(logging.Filter):
    """Replaces 18-digit numbers, addresses and the token of a mailed link in the finished message."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _PRIVATE.sub("***", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True
