"""The channels of a case as officers see them: proof, reading, names, and who else declares them; fixed queries."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from approvals.queries import cases_for
from declarations.answers import read_items
from declarations.feeds.models import ChannelName, FeedCheck, ReadState
from declarations.models import Channel, Declaration, DeclarationChannel, Platform
from declarations.proofs.standing import standings
from portal.people.models import Employee

_OTHERS = 20
_NAMES = 10


def rows(declaration: Declaration, person: Employee) -> list[dict[str, Any]]:
    """Return one row per channel of the case."""
    items = read_items(declaration)
    channels = [item.channel for item in items]
    excluded = {item.channel_id: item.excluded_reason for item in items if item.excluded}
    proofs = standings([channel.pk for channel in channels])
    names = _names(channels)
    others = elsewhere(channels, person, declaration.declarant_id)
    return [
        {
            "channel": channel,
            "excluded": excluded.get(channel.pk, ""),
            "standing": proofs[channel.pk],
            "feed": feed_of(channel),
            "machine": channel.platform == Platform.YOUTUBE,
            "names": names[channel.pk],
            "others": others[channel.pk],
            "moved": (feed := feed_of(channel)) is not None and feed.state == ReadState.OTHER,
        }
        for channel in channels
    ]


def feed_of(channel: Channel) -> FeedCheck | None:
    return getattr(channel, "feed", None)


def _names(channels: Collection[Channel]) -> dict[int, list[ChannelName]]:
    found: dict[int, list[ChannelName]] = defaultdict(list)
    for name in ChannelName.objects.filter(channel__in=channels).order_by("-last_seen", "-pk")[: _NAMES * 10]:
        if len(found[name.channel_id]) < _NAMES:
            found[name.channel_id].append(name)
    return found


def elsewhere(channels: Collection[Channel], person: Employee, owner: int) -> dict[int, list[Declaration]]:
    """Return, per channel, the cases of other people with the same one: by its id where known, else by its name.

    Two rows are the same channel when their keys agree, or when the platform told the same id for both.
    """
    found: dict[int, list[Declaration]] = defaultdict(list)
    twins = same_channels(channels, owner) if channels else []
    if not twins:
        return found
    items = (
        DeclarationChannel.objects.filter(channel__in=twins, declaration__in=cases_for(person))
        .select_related("channel__feed", "declaration__declarant")
        .order_by("-declaration_id")[:_OTHERS]
    )
    for item in items:
        for channel in channels:
            if identities(channel) & identities(item.channel) and item.declaration not in found[channel.pk]:
                found[channel.pk].append(item.declaration)
    return found


def same_channels(channels: Collection[Channel], owner: int) -> list[int]:
    """Return the keys of other people's rows for these channels; each branch is read by its own index."""
    ids = {value for channel in channels for _platform, value in identities(channel) if value.startswith("UC")}
    keys = Q()
    for channel in channels:
        for platform, value in identities(channel):
            keys |= Q(platform=platform, key=value)
    by_key = Channel.objects.filter(keys).exclude(owner=owner).values_list("pk", flat=True)
    by_id = FeedCheck.objects.filter(external_id__in=ids).exclude(channel__owner=owner)
    return list(by_key.union(by_id.values_list("channel", flat=True)))


def identities(channel: Channel) -> set[tuple[str, str]]:
    """Return the names by which this channel is known: what was typed, and the id the platform told."""
    known = {(channel.platform, channel.key)}
    feed = feed_of(channel)
    if feed is not None and feed.external_id:
        known.add((channel.platform, feed.external_id))
    return known
