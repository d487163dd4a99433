"""gunicorn's threaded worker, which gives a thread only to a request that has arrived whole.

As shipped, a connection takes one of the few threads while its sender dawdles: eight slow senders stop two processes
with four threads each. Here the main loop collects head and body without waiting; a thread sees a finished request.
"""

import re
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from socket import SHUT_WR, socket
from typing import Any

from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS, WHOLE_SECONDS = 10.0, 60.0
MOST_HEAD = 32 * 1024
MOST_BODY = 27 * 1024 * 1024  # five files of 5 MB, or a roster of 25 MB, and what stands around them
MOST_HELD = 128 * 1024 * 1024  # of all unfinished requests of one process together
_PART = 64 * 1024
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n)", re.IGNORECASE)
_CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    411: "Length Required",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Arrival:
    """What has come of one request so far; `size` is known once the head is complete."""

    def __init__(self) -> None:
        self.began, self.got, self.size, self.refused = time.monotonic(), bytearray(), 0, False

    @property
    def whole(self) -> bool:
        return bool(self.size) and len(self.got) >= self.size

    @property
    def late(self) -> bool:
        return time.monotonic() - self.began > (WHOLE_SECONDS if self.size else HEAD_SECONDS)

    def take(self, data: bytes) -> int:
        """Add what has come and return 0, or the status with which to refuse it."""
        looked = max(0, len(self.got) - len(_END))
        self.got += data
        if not self.size:
            end = self.got.find(_END, looked)
            if (end if end >= 0 else len(self.got)) > MOST_HEAD:
                return 431
            if end < 0:
                return 0
            head = bytes(self.got[: end + 2])
            if _CODED.search(
                head
            ):  # no browser sends a form in chunks; a second way to tell a length is a way to smuggle
                return 411
            length = max((int(found) for found in _LENGTH.findall(head)), default=0)  # two lengths: gunicorn refuses
            if length > MOST_BODY:
                return 413
            self.size = end + len(_END) + length
        # more than one request before the first is answered: no browser and no proxy of ours does that
        return 400 if self.got[self.size :].strip(b"\r\n") else 0


class Arrived(Unreader):  # type: ignore[misc]
    """Gives gunicorn's parser one request out of memory and then the end: no thread ever waits for a sender."""

    def __init__(self, got: bytearray) -> None:
        super().__init__()
        self.got, self.read_to = got, 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next part, b"" after the last."""
        part = bytes(self.got[self.read_to : self.read_to + _PART])
        self.read_to += len(part)
        return part


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """`gunicorn -k portal.patient.PatientWorker`, otherwise as gthread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[TConn, Arrival] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """Instead of handing a connection to a thread, wait for its request; called for new and for kept ones."""
        conn.sock.setblocking(False)
        self.arriving[conn] = Arrival()
        self.poller.register(conn.sock, EVENT_READ, partial(self._more, conn))

    def _more(self, conn: TConn, sock: socket) -> None:
        try:
            data = sock.recv(_PART)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
        elif not self.arriving[conn].refused:
            self._take(conn, data)

    def _take(self, conn: TConn, data: bytes) -> None:
        arrival = self.arriving[conn]
        status = arrival.take(data)
        if not status and len(arrival.got) > _PART and self._held() > MOST_HELD:
            status = 503
        if status:
            self._refuse(conn, status)
        elif arrival.whole:
            self._hand_over(conn)

    def _held(self) -> int:
        return sum(len(arrival.got) for arrival in self.arriving.values())

    def _hand_over(self, conn: TConn) -> None:
        arrival = self.arriving.pop(conn)
        self.poller.unregister(conn.sock)
        conn.init()
        conn.parser.unreader = Arrived(arrival.got[: arrival.size])
        conn.data_ready = True
        super().enqueue_req(conn)

    def _refuse(self, conn: TConn, status: int) -> None:
        """Answer at once, and go on reading for a while without keeping it: a sender who is cut off sees no answer."""
        arrival = self.arriving[conn] = Arrival()
        arrival.refused = True
        answer = f"HTTP/1.1 {status} {_REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        with suppress(OSError):
            conn.sock.send(answer.encode())
            conn.sock.shutdown(SHUT_WR)

    def _drop(self, conn: TConn) -> None:
        del self.arriving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close what takes too long to arrive; the main loop calls this every second or so."""
        super().murder_pending()
        for conn, arrival in list(self.arriving.items()):
            if arrival.late and arrival.got:
                self._refuse(conn, 408)
            elif arrival.late or not (self.alive or arrival.got):
                self._drop(conn)
