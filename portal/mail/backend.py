"""`OutboxBackend`: Django's send_mail() and libraries write to the outbox like everything else."""

from collections.abc import Sequence
from email.utils import parseaddr
from uuid import uuid4

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from portal.mail.compose import OutboxMessage


class OutboxBackend(BaseEmailBackend):
    """Stores one row per recipient in the transaction that is open; without one it refuses."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.attachments:
                raise ValueError("The outbox sends no attachments: put the file behind the login and mail its address.")
            for recipient in message.recipients():
                _message(message, recipient).send()
        return len(email_messages)


def _message(message: EmailMessage, recipient: str) -> OutboxMessage:
    html = ""
    if isinstance(message, EmailMultiAlternatives):
        html = next((str(body) for body, kind in message.alternatives if kind == "text/html"), "")
    return OutboxMessage(
        key=f"mail.{uuid4()}",
        to=parseaddr(recipient)[1],
        subject=str(message.subject),
        text=str(message.body),
        html=html,
        purpose="general",
    )
