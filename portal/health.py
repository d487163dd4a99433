"""How the machinery does: mail held or stuck, broker away, log broken. For /tinjau/, /metrics and the operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import redis
from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal import dates
from portal.audit.log import refusing
from portal.audit.models import LogReading
from portal.mail.models import OutgoingEmail
from portal.mail.outbox import held_since

STUCK_MINUTES = 10
_REMEMBERED = 15.0
_asked: tuple[float, bool] | None = None


@dataclass(frozen=True, slots=True)
class Chains:
    """How many chains of the audit log were broken when it was last read, and how many take no line until when."""

    read_at: datetime | None
    broken: int
    refusing: int
    until: datetime | None

    def sentences(self) -> Iterator[tuple[str, str]]:
        """Yield kind and sentence of what is wrong; nothing when all is well."""
        if self.read_at and self.broken:
            values = {"n": self.broken, "moment": dates.moment(self.read_at)}
            yield (
                "broken",
                _("Jejak audit tidak utuh pada %(n)d rantai (dibaca %(moment)s). Jalankan check_audit.") % values,
            )
        if self.until:
            values = {"n": self.refusing, "moment": dates.moment(self.until)}
            yield (
                "refusing",
                _(
                    "%(n)d rantai jejak audit menolak catatan baru sampai %(moment)s: jam PostgreSQL mundur, "
                    "tindakan di sana ditolak. Periksa jam itu."
                )
                % values,
            )


@dataclass(frozen=True, slots=True)
class Health:
    """Held since when, how many mails are due, for how many minutes the oldest, broker and audit log."""

    held: datetime | None
    due: int
    minutes: int
    broker: bool
    chains: Chains

    @property
    def stuck(self) -> bool:
        return not self.held and self.minutes >= STUCK_MINUTES

    def sentences(self) -> Iterator[str]:
        """Yield what is wrong and what to do; nothing when all is well."""
        if self.held:
            since = dates.moment(self.held)
            yield _("Semua email ditahan sejak %s oleh restore atau hold_mail. Lepaskan dengan release_mail.") % since
        if self.stuck:
            values = {"n": self.due, "minutes": self.minutes}
            yield (
                _("%(n)d email belum terkirim, yang tertua %(minutes)d menit: server surat atau worker mati.") % values
            )
        if not self.broker:
            yield _("Redis tidak menjawab. Semua tetap dikerjakan, hanya lebih lambat.")
        yield from (sentence for _kind, sentence in self.chains.sentences())


def broker_answers() -> bool:
    """Ask the broker, at most once in 15 seconds and for at most one second."""
    global _asked
    if _asked and monotonic() - _asked[0] < _REMEMBERED:
        return _asked[1]
    try:
        once = Retry(NoBackoff(), 0)
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=once) as client:
            answer = bool(client.ping())
    except redis.RedisError:
        answer = False
    _asked = monotonic(), answer
    return answer


def chains() -> Chains:
    """Return the state of the audit log: the refusals of this moment, the breaks of the last reading."""
    last = LogReading.objects.first()
    number, until = refusing()
    return Chains(last.at if last else None, last.broken if last else 0, number, until)


def look() -> Health:
    """Return the state of this moment, by four queries and perhaps a ping."""
    now, held = timezone.now(), held_since()
    found = OutgoingEmail.objects.overdue(now).aggregate(number=Count("pk"), oldest=Min("next_at"))
    minutes = int((now - found["oldest"]).total_seconds() // 60) if found["oldest"] else 0
    return Health(held, found["number"], minutes, broker_answers(), chains())
