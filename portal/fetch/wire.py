"""One HTTPS request on a connection to an address that was checked before; every wait ends at the deadline."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from typing import Any

from portal.fetch.addresses import is_public
from portal.fetch.problems import FetchProblem, Kind

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]
PORT = 443
_MOST_ADDRESSES = 20
_TRIES = 2
_resolvers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the system's order, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """Open a TCP connection to a literal address: no name is resolved here a second time."""
    return socket.create_connection((address, port), timeout=timeout)


class Deadline:
    """The moment by which everything about one page is over."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; raise FetchProblem when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise FetchProblem(Kind.TIME)
        return left


class _TimedSocket(ssl.SSLSocket):
    """A server that sends one byte now and then would restart an ordinary timeout with each of them."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **options: Any) -> int:
        if self.deadline is not None:
            self.settimeout(self.deadline.left())
        return super().recv_into(*args, **options)


def tls_context() -> ssl.SSLContext:
    """Return a context that checks certificate and host name against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TimedSocket
    return context


class Pinned(http.client.HTTPSConnection):
    """A connection to one checked address; the certificate must be that of the host."""

    def __init__(self, host: str, address: str, *, connect: Connect, context: ssl.SSLContext, deadline: Deadline):
        super().__init__(host, PORT, context=context)
        self._address, self._open, self._tls, self._deadline = address, connect, context, deadline

    def connect(self) -> None:
        raw = self._open(self._address, PORT, self._deadline.left())
        try:
            raw.settimeout(self._deadline.left())
            secured = self._tls.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
        if isinstance(secured, _TimedSocket):
            secured.deadline = self._deadline
        self.sock = secured


def checked_addresses(host: str, find: Resolve, deadline: Deadline) -> list[str]:
    """Return the addresses of a host; one that is not public among them spoils them all."""
    try:
        found = list(_resolvers.submit(find, host, PORT).result(timeout=deadline.left()))
    except Late as error:
        raise FetchProblem(Kind.TIME, "dns") from error
    except (OSError, UnicodeError) as error:
        raise FetchProblem(Kind.DNS, type(error).__name__) from error
    if not found or len(found) > _MOST_ADDRESSES:
        raise FetchProblem(Kind.DNS, "no usable list of addresses")
    if not all(is_public(address) for address in found):
        raise FetchProblem(Kind.PRIVATE, host)
    return found


def open_pinned(host: str, find: Resolve, opener: Connect, context: ssl.SSLContext, deadline: Deadline) -> Pinned:
    """Return a connection to the first checked address that answers."""
    problem = FetchProblem(Kind.CONNECT)
    for address in checked_addresses(host, find, deadline)[:_TRIES]:
        connection = Pinned(host, address, connect=opener, context=context, deadline=deadline)
        try:
            connection.connect()
        except ssl.SSLError as error:  # also a certificate for another name
            raise FetchProblem(Kind.TLS, type(error).__name__) from error
        except TimeoutError:
            problem = FetchProblem(Kind.TIME, "connect")
        except OSError as error:
            problem = FetchProblem(Kind.CONNECT, type(error).__name__)
        else:
            return connection
    raise problem
