"""A real HTTPS server that speaks like the platform, and a net in which every public address leads to it."""

import gzip
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.fetch import Fetcher, Limits
from portal.fetch.wire import tls_context

PUBLIC, PUBLIC_TOO = "142.250.4.91", "2404:6800:4003:c0f::5b"
ID = "UCabcdefghijklmnopqrstuv"
OTHER_ID = "UCzyxwvutsrqponmlkjihgfe"
HOST = "www.youtube.com"
# OpenSSL looks at the machine's own clock, whatever day a test pretends
_FROM, _VALID = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=36_000)
Respond = Callable[["Request"], None]


class Authority:
    """A test CA; `context` serves a certificate for one name, `trust` is a client that trusts this CA only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.cert = self._signed("Uji CA", self.key, ca=True)
        self.pem = self.cert.public_bytes(serialization.Encoding.PEM).decode()

    def _signed(self, name: str, key: Any, *, ca: bool, until: timedelta = _VALID) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if ca else self.cert.subject
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_FROM)
            .not_valid_after(_FROM + until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return built.sign(self.key, hashes.SHA256())

    def context(self, name: str = HOST, until: timedelta = _VALID) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        cert = self._signed(name, key, ca=False, until=until)
        path = self.folder / f"{name}{until.days}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(secret + cert.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def trust(self) -> ssl.SSLContext:
        context = tls_context()
        context.load_verify_locations(cadata=self.pem)
        return context


class Request(BaseHTTPRequestHandler):
    """One request; `answer` decides by path what to say."""

    protocol_version = "HTTP/1.1"
    platform: "Platform"

    def do_GET(self) -> None:
        self.platform.log.append(f"{self.headers['Host']} {self.path}")
        self.platform.seen.append(dict(self.headers))
        self.close_connection = True
        with suppress(OSError):  # the client has had enough
            self.platform.respond(self)

    def say(
        self,
        body: bytes | str,
        kind: str | None = "text/xml; charset=UTF-8",
        status: int = 200,
        length: int | None = None,
        **headers: str,
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response_only(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def raw(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        pass  # refused handshakes are what the tests are about


@dataclass
class Platform:
    """The server with its log, and the stand-ins for name service and network."""

    authority: Authority
    respond: Respond
    addresses: Sequence[str] = (PUBLIC,)
    log: list[str] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str = HOST, until: timedelta = _VALID) -> Self:
        handler = type("Handler", (Request,), {"platform": self})
        self.server = Server(("127.0.0.1", 0), handler)
        self.server.socket = self.authority.context(name, until).wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def close(self) -> None:
        self.stop.set()
        self.server.shutdown()
        self.server.server_close()

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.addresses

    def connect(self, address: str, port: int, timeout: float) -> socket.socket:
        assert port == 443
        ipaddress.ip_address(address)  # a checked literal, never a name
        self.opened.append(address)
        return socket.create_connection(("127.0.0.1", self.server.server_port), timeout=timeout)

    def fetcher(self, **limits: Any) -> Fetcher:
        return Fetcher(
            frozenset({HOST, "youtube.com", "m.youtube.com"}),
            "Uji/1.0 (+http://localhost:8000)",
            Limits(**{"seconds": 3.0, **limits}),
            self.resolve,
            self.connect,
            self.authority.trust(),
        )


def entry(video: str, at: str, title: str = "Pecahan", text: str = "", owner: str = ID) -> str:
    return (
        f"<entry><id>yt:video:{video}</id><yt:videoId>{video}</yt:videoId><yt:channelId>{owner}</yt:channelId>"
        f"<title>{title}</title><author><name>Kelas</name><uri>https://www.youtube.com/channel/{owner}</uri></author>"
        f"<published>{at}</published><media:group><media:description>{text}</media:description></media:group></entry>"
    )


def feed(*entries: str, owner: str = ID, title: str = "Kelas Rahmi", uri: bool = True, plain: str = "") -> str:
    author = f"<author><name>x</name><uri>https://www.youtube.com/channel/{owner}</uri></author>" if uri else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">'
        f"<yt:channelId>{plain or owner[2:]}</yt:channelId><title>{title}</title>{author}{''.join(entries)}</feed>"
    )


def page(owner: str = ID, handle: str = "kelas.rahmi", text: str = "Belajar") -> str:
    return (
        f'<!DOCTYPE html><html><head><title>x</title></head><body><link rel="canonical" '
        f'href="https://www.youtube.com/channel/{owner}"><link rel="alternate" type="application/rss+xml" '
        f'href="https://www.youtube.com/feeds/videos.xml?channel_id={owner}"><meta property="og:title" content="Kelas">'
        f'<meta property="og:description" content="{text}"><script>var d = {{"vanityChannelUrl":'
        f'"http://www.youtube.com/@{handle}"}};</script></body></html>'
    )


def speaks(*, feed_text: str | None = None, page_text: str | None = None, author: str = "") -> Respond:
    """Return a well-behaved platform with these two pages."""

    def respond(request: Request) -> None:
        if request.path.startswith("/feeds/videos.xml"):
            request.say(feed() if feed_text is None else feed_text)
        elif request.path.startswith("/oembed"):
            name = author or "kelas.rahmi"
            request.say(f'{{"author_name": "Y", "author_url": "https://www.youtube.com/@{name}"}}', "application/json")
        else:
            request.say(page() if page_text is None else page_text, "text/html; charset=utf-8")

    return respond


def packed(data: bytes) -> bytes:
    return gzip.compress(data)
