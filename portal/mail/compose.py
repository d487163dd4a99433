"""Build a mail from its templates and store it with the deed that owes it."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.template import Context, Engine
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import clock
from portal.crypto import seal
from portal.mail import reader
from portal.mail.models import OutgoingEmail, Priority, State
from portal.mail.transport import LANGUAGE, sender
from portal.wake import wake

KEEP_TRYING = timedelta(hours=72)
PLACEHOLDERS = frozenset({"link", "code"})
Inserts = Callable[[str], Mapping[str, str]]
_inserts: list[Inserts] = []


class OutsideTransaction(RuntimeError):
    """A mail was sent where no transaction is open: it could go out although its deed is rolled back."""

    def __init__(self) -> None:
        super().__init__("Send mail inside transaction.atomic(), together with the deed that it tells about.")


def ask_for_inserts(source: Inserts) -> None:
    """Say who knows, by the name of a mail, what stands at its four named places in the active language."""
    _inserts[:] = [source]


def inside_transaction() -> bool:
    """Return whether a transaction of the caller is open; the one a test runs in does not count."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


@dataclass(slots=True)
class OutboxMessage:
    """A mail that is rendered but not yet stored; `send` stores it."""

    key: str
    to: str
    subject: str
    text: str
    purpose: str
    html: str = ""
    case: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] | None = None
    not_before: datetime | None = None
    bulk: bool = False
    resend_of: OutgoingEmail | None = None

    def send(self) -> OutgoingEmail:
        """Store the mail and wake a worker on commit; a key that exists already is the same mail, not a second one.

        Mail in bulk wakes nobody: the sweep takes it every ten seconds, after all other mail.
        """
        if not inside_transaction():
            raise OutsideTransaction
        problem = _unusable(self.to)
        now = timezone.now()
        due = max(now, self.not_before) if self.not_before else now
        row = OutgoingEmail(
            key=self.key,
            message_id=message_id(self.key),
            case=self.case,
            purpose=self.purpose,
            to="" if problem else self.to,
            subject=one_line(self.subject),
            text=self.text,
            html=self.html,
            headers=thread_headers(self.case) | self.headers,
            secret=seal(dict(self.secret)) if self.secret else None,
            priority=Priority.BULK if self.bulk else Priority.DIRECT,
            state=State.FAILED if problem else State.QUEUED,
            failed_at=now if problem else None,
            last_error=problem,
            next_at=due,
            give_up_at=due + KEEP_TRYING,
            created_at=clock.now(),
            resend_of=self.resend_of,
        )
        # an update of nothing would return the key at once, but lock a row that exists already until the deed is done
        OutgoingEmail.objects.bulk_create([row], ignore_conflicts=True)
        row = OutgoingEmail.objects.get(key=self.key)
        # hundreds of calls for bulk would hold up a link
        if row.state == State.QUEUED and row.next_at <= now and not self.bulk:
            transaction.on_commit(partial(wake, "portal.mail.tasks.deliver", row.pk), robust=True)
        return row


def compose(
    name: str,
    to: str,
    context: Mapping[str, Any],
    *,
    key: str,
    purpose: str,
    case: str = "",
    secret: Mapping[str, str] | None = None,
    not_before: datetime | None = None,
    bulk: bool = False,
    language: str = "",
) -> OutboxMessage:
    """Render templates/emails/<name>/ in the language of its reader (portal.mail.reader); `.send()` stores it.

    The templates write [[link]] and [[code]] where `secret` has "link" and "code": the row keeps the placeholders.
    Mail that the clock causes passes `not_before=clock.next_mail_hour(...)`; `bulk` lets other mail overtake it.
    """
    if secret and not PLACEHOLDERS.issuperset(secret):
        raise ValueError(f"Only {sorted(PLACEHOLDERS)} can be secret, not {sorted(secret)}.")
    shared: dict[str, Any] = {
        "demo": settings.DEMO,
        "portal_url": settings.PORTAL_URL,
        "portal_host": settings.PORTAL_URL.partition("://")[2],
        "number": case,
    }
    language = language or reader.language()
    with translation.override(language):
        shared["language"] = language
        shared["inserts"] = _inserts[0](name)
        subject = one_line(_render(f"{name}/subject.txt", shared | dict(context)))
        values = shared | {"subject": subject} | dict(context)
        return OutboxMessage(
            key=key,
            to=to,
            subject=subject,
            text=_tidy(_render(f"{name}/body.txt", values)),
            html=_render(f"{name}/body.html", values, escape=True).strip() + "\n",
            purpose=purpose,
            case=case,
            headers={} if language == reader.DEFAULT else {LANGUAGE: language},
            secret=secret,
            not_before=not_before,
            bulk=bulk,
        )


def _render(path: str, values: dict[str, Any], *, escape: bool = False) -> str:
    template = Engine.get_default().get_template(f"emails/{path}")
    return template.render(Context(values, autoescape=escape))


def _tidy(text: str) -> str:
    """Return the text without the holes that template tags leave."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def one_line(text: str) -> str:
    """Return the text in NFC as one line without control and direction marks, at most 200 characters."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))[:200]


def _unusable(address: str) -> str:
    """Return why no mail can go to this address, nothing if it can."""
    if not address:
        return _("Penerima belum mempunyai alamat email.")
    try:
        validate_email(address)
        address.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        return _("Alamat email penerima tidak sah.")
    return ""


def message_id(key: str) -> str:
    """Return the Message-ID that belongs to a key: every copy of the mail carries the same one."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender().rpartition('@')[2]}>"


def thread_headers(case: str) -> dict[str, str]:
    """Return the headers that gather all mails of a case in one conversation."""
    if not case:
        return {}
    root = message_id(f"case:{case}")
    return {"In-Reply-To": root, "References": root}
