"""A mail server as a process: it writes every mail it takes into a journal and misbehaves as its mode file says."""

import argparse
import json
import re
import signal
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from tests.smtp import Mode, SmtpSink

JOURNAL, MODE = "mails.jsonl", "mail-mode"
_LINK, _NUMBER = re.compile(r"https?://[^\s<>\"]+"), re.compile(r"DK-\d{4}-\d{5,7}-\d")


@dataclass(frozen=True, slots=True)
class Mail:
    """One copy of a mail as the server took it.

    `at` is Unix time, `case` the first number of a declaration in it, `mode` how the server behaved towards it.
    """

    at: float
    id: str
    to: str
    subject: str
    case: str
    links: list[str]
    mode: str


class JournalSink(SmtpSink):
    """Asks a file for its mode at each mail; a mail is in the journal before its sender hears 250."""

    def __init__(self, port: int, folder: Path) -> None:
        self.folder = folder
        super().__init__()
        self.port = port
        self.journal = (folder / JOURNAL).open("a", buffering=1)

    @property
    def mode(self) -> Mode:
        try:
            return cast(Mode, (self.folder / MODE).read_text().strip() or "ok")
        except FileNotFoundError:
            return "ok"

    @mode.setter
    def mode(self, value: Mode) -> None:
        """The file decides; what the base class starts with is what a missing file means."""

    def keep(self, recipients: list[str], content: bytes) -> None:
        message = cast(EmailMessage, message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        subject = str(message["Subject"])
        number = _NUMBER.search(f"{subject}\n{text}")
        line = {
            "at": time.time(),
            "id": str(message["Message-ID"]),
            "to": recipients[0],
            "subject": subject,
            "case": number[0] if number else "",
            "links": _LINK.findall(text),
            "mode": self.mode,
        }
        self.journal.write(json.dumps(line) + "\n")


def read_journal(folder: Path, start: int = 0) -> tuple[list[Mail], int]:
    """Return what was taken, oldest first, from a place in the journal on, and the place where to go on reading.

    A line cut by kill -9 is a mail nobody was told of; the next line stands behind it.
    """
    path = folder / JOURNAL
    if not path.exists():
        return [], 0
    with path.open("rb") as journal:
        journal.seek(start)
        whole = journal.read().rpartition(b"\n")[0]
    lines = whole.decode(errors="replace").splitlines()
    end = start + len(whole) + 1 if whole else start
    return [Mail(**json.loads(line)) for line in lines if line.startswith("{") and line.endswith("}")], end


def main() -> None:
    """Listen until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    sink = JournalSink(options.port, options.folder)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signum, _frame: ended.set())
    sink.start()
    ended.wait()
    sink.stop()


if __name__ == "__main__":
    main()
