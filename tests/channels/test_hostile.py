"""What a hostile or broken platform may answer: nothing of it leads elsewhere, hangs, fills memory or is believed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from declarations.feeds.atom import parse_feed
from declarations.feeds.reading import read_channel
from portal.fetch import FetchProblem, Kind
from portal.fetch.addresses import is_public
from portal.fetch.wire import Deadline, checked_addresses
from tests.channels.platform import HOST, ID, OTHER_ID, PUBLIC, PUBLIC_TOO, Request, entry, feed, packed, page, speaks

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>&d;</title></feed>'
)
OUTSIDE = '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed xmlns="http://www.w3.org/2005/Atom">&x;</feed>'
DTD = f'<!DOCTYPE feed SYSTEM "http://127.0.0.1/x.dtd">{feed().partition("?>")[2]}'
QUADRATIC = f'<!DOCTYPE f [<!ENTITY a "{"x" * 50_000}">]><feed xmlns="http://www.w3.org/2005/Atom">{"&a;" * 999}</feed>'


def to(target: str, status: int = 302) -> Callable[[Request], None]:
    return lambda request: request.say("", None, status, Location=target)


def body(text: str | bytes, kind: str | None = "text/xml", **headers: Any) -> Callable[[Request], None]:
    return lambda request: request.say(text, kind, **headers)


def raw(data: bytes) -> Callable[[Request], None]:
    return lambda request: request.raw(data)


def endless(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    while not request.platform.stop.is_set():
        request.raw(b"<!-- " + b"x" * 60_000 + b" -->")


def dripping(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n")
    while not request.platform.stop.wait(0.05):
        request.raw(b"x")


def dripping_header(request: Request) -> None:
    request.raw(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not request.platform.stop.wait(0.05):
        request.raw(b"x")


def silent(request: Request) -> None:
    request.platform.stop.wait(3)


def continued(request: Request) -> None:
    while not request.platform.stop.is_set():
        request.raw(b"HTTP/1.1 100 Continue\r\n\r\n")


HOSTILE: list[tuple[str, Callable[[Request], None], Kind]] = [
    ("redirect to loopback", to("https://127.0.0.1/"), Kind.ADDRESS_OF_PAGE),
    ("redirect to the metadata service", to("https://169.254.169.254/latest/"), Kind.ADDRESS_OF_PAGE),
    ("redirect to IPv6 loopback", to("https://[::1]/"), Kind.ADDRESS_OF_PAGE),
    ("redirect to a decimal address", to("https://2130706433/"), Kind.ADDRESS_OF_PAGE),
    ("redirect to a private network", to("https://10.0.0.1/"), Kind.ADDRESS_OF_PAGE),
    ("redirect to plain HTTP", to(f"http://{HOST}/feeds/videos.xml"), Kind.ADDRESS_OF_PAGE),
    ("redirect to another port", to(f"https://{HOST}:8443/"), Kind.ADDRESS_OF_PAGE),
    ("redirect with a user name", to(f"https://{HOST}@127.0.0.1/"), Kind.ADDRESS_OF_PAGE),
    ("redirect with a backslash", to(f"https://127.0.0.1\\@{HOST}/"), Kind.ADDRESS_OF_PAGE),
    ("redirect to the consent page", to("https://consent.youtube.com/m"), Kind.ADDRESS_OF_PAGE),
    ("redirect to a look-alike", to("https://www.youtube.com.example.org/"), Kind.ADDRESS_OF_PAGE),
    ("redirect to a file", to("file:///etc/passwd"), Kind.ADDRESS_OF_PAGE),
    ("redirect without end", to("/feeds/videos.xml", 307), Kind.REDIRECTS),
    ("redirect nowhere", body("", None, status=302), Kind.REDIRECTS),
    ("endless body", endless, Kind.SIZE),
    ("1 GB announced", body("x", length=10**9), Kind.SIZE),
    (
        "absurd length announced",
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: " + b"9" * 30),
        Kind.SIZE,
    ),
    ("gzip bomb", body(packed(b"\0" * 30_000_000), Content_Encoding="gzip"), Kind.SIZE),
    ("gzip that is none", body(b"\x1f\x8b not really", Content_Encoding="gzip"), Kind.ENCODING),
    ("gzip cut in half", body(packed(feed().encode())[:60], Content_Encoding="gzip"), Kind.ENCODING),
    ("gzip with a second member", body(packed(b"a") + packed(b"b"), Content_Encoding="gzip"), Kind.ENCODING),
    ("packing we did not ask for", body("x", Content_Encoding="br"), Kind.ENCODING),
    ("one byte now and then", dripping, Kind.TIME),
    ("a header without end", dripping_header, Kind.TIME),
    ("no answer at all", silent, Kind.TIME),
    ("continue for ever", continued, Kind.TIME),
    ("no HTTP", raw(b"SSH-2.0-OpenSSH_9.6\r\n"), Kind.PROTOCOL),
    ("a thousand headers", raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000 + b"\r\n"), Kind.PROTOCOL),
    (
        "a chunk of no size",
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        Kind.PROTOCOL,
    ),
    ("cut off in the middle", body("<feed", length=5000), Kind.PROTOCOL),
    ("404", body("not found", "text/html", status=404), Kind.STATUS),
    ("500", body("oops", "text/html", status=500), Kind.STATUS),
    ("too many requests", body("", None, status=429, Retry_After="120"), Kind.STATUS),
    ("an empty 204", body("", None, status=204), Kind.STATUS),
    ("HTML instead of a feed", body("<html>Sign in</html>", "text/html"), Kind.TYPE),
    ("no content type", body(feed(), None), Kind.TYPE),
    ("a binary", body(b"\x7fELF", "application/octet-stream"), Kind.TYPE),
    ("billion laughs", body(BOMB), Kind.CONTENT),
    ("quadratic entity", body(QUADRATIC), Kind.CONTENT),
    ("external entity", body(OUTSIDE), Kind.CONTENT),
    ("external DTD", body(DTD), Kind.CONTENT),
    ("no XML", body("{}"), Kind.CONTENT),
    ("empty body", body(""), Kind.CONTENT),
    ("XML that does not end", body(feed()[:-10]), Kind.CONTENT),
    ("another document", body("<rss><channel/></rss>"), Kind.CONTENT),
    ("an encoding nobody knows", body('<?xml version="1.0" encoding="x-none"?><feed/>'), Kind.CONTENT),
    ("UTF-16 called UTF-8", body(feed().encode("utf-16")[2:]), Kind.CONTENT),
    ("Latin-1 called UTF-8", body(feed(title="kafé").encode("latin-1")), Kind.CONTENT),
    ("control characters", body(feed(title="a\x00b")), Kind.CONTENT),
    ("deep nesting", body("<a>" * 200_000), Kind.CONTENT),
    ("the feed of another channel", body(feed(owner=OTHER_ID)), Kind.CONTENT),
    ("a feed without any id", body(feed(uri=False, plain="UC../../etc/passwd")), Kind.CONTENT),
]


@pytest.mark.parametrize(("respond", "kind"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_answer_means_that_nothing_is_known(
    serve: Any, respond: Callable[[Request], None], kind: Kind
) -> None:
    """[S04]"""

    def answer(request: Request) -> None:
        if request.path.startswith("/feeds"):
            respond(request)
        else:
            request.say(page(), "text/html")

    slow = kind == Kind.TIME
    platform = serve(answer)
    began = time.monotonic()
    with pytest.raises(FetchProblem) as caught:
        read_channel(platform.fetcher(seconds=0.4 if slow else 5.0), handle="", external_id=ID, now=NOW)
    assert caught.value.kind == kind
    assert time.monotonic() - began < 10  # far above what is allowed, far below for ever
    assert {line.split()[0] for line in platform.log} == {HOST}
    assert set(platform.opened) <= {PUBLIC}
    if kind == Kind.STATUS and caught.value.status == 429:
        assert caught.value.retry_after == 120


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "240.0.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.5",
    "192.88.99.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:142.250.4.91",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "localhost",
    "2130706433",
    "0x7f.1",
    "127.1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_a_private_network_is_never_connected_to(serve: Any, address: str) -> None:
    """[S02]"""
    platform = serve()
    platform.addresses = (PUBLIC, address)  # one bad address among good ones spoils them all
    assert not is_public(address)
    with pytest.raises(FetchProblem) as caught:
        read_channel(platform.fetcher(), handle="", external_id=ID, now=NOW)
    assert caught.value.kind == Kind.PRIVATE
    assert (platform.log, platform.opened) == ([], [])


def test_a_name_that_changes_between_two_questions_gains_nothing(serve: Any) -> None:
    """[S03]"""
    platform = serve(to("/feeds/again"))
    answers = iter([(PUBLIC,), ("127.0.0.1",), ("127.0.0.1",)])
    fetcher = platform.fetcher()
    object.__setattr__(fetcher, "resolve", lambda _host, _port: next(answers))
    with pytest.raises(FetchProblem) as caught:
        fetcher.get(f"https://{HOST}/feeds/videos.xml", types={"text/xml"})
    assert caught.value.kind == Kind.PRIVATE
    assert len(platform.log) == 1
    assert platform.opened == [PUBLIC]


def test_the_public_internet_is_public() -> None:
    assert all(map(is_public, (PUBLIC, PUBLIC_TOO, "1.1.1.1", "8.8.8.8", "2606:4700::1111")))


@pytest.mark.parametrize(("name", "until"), [("www.tiktok.com", 36_000), (HOST, 30)], ids=["another name", "expired"])
def test_a_certificate_must_be_that_of_the_host(serve: Any, name: str, until: int) -> None:
    platform = serve(None, name=name, until=timedelta(days=until))
    with pytest.raises(FetchProblem) as caught:
        read_channel(platform.fetcher(), handle="", external_id=ID, now=NOW)
    assert caught.value.kind == Kind.TLS
    assert platform.log == []


def test_a_certificate_of_an_unknown_authority_is_refused(serve: Any) -> None:
    from portal.fetch.wire import tls_context

    platform = serve()
    fetcher = platform.fetcher()
    object.__setattr__(fetcher, "context", tls_context())
    with pytest.raises(FetchProblem) as caught:
        read_channel(fetcher, handle="", external_id=ID, now=NOW)
    assert caught.value.kind == Kind.TLS


@pytest.mark.parametrize(
    "url",
    [
        "http://www.youtube.com/",
        "https://www.youtube.com:444/",
        "https://user@www.youtube.com/",
        "https://example.org/",
        "https://www.youtube.com./",
        "https://www.youtube.com/a b",
        "https://www.youtube.com/\r\nHost: x",
        "https://www.youtube.com:x/",
        "https://[www.youtube.com/",
        "ftp://www.youtube.com/",
        "//www.youtube.com/",
        "https://www.youtube.com/" + "a" * 3000,
        "",
    ],
)
def test_no_other_address_is_ever_opened(serve: Any, url: str) -> None:
    """[S01]"""
    platform = serve()
    with pytest.raises(FetchProblem) as caught:
        platform.fetcher().get(url, types={"text/xml"})
    assert caught.value.kind == Kind.ADDRESS_OF_PAGE
    assert (platform.asked, platform.opened, platform.log) == ([], [], [])


@pytest.mark.parametrize("found", [[], [PUBLIC] * 30])
def test_a_name_service_with_nothing_or_too_much(found: list[str]) -> None:
    with pytest.raises(FetchProblem) as caught:
        checked_addresses(HOST, lambda _host, _port: found, Deadline(1))
    assert caught.value.kind == Kind.DNS


def test_no_network_at_all() -> None:
    def nothing(_host: str, _port: int) -> list[str]:
        raise OSError

    with pytest.raises(FetchProblem) as caught:
        checked_addresses(HOST, nothing, Deadline(1))
    assert caught.value.kind == Kind.DNS


def test_a_well_behaved_platform_is_read_without_cookies(serve: Any) -> None:
    text = feed(entry("aaaaaaaaaaa", "2026-11-20T03:00:00+00:00"), plain=ID[2:], uri=False)
    platform = serve(speaks(feed_text=text))
    reading = read_channel(platform.fetcher(), handle="kelas.rahmi", external_id="", now=NOW)
    assert (reading.external_id, reading.handle, reading.title) == (ID, "kelas.rahmi", "Kelas Rahmi")
    assert [upload.video for upload in reading.uploads] == ["aaaaaaaaaaa"]
    assert platform.log == [f"{HOST} /@kelas.rahmi", f"{HOST} /feeds/videos.xml?channel_id={ID}"]
    assert all("Cookie" not in sent and "localhost:8000" in sent["User-Agent"] for sent in platform.seen)


def test_odd_entries_are_skipped_and_long_ones_cut() -> None:
    good = entry("aaaaaaaaaaa", "2026-11-20T03:00:00+00:00", title="T" * 1_000_000)
    odd = [
        entry("bbbbbbbbbbb", "2036-01-01T00:00:00+00:00"),  # the future
        entry("ccccccccccc", "2026-11-20T03:00:00"),  # no offset
        entry("ddddddddddd", "kemarin"),
        entry("eeeeeeeeeee", "1970-01-01T00:00:00+00:00"),
        entry("", "2026-11-20T03:00:00+00:00"),
        entry("../../etc", "2026-11-20T03:00:00+00:00"),
        entry("fffffffffff", "2026-11-20T03:00:00+00:00", owner=OTHER_ID),  # somebody else's upload
        entry("aaaaaaaaaaa", "2026-11-19T03:00:00+00:00"),  # twice
        entry("ggggggggggg", "9999-12-31T23:59:59-23:59"),
    ]
    found = parse_feed(feed(good, *odd).encode(), now=NOW)
    assert [upload.video for upload in found.uploads] == ["aaaaaaaaaaa"]
    assert len(found.uploads[0].title) == 120
    crowd = [entry(f"{n:011d}", "2026-11-20T03:00:00+00:00") for n in range(500)]
    assert len(parse_feed(feed(*crowd).encode(), now=NOW).uploads) == 50


def test_direction_marks_and_line_breaks_do_not_survive() -> None:
    found = parse_feed(feed(title="A\u202eB\u200f \n\t C").encode(), now=NOW)
    assert found.title == "AB C"
