"""What screens ask of the outbox: the mails of a case, and sending one anew."""

from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.mail.compose import OutboxMessage
from portal.mail.models import OutgoingEmail, OutgoingEmailQuerySet, State
from portal.mail.transport import secret_of


def for_case(number: str) -> OutgoingEmailQuerySet:
    """Return the mails of one declaration, newest first."""
    return OutgoingEmail.objects.filter(case=number).order_by("-pk")


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
