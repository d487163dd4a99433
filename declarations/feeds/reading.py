"""`read_channel`: ask YouTube about one channel; a problem with one page leaves what the other one said."""

import codecs
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from declarations.feeds.atom import Feed, Upload, parse_feed
from declarations.feeds.page import ChannelPage, parse_page
from declarations.feeds.words import line
from portal.fetch import Answer, Fetcher, FetchProblem, Kind

HOST = "www.youtube.com"
HOSTS = frozenset({HOST, "youtube.com", "m.youtube.com"})
_FEED_TYPES = frozenset({"text/xml", "application/xml", "application/atom+xml"})


def default_fetcher() -> Fetcher:
    """Return the fetcher of production: three hosts, and whom to ask if we are a nuisance."""
    return Fetcher(HOSTS, f"PortalDeklarasiKontenASN/1.0 (+{settings.PORTAL_URL})")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the platform shows; `moved` means that the declared handle leads to another channel than before."""

    external_id: str
    handle: str
    title: str
    uploads: tuple[Upload, ...]
    description: str
    moved: bool = False

    @property
    def texts(self) -> str:
        """Return all that the channel's owner wrote: its description and those of its uploads."""
        return "\n".join([self.description, *(f"{upload.title}\n{upload.description}" for upload in self.uploads)])


def read_channel(fetcher: Fetcher, *, handle: str, external_id: str, now: datetime) -> Reading:
    """Return what page and feed say; raise FetchProblem when the channel could not be found or its feed not read."""
    page, moved = ChannelPage("", "", "", ""), False
    try:
        page = _page(fetcher, f"/@{handle}" if handle else f"/channel/{external_id}")
    except FetchProblem:
        if not external_id:
            raise
    if external_id and page.external_id and page.external_id != external_id:
        page, moved = ChannelPage("", "", "", ""), True  # somebody else's page says nothing about this channel
    wanted = external_id or page.external_id
    if not wanted:
        raise FetchProblem(Kind.CONTENT, "no channel id on the page")
    feed = _feed(fetcher, wanted, now)
    if feed.external_id != wanted:
        raise FetchProblem(Kind.CONTENT, "feed of another channel")
    return Reading(wanted, page.handle, feed.title or page.title, feed.uploads, page.description, moved)


def _page(fetcher: Fetcher, path: str) -> ChannelPage:
    return parse_page(_text(fetcher.get(f"https://{HOST}{path}", types={"text/html"})))


def _feed(fetcher: Fetcher, external_id: str, now: datetime) -> Feed:
    query = urlencode({"channel_id": external_id})
    answer = fetcher.get(f"https://{HOST}/feeds/videos.xml?{query}", types=_FEED_TYPES)
    return parse_feed(answer.body, now=now)


def _text(answer: Answer) -> str:
    try:
        codecs.lookup(answer.charset)
        return answer.body.decode(answer.charset, errors="replace")
    except (LookupError, ValueError):
        return answer.body.decode("utf-8", errors="replace")


def author_of(fetcher: Fetcher, video: str) -> tuple[str, str]:
    """Return (handle or id, name) of the channel that a video belongs to, as oEmbed says."""
    query = urlencode({"format": "json", "url": f"https://{HOST}/watch?v={video}"})
    answer = fetcher.get(f"https://{HOST}/oembed?{query}", types={"application/json", "text/json"})
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise FetchProblem(Kind.CONTENT, "json") from error
    address = told.get("author_url") if isinstance(told, dict) else None
    if not isinstance(address, str):
        raise FetchProblem(Kind.CONTENT, "no author")
    author = _last_part(address)
    if not author:
        raise FetchProblem(Kind.CONTENT, "no author")
    name = told.get("author_name")
    return author, line(name if isinstance(name, str) else "", 150)


def _last_part(address: str) -> str:
    try:
        parts = [part for part in urlsplit(address).path.split("/") if part]
    except ValueError:
        return ""
    if len(parts) == 1 and parts[0].startswith("@"):
        return parts[0][1:].lower()[:100]
    return parts[1][:64] if len(parts) == 2 and parts[0] == "channel" else ""


def videos_in(links: Collection[object]) -> list[str]:
    """Return the ids of the YouTube videos among sample links; nothing else is ever looked up."""
    found = []
    for link in links:
        try:
            parts = urlsplit(str(link).strip())
        except ValueError:
            continue
        found.append(_video(parts.hostname or "", parts.path, parts.query))
    return list(dict.fromkeys(video for video in found if video))


def _video(host: str, path: str, query: str) -> str:
    host = host.removeprefix("www.").removeprefix("m.")
    words = [word for word in path.split("/") if word]
    if host == "youtu.be" and words:
        video = words[0]
    elif host == "youtube.com" and len(words) == 2 and words[0] in ("shorts", "live", "embed"):
        video = words[1]
    elif host == "youtube.com" and words == ["watch"]:
        video = next((part[2:] for part in query.split("&") if part.startswith("v=")), "")
    else:
        return ""
    plain = video.replace("-", "").replace("_", "")
    return video if len(video) == 11 and plain.isascii() and plain.isalnum() else ""
