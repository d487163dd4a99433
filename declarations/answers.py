"""What a draft holds: its channels, the answers given once and per channel, and the encrypted ones."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from declarations.models import Channel, Declaration, DeclarationChannel, SealedAnswers
from declarations.questions import BY_CODE, SENSITIVE, Question
from declarations.status import LIVE
from portal.errors import Refused
from portal.people.models import Employee

# Answers that belong to the channel itself and are kept there.
ON_CHANNEL: Mapping[str, str] = {"B3": "ownership", "B5": "shows_asn", "B6": "followers"}
MAX_CHANNELS = 10


def lock_draft(declaration: Declaration) -> Declaration:
    """Re-read the declaration under a row lock and refuse when it is no longer the declarant's to edit."""
    locked = Declaration.objects.select_for_update(of=("self",)).get(pk=declaration.pk)
    if not locked.editable:
        raise Refused(_("Deklarasi ini sudah terkirim, jadi isinya tidak dapat diubah."))
    return locked


def sealed_of(declaration: Declaration) -> dict[str, Any]:
    """Return the sensitive answers of the draft; a draft that is not stored yet has none."""
    if declaration.pk is None:
        return {}
    sealed = SealedAnswers.objects.filter(declaration=declaration, snapshot=None).first()
    return sealed.answers if sealed else {}


def answers_of(declaration: Declaration) -> dict[str, Any]:
    """Return the draft's answers given once, the sensitive ones included."""
    return {**declaration.answers, **sealed_of(declaration)}


@transaction.atomic
def save_answers(declaration: Declaration, answers: Mapping[str, Any]) -> None:
    """Keep answers given once; an empty value takes the answer back. Sensitive ones go to an encrypted row."""
    locked = lock_draft(declaration)
    open_part = {code: value for code, value in answers.items() if code not in SENSITIVE}
    secret = {code: value for code, value in answers.items() if code in SENSITIVE}
    locked.answers = _merged(locked.answers, open_part)
    if secret:
        sealed = SealedAnswers.objects.filter(declaration=locked, snapshot=None).first()
        sealed = sealed or SealedAnswers(declaration=locked)
        sealed.answers = _merged(sealed.answers if sealed.pk else {}, secret)
        sealed.save()
    touch(locked, "answers")
    declaration.answers, declaration.revision = locked.answers, locked.revision


@transaction.atomic
def save_channel_answers(item: DeclarationChannel, answers: Mapping[str, Any]) -> None:
    """Keep answers given for one channel of the draft."""
    locked = lock_draft(item.declaration)
    fresh = DeclarationChannel.objects.select_for_update(of=("self",)).get(pk=item.pk)
    item.answers = _merged(fresh.answers, answers)
    item.save(update_fields=["answers"])
    touch(locked)


def touch(locked: Declaration, *fields: str) -> None:
    """Count a change of the draft, so that whoever looks at an older state notices."""
    locked.revision += 1
    locked.save(update_fields=[*fields, "revision", "edited_at"])


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**old, **new}
    return {code: value for code, value in merged.items() if value not in (None, "", [])}


def read_items(declaration: Declaration) -> list[DeclarationChannel]:
    """Return all channels of a declaration that nobody edits meanwhile, read once; `items_of` then asks no more."""
    items = DeclarationChannel.objects.select_related("channel__feed")
    prefetch_related_objects([declaration], Prefetch("items", items))
    return list(declaration.items.all())


def items_of(declaration: Declaration) -> list[DeclarationChannel]:
    """Return the channels of the declaration in their order, without excluded ones."""
    if declaration.pk is None:
        return []
    if "items" in getattr(declaration, "_prefetched_objects_cache", ()):
        return [item for item in declaration.items.all() if not item.excluded]
    return list(declaration.items.filter(excluded=False).select_related("channel"))


def channel_answers(item: DeclarationChannel) -> dict[str, Any]:
    """Return all answers of one channel, those kept on the channel itself included."""
    own = {code: getattr(item.channel, field) for code, field in ON_CHANNEL.items()}
    return {code: value for code, value in {**own, **item.answers}.items() if value}


def once_questions() -> Iterator[Question]:
    """Yield the questions asked once."""
    return (question for question in BY_CODE.values() if not question.per_channel)


def channel_questions() -> Iterator[Question]:
    """Yield the questions asked per channel, without platform and address (they are the channel itself)."""
    return (question for question in BY_CODE.values() if question.per_channel and question.code not in ("B1", "B2"))


def elsewhere(declarant: Employee, platform: str, key: str, declaration: Declaration | None) -> Declaration | None:
    """Return another live declaration of the same person that already holds this channel, if any."""
    return held_elsewhere(declarant, declaration).get((platform, key))


def held_elsewhere(declarant: Employee, declaration: Declaration | None) -> dict[tuple[str, str], Declaration]:
    """Return the other live declarations of the same person, by platform and key of the channels they hold."""
    items = DeclarationChannel.objects.filter(channel__owner=declarant, excluded=False, declaration__status__in=LIVE)
    if declaration is not None:
        items = items.exclude(declaration=declaration).exclude(declaration=declaration.replaces_id)
    found = items.select_related("declaration", "channel").order_by("declaration_id")  # the newest one stays
    return {(item.channel.platform, item.channel.key): item.declaration for item in found}


@transaction.atomic
def add_channel(declaration: Declaration, channel: Channel) -> DeclarationChannel:
    """Put a channel into the draft, once, up to the limit."""
    locked = lock_draft(declaration)
    positions = dict(locked.items.values_list("channel_id", "position"))
    if channel.pk in positions:
        return locked.items.get(channel=channel)
    if len(positions) >= MAX_CHANNELS:
        raise Refused(_("Satu deklarasi memuat paling banyak %d kanal.") % MAX_CHANNELS, status=422)
    position = max(positions.values(), default=0) + 1
    item = DeclarationChannel.objects.create(declaration=locked, channel=channel, position=position)
    touch(locked)
    return item


def last_duties(declarant: Employee, declaration: Declaration) -> list[str]:
    """Return the duties (A3) given in the person's last other declaration, to start from."""
    earlier = Declaration.objects.filter(declarant=declarant, answers__has_key="A3").exclude(pk=declaration.pk)
    return next(iter(earlier.order_by("-pk").values_list("answers__A3", flat=True)[:1]), None) or []
