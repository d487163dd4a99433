"""What must hold at every moment: each invariant is a query or function that finds nothing while all is well."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from portal.audit.log import verify_all
from portal.mail.models import OutgoingEmail, Priority, State
from portal.mail.outbox import held_since

OF_THE_LOG = "I11"
LONGEST_WAIT = {Priority.DIRECT: timedelta(minutes=10), Priority.BULK: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that is always true, and how to find what contradicts it: SQL text or a function."""

    code: str
    says: str
    look: str | Callable[[], Iterable[str]]

    def violations(self) -> list[str]:
        """Return one line per row that contradicts the sentence."""
        if callable(self.look):
            return list(self.look())
        with connection.cursor() as cursor:
            cursor.execute(self.look)
            return [", ".join(str(value) for value in row) for row in cursor.fetchall()]


def _overdue_mail() -> Iterable[str]:
    if held_since():
        return  # kept back on purpose; /tinjau/ says so
    now = timezone.now()
    late = Q()
    for priority, wait in LONGEST_WAIT.items():
        late |= Q(priority=priority, state=State.QUEUED, next_at__lt=now - wait)
        late |= Q(priority=priority, state=State.SENDING, lease_until__lt=now - wait)
    for row in OutgoingEmail.objects.filter(late).order_by("pk").iterator():
        yield f"mail {row.pk} ({row.purpose}) due {row.next_at:%Y-%m-%d %H:%M}"


def _kept_secrets() -> Iterable[str]:
    if settings.DEMO:
        return  # the demo mailbox shows mails as they were received
    for row in OutgoingEmail.objects.filter(state=State.SENT, secret__isnull=False).order_by("pk").iterator():
        yield f"mail {row.pk} ({row.purpose})"


def _broken_chains() -> Iterable[str]:
    for found in verify_all():
        yield f"{found.chain} #{found.seq}: {found.reason}"


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "I5", "no mail is left lying: each is sent, waits for a time to come, or has visibly failed", _overdue_mail
    ),
    Invariant("I5b", "a delivered mail keeps no link and no code", _kept_secrets),
    Invariant(OF_THE_LOG, "the audit log is without holes and as it was written", _broken_chains),
)
