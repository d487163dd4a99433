"""Filled-in drafts for the demo, the drills and the benchmarks: made through the same doors as a person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from declarations import channels, statements
from declarations.answers import add_channel, save_answers, save_channel_answers
from declarations.drafts import start
from declarations.models import Channel, Declaration
from portal import clock
from portal.people.models import Employee

CLEAN_ANSWERS: Mapping[str, Any] = {
    "C6AE": "TIDAK",
    "C6F": "TIDAK",
    "C6G": "TIDAK",
    "F4": "TIDAK",
    "C7": ["KOMPETEN"],
    "C8": "TIDAK",
    "D1": "LUAR_JAM_KERJA",
    "D2": "TIDAK",
    "D3": ["TIDAK_ADA"],
    "D4": "TIDAK",
    "D5": ["TIDAK"],
    "A3": ["TIDAK_ADA"],
    "F2": "TIDAK",
    "F8": "TIDAK",
}
CLEAN_CHANNEL: Mapping[str, Any] = {
    "C1": ["EDUKATIF"],
    "C2": ["PENDIDIKAN"],
    "C3": "Belajar matematika SD dengan alat peraga dari rumah.",
    "C4": "YA",
    "E1": "TIDAK",
}
PAID_CHANNEL: Mapping[str, Any] = {"E1": "SUDAH", "E2": ["ENDORSE"], "E5": "TIDAK"}
PAID_ANSWERS: Mapping[str, Any] = {"E6": "TIDAK_ADA", "E7": "TIDAK_ADA", "F1": "TIDAK", "F5": ["TIDAK"], "F3": "TIDAK"}


@dataclass(frozen=True, slots=True)
class SampleChannel:
    address: str
    platform: str = "youtube"
    ownership: str = "PRIBADI"
    shows_asn: str = "TIDAK"
    followers: str = "1K10K"
    answers: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def filled_draft(
    person: Employee,
    sample_channels: Sequence[SampleChannel],
    answers: Mapping[str, Any] | None = None,
    *,
    signed: bool = True,
) -> Declaration:
    """Return a draft of this person with every question answered; `answers` override the clean ones."""
    declaration = start(person, on=clock.today())
    for sample in sample_channels:
        identity = channels.parse(sample.platform, sample.address)
        channel, _created = Channel.objects.get_or_create(
            owner=person,
            platform=identity.platform,
            key=identity.external_id or identity.handle,
            closed_at=None,
            defaults={"handle": identity.handle, "external_id": identity.external_id},
        )
        channel.ownership, channel.shows_asn, channel.followers = sample.ownership, sample.shows_asn, sample.followers
        channel.save()
        item = add_channel(declaration, channel)
        save_channel_answers(item, {**CLEAN_CHANNEL, **sample.answers})
    save_answers(declaration, {**CLEAN_ANSWERS, **(answers or {})})
    if signed:
        statements.make(declaration, statements.ERRORS)
    declaration.refresh_from_db()
    return declaration
