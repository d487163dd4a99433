"""A real SMTP server on loopback that can be told to misbehave."""

import asyncio
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.controller import Controller

from portal.embedded import free_port

Mode = Literal["ok", "451", "550", "hang", "drop", "accept_then_hang"]


class SmtpSink:
    """ok takes the mail; 451 and 550 refuse for now and for good; hang never answers; drop closes the connection;
    accept_then_hang keeps the mail but never says so, which makes an honest sender send it again."""

    def __init__(self) -> None:
        self.mode: Mode = "ok"
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.attempts = self.greetings = 0
        self.port = free_port()
        self.controller: Controller | None = None

    @property
    def url(self) -> str:
        """Value for EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen (again)."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True)
        self.controller.start()

    def stop(self) -> None:
        """Stop listening: connections are refused."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    def wait_for(self, count: int, seconds: float = 60) -> list[EmailMessage]:
        """Return the messages as soon as there are `count` of them; fail after `seconds`."""
        deadline = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < deadline, f"{len(self.messages)} of {count} messages after {seconds} s"
            time.sleep(0.05)
        return self.messages

    def keep(self, recipients: list[str], content: bytes) -> None:
        """Store a mail that was taken, before its sender hears of it."""
        self.recipients.append(recipients)
        self.messages.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """aiosmtpd calls this once in a dialogue."""
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd calls this with a whole message."""
        self.attempts += 1
        mode = self.mode
        if mode in ("451", "550"):
            return f"{mode} told to refuse"
        if mode == "drop":
            server.transport.abort()
            return "421 dropped"
        if mode != "hang":
            self.keep(list(envelope.rcpt_tos), envelope.content)
        if mode in ("hang", "accept_then_hang"):
            while self.mode == mode and self.controller is not None:
                await asyncio.sleep(0.1)
            server.transport.abort()
            return "421 hung"
        return "250 taken"
