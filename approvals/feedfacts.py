"""What was read about a declaration's channels, compared with the declarant's working hours: facts for the rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils import timezone, translation

from approvals.channelfile import feed_of, identities, same_channels
from declarations.answers import read_items
from declarations.facts import ChannelFacts, Facts, SampleFacts, UploadFacts
from declarations.feeds.models import ChannelName, FeedReading, Sample
from declarations.models import Channel, Declaration, Platform
from portal import clock
from portal.calendar.hours import Timetable, timetable
from portal.calendar.plans import FIVE_DAYS, WeekPlan
from portal.dates import moment


@dataclass(frozen=True, slots=True)
class Known:
    uploads: tuple[UploadFacts, ...]
    samples: tuple[SampleFacts, ...]
    hours: WeekPlan
    moved: tuple[str, str] | None
    shared: tuple[str, ...]


@translation.override("id")
def of(facts: Facts, declaration: Declaration) -> Known:
    """Return what is known, by a fixed number of queries however many channels there are."""
    items = read_items(declaration)
    out = {item.channel_id for item in items if item.excluded}
    wanted = {channel.id: channel for channel in facts.channels if channel.id and channel.id not in out}
    channels = _channels(wanted, {item.channel_id: item.channel for item in items})
    hours = timetable(declaration.declarant.unit, facts.post.employment)
    return Known(
        uploads=tuple(_uploads(hours, wanted, channels)),
        samples=tuple(_foreign(wanted, channels)),
        hours=hours.on(facts.on),
        moved=_moved(facts, declaration),
        shared=_shared(wanted, channels, declaration.declarant_id),
    )


def _channels(wanted: Collection[int], held: Mapping[int, Channel]) -> list[Channel]:
    """Return the channels still open; one that was declared then and taken out since is read too."""
    found = [held[pk] for pk in wanted if pk in held]
    gone = [pk for pk in wanted if pk not in held]
    if gone:
        found += Channel.objects.filter(pk__in=gone).select_related("feed")
    return [channel for channel in found if channel.closed_at is None]


def _uploads(hours: Timetable, wanted: dict[int, ChannelFacts], channels: Collection[Channel]) -> list[UploadFacts]:
    newest = (
        FeedReading.objects.filter(channel__in=channels)
        .order_by("channel_id", "-read_at", "-pk")
        .distinct("channel_id")
    )
    now = clock.now()
    found = []
    for reading in newest:
        for upload in reading.uploads:
            at = datetime.fromisoformat(upload["at"])
            found.append(
                UploadFacts(
                    channel=wanted[reading.channel_id].label,
                    title=upload["title"],
                    when=moment(at),
                    at_work=in_working_hours(at, hours.on(clock.local_day(at))),
                    age=max((now - at).days, 0),
                    marks=tuple(upload.get("marks") or ()),
                )
            )
    return found


def in_working_hours(at: datetime, plan: WeekPlan = FIVE_DAYS) -> bool:
    """Tell whether people with these hours worked at this moment: no break, no holiday."""
    local = timezone.localtime(at)
    return not clock.is_free_day(local.date()) and plan.at_work(local.isoweekday(), local.time())


def _foreign(wanted: dict[int, ChannelFacts], channels: Collection[Channel]) -> list[SampleFacts]:
    """Return the sample links of which the owner is known and is another channel; what is unknown is left out."""
    names: dict[int, set[str]] = {channel.pk: _names_of(channel) for channel in channels}
    for pk, value in ChannelName.objects.filter(channel__in=channels, kind="handle").values_list("channel", "value"):
        names[pk].add(value.lower())
    links = {pk: list(wanted[pk].answers.get("C5") or ()) for pk in names}
    found = [
        SampleFacts(wanted[sample.channel_id].label, sample.video, sample.author_name or sample.author)
        for sample in Sample.objects.filter(channel__in=channels, read_at__isnull=False)
        if any(sample.video in str(link) for link in links[sample.channel_id])
        and _differs(sample.author, names[sample.channel_id])
    ]
    for channel in channels:
        if channel.platform == Platform.TIKTOK:
            authors = {author for link in links[channel.pk] if (author := _tiktok_author(str(link)))}
            strangers = sorted(authors - names[channel.pk])
            found += [SampleFacts(wanted[channel.pk].label, "TikTok", f"@{author}") for author in strangers]
    return found


def _names_of(channel: Channel) -> set[str]:
    feed = feed_of(channel)
    seen = {channel.handle.lower(), channel.external_id, feed.external_id if feed else "", feed.handle if feed else ""}
    return seen - {""}


def _differs(author: str, names: set[str]) -> bool:
    """Compare an id with ids and a handle with handles; where we know none of the kind, nothing is said."""
    is_id = author.startswith("UC") and len(author) == 24
    comparable = {name for name in names if (name.startswith("UC") and len(name) == 24) == is_id}
    return bool(comparable) and author not in comparable


def _tiktok_author(link: str) -> str:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    first = parts.path.strip("/").split("/")[0].lower()
    ours = (parts.hostname or "").removeprefix("www.").removeprefix("m.") == "tiktok.com"
    return first[1:] if ours and first.startswith("@") else ""


def _moved(facts: Facts, declaration: Declaration) -> tuple[str, str] | None:
    """Return the posts before and now, where they differ, by the newest snapshot that says otherwise."""
    old = [declaration.pk, declaration.replaces_id]
    cases = [pk for pk in old if pk]
    rows = declaration.snapshots.model.objects.filter(declaration__in=cases).order_by("-pk")
    now = (facts.post.title, facts.post.unit)
    for content in rows.values_list("content", flat=True)[:3] if cases else ():
        post = content["post"]
        before = (post["title"], post["unit"])
        if before != now:
            return ", ".join(part for part in before if part), ", ".join(part for part in now if part)
    return None


def _shared(wanted: dict[int, ChannelFacts], channels: Collection[Channel], owner: int) -> tuple[str, ...]:
    known = same_channels(channels, owner) if channels else []
    if not known:
        return ()
    twins = Channel.objects.filter(
        pk__in=known, closed_at=None, items__declaration__submitted_at__isnull=False
    ).select_related("feed")
    others = set().union(*(identities(twin) for twin in twins.distinct()))
    return tuple(wanted[channel.pk].label for channel in channels if identities(channel) & others)
