"""`Fetcher.get`: one page from an allow-listed host, over HTTPS, within limits of hops, bytes and seconds."""

import http.client
import re
import ssl
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from portal.fetch import wire
from portal.fetch.problems import FetchProblem, Kind

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_URL = re.compile(r"https://[\x21-\x7e]+", re.IGNORECASE)
_CHUNK = 16_384
_LONGEST_URL = 2_000
_LONGEST_WAIT = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Limits:
    bytes: int = 2_000_000  # before and after unpacking
    seconds: float = 10.0  # for everything: name, connection, hops, body
    hops: int = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What arrived; `url` is the page that answered in the end."""

    url: str
    body: bytes
    content_type: str
    charset: str


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Reads pages of these hosts only. `resolve` and `connect` are parameters so that tests can stand in for a net."""

    hosts: frozenset[str]
    user_agent: str
    limits: Limits = field(default_factory=Limits)
    resolve: wire.Resolve = wire.resolve
    connect: wire.Connect = wire.connect
    context: ssl.SSLContext = field(default_factory=wire.tls_context)

    def get(self, url: str, *, types: Collection[str]) -> Answer:
        """Return the page; raise FetchProblem for everything else. Cookies and credentials are never sent."""
        deadline = wire.Deadline(self.limits.seconds)
        for _hop in range(self.limits.hops + 1):
            answer = self._one(url, types, deadline)
            if isinstance(answer, Answer):
                return answer
            url = urljoin(url, answer)
        raise FetchProblem(Kind.REDIRECTS, "too many")

    def _one(self, url: str, types: Collection[str], deadline: wire.Deadline) -> Answer | str:
        """Return the answer of one address, or where it points to."""
        host, target = self._checked(url)
        connection = wire.open_pinned(host, self.resolve, self.connect, self.context, deadline)
        try:
            connection.request("GET", target, headers=self._headers())
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                return self._location(response)
            return self._answer(url, response, types, deadline)
        except TimeoutError as error:
            raise FetchProblem(Kind.TIME) from error
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise FetchProblem(Kind.PROTOCOL, type(error).__name__) from error
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        return {
            "User-Agent": self.user_agent,
            "Accept-Encoding": "gzip, identity",
            "Accept-Language": "id",
            "Connection": "close",
        }

    def _checked(self, url: str) -> tuple[str, str]:
        """Return host and target of an address we may open."""
        try:
            parts = urlsplit(url) if len(url) <= _LONGEST_URL and _URL.fullmatch(url) else None
            usable = parts is not None and parts.port in (None, wire.PORT) and "@" not in parts.netloc
        except ValueError:
            parts, usable = None, False
        if parts is None or not usable or "\\" in url or parts.hostname not in self.hosts:
            raise FetchProblem(Kind.ADDRESS_OF_PAGE)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return parts.hostname or "", target

    def _location(self, response: http.client.HTTPResponse) -> str:
        location = response.headers.get_all("Location") or []
        if len(location) != 1 or not location[0].strip():
            raise FetchProblem(Kind.REDIRECTS, "no single target")
        return location[0].strip()

    def _answer(
        self, url: str, response: http.client.HTTPResponse, types: Collection[str], deadline: wire.Deadline
    ) -> Answer:
        if response.status != 200:
            raise FetchProblem(
                Kind.STATUS, status=response.status, retry_after=_wait(response.getheader("Retry-After"))
            )
        kind = response.headers.get_content_type() if response.headers.get("Content-Type") else ""
        if kind not in types:
            raise FetchProblem(Kind.TYPE, kind[:80])
        packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
        if packing not in ("identity", "gzip"):
            raise FetchProblem(Kind.ENCODING, packing[:40])
        length = response.getheader("Content-Length") or ""
        if length.isascii() and length.isdigit() and len(length) > 12 or (response.length or 0) > self.limits.bytes:
            raise FetchProblem(Kind.SIZE, "announced")
        body = self._body(response, deadline)
        body = self._unpacked(body) if packing == "gzip" else body
        return Answer(url, body, kind, (response.headers.get_content_charset() or "utf-8")[:40])

    def _body(self, response: http.client.HTTPResponse, deadline: wire.Deadline) -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := response.read1(_CHUNK):
            deadline.left()
            size += len(chunk)
            if size > self.limits.bytes:
                raise FetchProblem(Kind.SIZE)
            parts.append(chunk)
        if response.length:  # fewer bytes than announced: the connection was cut
            raise FetchProblem(Kind.PROTOCOL, "cut off")
        return b"".join(parts)

    def _unpacked(self, packed: bytes) -> bytes:
        """Unpack no further than the limit; a stream of several members, or one that is cut, is not accepted."""
        stream = zlib.decompressobj(wbits=31)
        try:
            body = stream.decompress(packed, self.limits.bytes + 1)
        except zlib.error as error:
            raise FetchProblem(Kind.ENCODING, "gzip") from error
        if len(body) > self.limits.bytes:
            raise FetchProblem(Kind.SIZE, "unpacked")
        if not stream.eof or stream.unused_data:
            raise FetchProblem(Kind.ENCODING, "gzip")
        return body


def _wait(text: str | None) -> int:
    """Return the seconds of a Retry-After header, given as a number or a date; 0 when there is none to follow."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, min(int((until - datetime.now(UTC)).total_seconds()), _LONGEST_WAIT))
