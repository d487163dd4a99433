"""Claim a mail in a short transaction, hand it over outside of any, note the outcome in a second one."""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from portal.logs import current
from portal.mail.models import OutgoingEmail, State
from portal.mail.transport import Line, NotSent, hand_over
from portal.wake import wake

log = logging.getLogger(__name__)
CROWD, HELPERS = 50, 3
LEASE = timedelta(seconds=90)  # three times what the longest dialogue with the server may take
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
SECRETS_OF_FAILED_MAIL = timedelta(days=14)


def claim(*, email_id: int | None = None, due_since: timedelta = timedelta(0)) -> OutgoingEmail | None:
    """Take one due mail for the length of a lease, or None; two workers never take the same one.

    The database's clock decides: workers of several machines, whose clocks differ, would take each other's leases.
    """
    with transaction.atomic():
        due: Any = OutgoingEmail.objects.due(Now() - due_since).select_for_update(skip_locked=True)
        due = due.annotate(asked_at=Now())
        row = due.filter(pk=email_id).first() if email_id else due.first()
        if row:
            row.state, row.lease_until, row.attempts = State.SENDING, row.asked_at + LEASE, row.attempts + 1
            row.save(update_fields=["state", "lease_until", "attempts"])
    return cast(OutgoingEmail | None, row)


def attempt(row: OutgoingEmail, line: Line) -> bool:
    """Send a claimed mail and note what came of it; return False when the server takes none at all now."""
    token = current.set({**current.get(), "mail": row.pk, **({"case": row.case} if row.case else {})})
    reachable = True
    try:
        hand_over(row, line)
    except NotSent as problem:
        reachable = not problem.unreachable
        _put_back(row, str(problem), permanent=problem.permanent)
    except Exception as defect:  # one mail that cannot be built must not stop the others
        log.exception("mail %s could not be built", row.pk)
        _put_back(row, f"{type(defect).__name__}: {defect}"[:500], permanent=False)
    else:
        _note_sent(row)
        log.info("mail sent")
    finally:
        current.reset(token)
    return reachable


def deliver_one(email_id: int) -> None:
    """Send one mail if it is due and nobody has it."""
    row = claim(email_id=email_id)
    if row:
        with Line() as line:
            attempt(row, line)


def deliver_due(*, seconds: float = 8, due_since: timedelta = timedelta(0), helped: bool = False) -> int:
    """Send what is due, most urgent first, until nothing is left, time is up or the server is away; return how many.

    With `helped` other workers are asked to send along where many mails wait and the server takes them.
    """
    stop, tried = monotonic() + seconds, 0
    with Line() as line:
        while monotonic() < stop:
            row = claim(due_since=due_since)
            if row is None:
                break
            tried += 1
            if not attempt(row, line):
                break
            if helped and tried == 1:
                _call_helpers()
    return tried


def _call_helpers() -> None:
    """Ask for a helper for each crowd of mails that waits: only who claimed a mail sends it, however many there are."""
    waiting = OutgoingEmail.objects.due(Now())[: HELPERS * CROWD].count()
    for number in range(waiting // CROWD):
        wake("portal.mail.tasks.help_out", number, expires=10)  # the next sweep asks anew


def wipe_old_secrets() -> int:
    """Remove link and code of mails given up two weeks ago; by then both have expired."""
    if settings.DEMO:
        return 0
    long_ago = timezone.now() - SECRETS_OF_FAILED_MAIL
    failed = OutgoingEmail.objects.filter(state=State.FAILED, failed_at__lt=long_ago, secret__isnull=False)
    return failed.update(secret=None)


def _note_sent(row: OutgoingEmail) -> None:
    # whoever holds the lease by now: the server has taken the mail, and that is what counts
    secret = {} if settings.DEMO else {"secret": None}
    OutgoingEmail.objects.filter(pk=row.pk).exclude(state=State.SENT).update(
        state=State.SENT, sent_at=timezone.now(), failed_at=None, lease_until=None, last_error="", **secret
    )


def _put_back(row: OutgoingEmail, error: str, *, permanent: bool) -> None:
    wait, claimed_at = pause(row.attempts), (row.lease_until or timezone.now()) - LEASE
    mine = OutgoingEmail.objects.filter(pk=row.pk, state=State.SENDING, lease_until=row.lease_until)
    if permanent or claimed_at + wait > row.give_up_at:
        log.warning("mail %s given up after %d attempts", row.pk, row.attempts)
        mine.update(state=State.FAILED, failed_at=timezone.now(), lease_until=None, last_error=error)
    else:
        mine.update(state=State.QUEUED, next_at=Now() + wait, lease_until=None, last_error=error)


def pause(attempts: int) -> timedelta:
    """Return how long to wait after this many attempts: 30 s, 1 min, 2 min ... at most an hour."""
    doublings = int(2 ** min(attempts - 1, 10))
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
