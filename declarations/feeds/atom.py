"""`parse_feed`: a channel's public Atom feed as data, read by a parser that refuses entities and DTDs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from declarations.feeds.words import line, marks_in
from portal.fetch import FetchProblem, Kind

_ATOM, _YT, _MEDIA = (
    "{http://www.w3.org/2005/Atom}",
    "{http://www.youtube.com/xml/schemas/2015}",
    "{http://search.yahoo.com/mrss/}",
)
_OWNER = re.compile(r"https?://(?:www\.)?youtube\.com/channel/(UC[0-9A-Za-z_-]{22})/?")
_ID = re.compile(r"[0-9A-Za-z_-]{22}")
_VIDEO = re.compile(r"[0-9A-Za-z_-]{5,20}")
MOST_ENTRIES = 50
_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload; the description is looked through and then forgotten."""

    video: str
    title: str
    at: datetime
    marks: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Feed:
    external_id: str
    title: str
    uploads: tuple[Upload, ...]


def parse_feed(body: bytes, *, now: datetime) -> Feed:
    """Return what the feed says; raise FetchProblem when it is no feed of one channel."""
    try:
        root = fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError, RecursionError) as error:
        raise FetchProblem(Kind.CONTENT, type(error).__name__) from error
    if root.tag != f"{_ATOM}feed":
        raise FetchProblem(Kind.CONTENT, "not a feed")
    owner = _owner(root)
    if not owner:
        raise FetchProblem(Kind.CONTENT, "no channel id")
    uploads = sorted(_uploads(root, owner, now), key=lambda upload: upload.at, reverse=True)
    return Feed(owner, line(root.findtext(f"{_ATOM}title"), 150), tuple(uploads))


def _owner(element: Element) -> str:
    """Return the channel id: from the author's address, else from yt:channelId, which may lack its UC."""
    found = _OWNER.fullmatch((element.findtext(f"{_ATOM}author/{_ATOM}uri") or "").strip())
    if found:
        return found[1]
    plain = (element.findtext(f"{_YT}channelId") or "").strip()
    plain = plain if plain.startswith("UC") and len(plain) == 24 else f"UC{plain}"
    return plain if _ID.fullmatch(plain[2:]) else ""


def _uploads(root: Element, owner: str, now: datetime) -> Iterator[Upload]:
    seen: set[str] = set()
    for entry in root.findall(f"{_ATOM}entry")[:MOST_ENTRIES]:
        video = (entry.findtext(f"{_YT}videoId") or "").strip()
        at = _moment(entry.findtext(f"{_ATOM}published"), now)
        author = _owner(entry)
        if not _VIDEO.fullmatch(video) or at is None or video in seen or author not in ("", owner):
            continue
        seen.add(video)
        title = entry.findtext(f"{_ATOM}title")
        text = entry.findtext(f"{_MEDIA}group/{_MEDIA}description") or ""
        yield Upload(video, line(title, 120), at, marks_in(f"{title or ''} {text}"), text[:20_000])


def _moment(text: str | None, now: datetime) -> datetime | None:
    """Return the time in UTC; without an offset, before YouTube or from the future it says nothing."""
    try:
        at = datetime.fromisoformat((text or "").strip())
        if at.tzinfo is None:
            return None
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if _EARLIEST <= at <= now + timedelta(minutes=10) else None
