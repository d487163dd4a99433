"""A loopback mail server for `make run`: it takes every mail, so that worker, retry and states are real."""

import argparse
import signal
import threading
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """Takes a mail and forgets it; the log keeps its Message-ID only, the portal keeps the mail itself."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """aiosmtpd calls this with a whole message."""
        print("taken", message_from_bytes(envelope.content)["Message-ID"], flush=True)
        return "250 taken"


def main() -> None:
    """Listen until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    controller = Controller(Sink(), hostname="127.0.0.1", port=parser.parse_args().port, enable_SMTPUTF8=True)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signum, _frame: ended.set())
    controller.start()
    ended.wait()
    controller.stop()


if __name__ == "__main__":
    main()
