"""Counters in PostgreSQL: how often something may happen, for every web process and after every restart."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from portal import clock, dates
from portal.accounts.digests import keyed
from portal.accounts.models import Counter
from portal.errors import Refused

log = logging.getLogger(__name__)
_UPSERT = """
INSERT INTO accounts_counter AS c (name, key, count, until) VALUES (%(name)s, %(key)s, 1, %(until)s)
ON CONFLICT (name, key) DO UPDATE SET
  count = CASE WHEN c.until <= %(now)s THEN 1 ELSE c.count + 1 END,
  until = CASE WHEN c.until <= %(now)s OR (%(from_last)s AND c.count < %(limit)s) THEN %(until)s ELSE c.until END
RETURNING count, until
"""


class TooMany(Refused):
    """The limit is reached; the sentence names the time from which it works again."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            _("Terlalu banyak percobaan. Coba lagi pukul %(time)s.") % {"time": clock_words(until)}, status=429
        )


def clock_words(until: datetime) -> str:
    """Return '14.20 WIB' (rounded up to the minute), with the date when that is another day."""
    minute = until + timedelta(minutes=1) - timedelta(seconds=until.second, microseconds=until.microsecond)
    words = f"{dates.clock_time(minute)} WIB"
    if dates.day(minute) != clock.today():
        words += f", {dates.long_date(minute)}"
    return words


def hit(name: str, key: str, limit: int, window: int | timedelta, *, from_last: bool = False) -> int:
    """Count one more and return the count; raise TooMany (429) above `limit` within `window` seconds.

    With `from_last` the period runs from the latest counted hit, so that reaching the limit means a full wait.
    The counter belongs to the caller's transaction: what is rolled back was not counted.
    """
    now = clock.now()
    span = window if isinstance(window, timedelta) else timedelta(seconds=window)
    row: dict[str, Any] = {"name": name, "key": keyed(name, key), "until": now + span, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, row | {"limit": limit, "from_last": from_last})
        count, until = cursor.fetchone()
    if count > limit:
        log.warning("limit reached: %s", name)
        raise TooMany(until)
    return int(count)


def clear(name: str, key: str) -> None:
    """Forget the count, for example after the right password."""
    Counter.objects.filter(name=name, key=keyed(name, key)).delete()
