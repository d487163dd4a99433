"""Hand mails to the SMTP server, each within 30 seconds, and tell refusals for good from those worth another try."""

import smtplib
import socket
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from threading import Timer
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils.html import escape
from django.utils.translation import gettext_noop

from portal.crypto import unseal
from portal.mail.models import OutgoingEmail

TOTAL = 30.0
MOST_ON_ONE_LINE = 50  # servers end longer dialogues by themselves
LANGUAGE = "Content-Language"
NOT_THE_REAL_ONE = gettext_noop("Instalasi percobaan ini hanya mengirim ke alamat dalam MAIL_ONLY_TO.")


class NotSent(Exception):
    """The server did not take the mail; `permanent`: it never will, `unreachable`: it takes none at all now."""

    def __init__(self, message: str, *, permanent: bool = False, unreachable: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unreachable = unreachable


def fill(text: str, secret: dict[str, str], *, html: bool = False) -> str:
    """Put link and code in the place of their placeholders."""
    for name, value in secret.items():
        text = text.replace(f"[[{name}]]", escape(value) if html else value)
    return text


def secret_of(row: OutgoingEmail) -> dict[str, str]:
    """Return link and code of a mail; empty when it has none or they are wiped."""
    secret: dict[str, str] = unseal(row.secret) if row.secret else {}
    return secret


def build(row: OutgoingEmail) -> bytes:
    """Return the finished message: text first, then HTML, every header from the row."""
    secret = secret_of(row)
    message = EmailMessage()
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = row.to
    message["Subject"] = row.subject
    message["Date"] = formatdate()
    message["Message-ID"] = row.message_id
    message["Auto-Submitted"] = "auto-generated"
    for name, value in row.headers.items():
        if name != LANGUAGE:
            message[name] = value
    message.set_content(fill(row.text, secret), cte="quoted-printable")
    if row.html:
        message.add_alternative(fill(row.html, secret, html=True), subtype="html", cte="quoted-printable")
    message[LANGUAGE] = row.headers.get(LANGUAGE, "id")  # last: setting a body clears the Content-* headers
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


class _Timed(smtplib.SMTP):
    """A dialogue with an end: a server that drips single bytes never trips a socket's own time-out."""

    watchdog: Timer | None = None

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        self.watch()
        return super().connect(*args, **kwargs)

    def watch(self) -> None:
        """Give what comes now TOTAL seconds."""
        self._unwatch()
        self.watchdog = Timer(TOTAL, self._abort)
        self.watchdog.daemon = True
        self.watchdog.start()

    def _unwatch(self) -> None:
        if self.watchdog is not None:
            self.watchdog.cancel()

    def _abort(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._unwatch()
        super().close()


class _TimedSSL(_Timed, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TimedSSL if self.use_ssl else _Timed


def may_reach(address: str) -> bool:
    """Whether this installation may write to the address: one that is not the real one writes to a list only."""
    allowed: list[str] = settings.MAIL_ONLY_TO
    domain = address.rpartition("@")[2].lower()
    return not allowed or any(
        address.lower() == entry.lower() if "@" in entry else f".{domain}".endswith(f".{entry.lower().lstrip('.')}")
        for entry in allowed
    )


def sender() -> str:
    """Return the envelope sender: the bare address of DEFAULT_FROM_EMAIL."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


class Line:
    """One dialogue with the server for the mails of a sweep: greeting takes longest, and servers count connections."""

    def __init__(self) -> None:
        self.server: _Timed | None = None
        self.carried = 0

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()

    def ready(self) -> _Timed:
        """Return the dialogue, greeted anew where the old one is worn out or silent; NotSent if nobody answers."""
        if self.server is not None and (self.carried >= MOST_ON_ONE_LINE or not self._answers(self.server)):
            self.hang_up()
        if self.server is None:
            self.server, self.carried = _greet(), 0
        self.carried += 1
        return self.server

    @staticmethod
    def _answers(server: _Timed) -> bool:
        server.watch()
        try:
            return server.rset()[0] == 250
        except OSError:
            return False

    def hang_up(self) -> None:
        """Close without waiting: what the server says after its 250 changes nothing."""
        if self.server is None:
            return
        server, self.server = self.server, None
        try:
            if server.sock is not None:
                server.sock.settimeout(1)
                server.quit()
        except OSError:
            server.close()


def _greet() -> _Timed:
    transport: dict[str, Any] = settings.EMAIL_TRANSPORT
    backend = _Backend(fail_silently=False, **transport)
    try:
        backend.open()
    except OSError as error:  # every error of smtplib is one
        raise NotSent(_words(error), unreachable=True) from error
    server = backend.connection
    assert isinstance(server, _Timed)
    assert server.sock is not None
    server.sock.settimeout(TOTAL)
    return server


def hand_over(row: OutgoingEmail, line: Line) -> None:
    """Return when the server has taken the mail; raise NotSent otherwise."""
    if not may_reach(row.to):
        raise NotSent(NOT_THE_REAL_ONE, permanent=True)
    content = build(row)
    server = line.ready()
    try:
        server.sendmail(sender(), [row.to], content)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = error.recipients[row.to]
        raise NotSent(_answer(code, answer), permanent=code >= 500) from error
    except smtplib.SMTPDataError as error:
        raise NotSent(_words(error), permanent=error.smtp_code >= 500) from error
    except OSError as error:
        # the mail may have arrived all the same: it is tried again, a copy carries the same Message-ID
        line.hang_up()
        broken_off = not isinstance(error, smtplib.SMTPResponseException)
        raise NotSent(_words(error), unreachable=broken_off) from error


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {text}"[:500]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:500]
