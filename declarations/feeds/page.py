"""What the public page of a channel says in its links and meta lines: which id, which handle, which description."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from declarations.feeds.words import line

_FEED = re.compile(r"https://www\.youtube\.com/feeds/videos\.xml\?channel_id=(UC[0-9A-Za-z_-]{22})")
_CANONICAL = re.compile(r"https://www\.youtube\.com/channel/(UC[0-9A-Za-z_-]{22})")
_HANDLE = re.compile(r'"vanityChannelUrl":"https?://www\.youtube\.com/@([0-9A-Za-z._-]{3,30})"')


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """`external_id` is empty where the page names none, or two different ones."""

    external_id: str
    handle: str
    title: str
    description: str


class _Lines(HTMLParser):
    """Collects links and meta lines, which the platform writes itself; what strangers write stands in scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.meta: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link":
            target = values.get("href", "")
            pattern = {"alternate": _FEED, "canonical": _CANONICAL}.get(values.get("rel", ""))
            found = pattern.fullmatch(target) if pattern else None
            if found:
                self.ids.add(found[1])
        elif tag == "meta":
            name = values.get("property") or values.get("name") or ""
            if name in ("og:title", "og:description", "description"):
                self.meta.setdefault(name, values.get("content", "")[:5000])


def parse_page(text: str) -> ChannelPage:
    """Return what a channel's page says of itself; everything may be missing."""
    lines = _Lines()
    lines.feed(text)
    handle = _HANDLE.search(text)
    return ChannelPage(
        external_id=lines.ids.pop() if len(lines.ids) == 1 else "",
        handle=handle[1].lower() if handle else "",
        title=line(lines.meta.get("og:title"), 150),
        description=f"{lines.meta.get('og:description', '')}\n{lines.meta.get('description', '')}",
    )
