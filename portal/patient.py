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
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from portal.limits import LARGEST_BODY

HEAD_SECONDS, WHOLE_SECONDS = 10.0, 60.0
SLOWEST = 500_000  # bytes a second: a large file has this much more time; the front ends it after five minutes
MOST_HEAD = 32 * 1024
MOST_HELD = 256 * 1024 * 1024  # of all unfinished requests of one process together
IN_MEMORY = 1024 * 1024  # of one body; the rest waits in a temporary file
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
    """What has come of one request so far."""

    def __init__(self) -> None:
        self.began, self.refused = time.monotonic(), False
        self.head = bytearray()
        self.body: SpooledTemporaryFile[bytes] | None = None  # once the head is complete
        self.missing = self.held = self.length = 0  # bytes

    @property
    def whole(self) -> bool:
        return self.body is not None and self.missing == 0

    @property
    def late(self) -> bool:
        allowed = WHOLE_SECONDS + self.length // SLOWEST if self.body else HEAD_SECONDS
        return time.monotonic() - self.began > allowed

    def take(self, data: bytes) -> int:
        """Add what has come and return 0, or the status with which to refuse it."""
        self.held += len(data)
        if self.body is not None:
            return self._more(data)
        looked = max(0, len(self.head) - len(_END))
        self.head += data
        end = self.head.find(_END, looked)
        if (end if end >= 0 else len(self.head)) > MOST_HEAD:
            return 431
        if end < 0:
            return 0
        lines, rest = bytes(self.head[: end + 2]), bytes(self.head[end + len(_END) :])
        if _CODED.search(lines):  # no browser sends forms in chunks, and two ways to tell a length invite smuggling
            return 411
        self.length = max((int(found) for found in _LENGTH.findall(lines)), default=0)  # two lengths: gunicorn refuses
        self.missing = self.length
        if self.missing > LARGEST_BODY:
            return 413
        del self.head[end + len(_END) :]
        self.body = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  it goes with its request
        return self._more(rest)

    def _more(self, data: bytes) -> int:
        assert self.body is not None
        self.body.write(data[: self.missing])
        surplus, self.missing = data[self.missing :], max(0, self.missing - len(data))
        if self.whole:
            self.body.seek(0)  # here, for it writes the rest out: no room shows while the request can still be refused
        # more than one request before the first is answered: no browser and no proxy of ours does that
        return 400 if surplus.strip(b"\r\n") else 0


class Arrived(Unreader):  # type: ignore[misc]
    """Gives gunicorn's parser one request that is here, and then the end: no thread ever waits for a sender."""

    def __init__(self, head: bytes, body: "SpooledTemporaryFile[bytes]") -> None:
        super().__init__()
        self.head, self.body = head, body

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next part, b"" after the last."""
        head, self.head = self.head, b""
        return head or self.body.read(_PART)


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
        try:
            status = arrival.take(data)
        except OSError:  # no room for its body: this request ends, not the process with all that it serves
            status = 503
        if not status and arrival.held > _PART and sum(each.held for each in self.arriving.values()) > MOST_HELD:
            status = 503
        if status:
            self._refuse(conn, status)
        elif arrival.whole:
            self._hand_over(conn)

    def _hand_over(self, conn: TConn) -> None:
        arrival = self.arriving.pop(conn)
        self.poller.unregister(conn.sock)
        conn.init()
        assert arrival.body is not None
        conn.parser.unreader = Arrived(bytes(arrival.head), arrival.body)
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
            if arrival.late and arrival.held:
                self._refuse(conn, 408)
            elif arrival.late or not (self.alive or arrival.held):
                self._drop(conn)
