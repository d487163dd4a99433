"""Append a line to the audit log, read a chain, and prove that nothing in it was altered."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Count, Max
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.models import AuditEvent, AuditQuerySet, LogReading
from portal.errors import Refused

log = logging.getLogger(__name__)
ADMIN = "admin"
# 18 digits within a hexadecimal digest are no NIP
_PERSONAL = re.compile(r"(?<![\da-f])\d{18}(?![\da-f])|[^@\s]+@[^@\s]+\.[^@\s]+")
_CLOCK_SLACK = timedelta(seconds=60)


class Actor(Protocol):
    """Whoever acts: a person with a key and a name (the log does not know the directory)."""

    @property
    def pk(self) -> Any: ...


class CannotRecord(Refused):
    """The line could not be written, so the deed must not happen either."""

    def __init__(self) -> None:
        super().__init__(
            _("Tindakan ini tidak dapat dicatat, jadi tidak dilakukan. Mohon coba lagi beberapa menit lagi."),
            status=503,
        )


def record(
    event: str, subject: models.Model, *, by: Actor | None, via: str = "", chain: str | None = None, **detail: Any
) -> AuditEvent:
    """Append one line in the caller's transaction; raise CannotRecord (503) when that is impossible.

    `detail` takes ids and digests only. The chain is the subject's `audit_chain`, else that of the administration.
    """
    line = AuditEvent(
        chain=str(chain or getattr(subject, "audit_chain", ADMIN)),
        as_of=clock.as_of(),
        event=event,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else "",
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:200],
        via=str(via),
        data=_checked(detail),
    )
    try:
        with transaction.atomic(savepoint=False):  # without the line nothing of the deed may stay
            _append(line)
    except DatabaseError as error:
        log.warning("audit: chain %s could not be written: %s", line.chain, type(error).__name__)
        raise CannotRecord from error
    return line


def _append(line: AuditEvent) -> None:
    # without the lock two transactions read the same last line and the chain forks
    with connection.cursor() as cursor:
        held = "(SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)) OFFSET 0) AS held"
        cursor.execute(f"SELECT clock_timestamp() FROM {held}", [f"audit:{line.chain}"])  # the time once it is held
        (line.at,) = cursor.fetchone()
    before = AuditEvent.objects.filter(chain=line.chain).order_by("-seq").values_list("seq", "at", "hash").first()
    seq, at, line.prev_hash = before or (0, line.at, "")
    if line.at < at - _CLOCK_SLACK:
        ahead = int((at - line.at).total_seconds())
        log.error("audit: chain %s refuses, its last line is %d s ahead of the clock of PostgreSQL", line.chain, ahead)
        raise CannotRecord
    line.seq = seq + 1
    line.hash = digest(line)
    line.save()


def speaks_of_a_person(text: str) -> bool:
    """Tell whether a text holds a NIP or a mail address, so that a form can refuse it before the log does."""
    return _PERSONAL.search(text) is not None


def _checked(detail: dict[str, Any]) -> Any:
    """Return the detail as the database will give it back; a NIP or mail address in it is a defect."""
    text = json.dumps(detail, cls=DjangoJSONEncoder, allow_nan=False)
    if speaks_of_a_person(text):
        raise ValueError("An audit line takes ids and digests only, no NIP and no mail address.")
    return json.loads(text)


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if value else ""


def digest(line: AuditEvent) -> str:
    """Return the SHA-256 over everything a line says and the hash of the line before it."""
    says = [
        line.chain,
        line.seq,
        _moment(line.at),
        _moment(line.as_of),
        line.event,
        line.actor_id,
        line.actor_name,
        line.subject_type,
        line.subject_id,
        line.subject_label,
        line.via,
        line.data,
        line.prev_hash,
    ]
    text = json.dumps(says, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def history(chain: str) -> AuditQuerySet:
    """Return the lines of one chain, oldest first."""
    return AuditEvent.objects.filter(chain=chain).order_by("seq")


@dataclass(frozen=True, slots=True)
class Break:
    """The first line of a chain that is not as it was written."""

    chain: str
    seq: int
    reason: str


def verify_chain(lines: Iterable[AuditEvent]) -> Break | None:
    """Return the first altered, missing or inserted line of one chain given in order, None when it is whole."""
    previous = ""
    for seq, line in enumerate(lines, start=1):
        if line.seq != seq:
            return Break(line.chain, seq, _("baris hilang"))
        if line.prev_hash != previous:
            return Break(line.chain, seq, _("tidak menyambung dengan baris sebelumnya"))
        if line.hash != digest(line):
            return Break(line.chain, seq, _("isi baris berubah"))
        previous = line.hash
    return None


def verify_all() -> Iterator[Break]:
    """Yield the first break of every broken chain, reading the log once in order."""
    lines = AuditEvent.objects.order_by("chain", "seq").iterator(chunk_size=2000)
    for _chain, group in groupby(lines, key=lambda line: line.chain):
        found = verify_chain(group)
        if found:
            yield found


def prove() -> list[Break]:
    """Read the whole log and return the first break of every broken chain; monitor and operator learn the number."""
    broken = list(verify_all())
    LogReading.objects.update_or_create(pk=1, defaults={"at": timezone.now(), "broken": len(broken)})
    return broken


def refusing() -> tuple[int, datetime | None]:
    """Return how many chains take no line because the clock was set back, and when it will have caught up with all."""
    ahead = AuditEvent.objects.filter(at__gt=Now() + _CLOCK_SLACK)
    found = ahead.aggregate(chains=Count("chain", distinct=True), last=Max("at"))
    return found["chains"], found["last"] - _CLOCK_SLACK if found["last"] else None


def fingerprint() -> str:
    """Return a digest over the last line of every chain: kept elsewhere, it shows a log whose end was cut off."""
    total = hashlib.sha256()
    heads = AuditEvent.objects.order_by("chain", "-seq").distinct("chain").values_list("chain", "seq", "hash")
    for head in heads.iterator():
        total.update(json.dumps(head).encode())
    return total.hexdigest()
