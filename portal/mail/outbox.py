"""What screens ask of the outbox: the mails of a case, and sending one anew."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.errors import Refused
from portal.mail.compose import OutboxMessage
from portal.mail.models import Hold, OutgoingEmail, OutgoingEmailQuerySet, State
from portal.mail.transport import secret_of

NOT_AGAIN = gettext_noop(
    "Tidak dikirim lagi: masih menunggu ketika semua email ditahan, lalu dilepas tanpa dikirim. "
    "Bila portal waktu itu dipulihkan dari cadangan, email ini mungkin sudah terkirim sebelumnya."
)


def for_case(number: str) -> OutgoingEmailQuerySet:
    """Return the mails of one declaration, newest first."""
    return OutgoingEmail.objects.filter(case=number).order_by("-pk")


def hold() -> Hold:
    """Keep all mail back, in the caller's transaction, until somebody releases it."""
    return Hold.objects.get_or_create(pk=1, defaults={"since": timezone.now()})[0]


def held_since() -> datetime | None:
    """Return since when all mail is kept back, or None."""
    return Hold.objects.values_list("since", flat=True).first()


def held_back() -> OutgoingEmailQuerySet:
    """Return the mails that were waiting when the hold began; the world may have received them already."""
    since = held_since()
    waiting = OutgoingEmail.objects.filter(state__in=(State.QUEUED, State.SENDING))
    return waiting.filter(created_at__lte=since) if since else waiting.none()


def release(*, drop: bool) -> int:
    """Let mail go again; with `drop` what waited when the hold began is given up, in words. Return how many were."""
    given_up = 0
    if drop:
        given_up = held_back().update(
            state=State.FAILED, failed_at=timezone.now(), lease_until=None, last_error=NOT_AGAIN
        )
    Hold.objects.all().delete()
    return given_up


def resend(email: OutgoingEmail, *, to: str = "") -> OutgoingEmail:
    """Send a settled mail anew as a row of its own, to the same or a corrected address; the old row stays as it is."""
    if email.state in (State.QUEUED, State.SENDING):
        raise Refused(_("Email ini masih menunggu dikirim; tidak perlu dikirim ulang."))
    if email.secret is None and ("[[link]]" in email.text or "[[code]]" in email.text):
        raise Refused(_("Tautan atau kode dalam email ini sudah dihapus. Mohon kirim tautan baru dari halaman kasus."))
    return OutboxMessage(
        key=f"{email.key[:100]}.r{email.resends.count() + 1}",
        to=to or email.to,
        subject=email.subject,
        text=email.text,
        html=email.html,
        purpose=email.purpose,
        case=email.case,
        headers=email.headers,
        secret=secret_of(email) or None,
        resend_of=email,
    ).send()
