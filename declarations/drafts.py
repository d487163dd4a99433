"""Drafts: start one, tell what is missing, and put together what sending freezes."""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from declarations.answers import (
    answers_of,
    channel_answers,
    channel_questions,
    items_of,
    once_questions,
    read_items,
    save_answers,
    save_channel_answers,
)
from declarations.completeness import Problem, problems
from declarations.facts import Post
from declarations.models import Declaration, DeclarationChannel, MonthlyCounter, StatementMade
from declarations.numbers import number_for
from declarations.questions import SENSITIVE, asked
from declarations.status import Status
from portal.audit.log import record
from portal.people.heads import in_force
from portal.people.models import Employee

KEPT = timedelta(days=90)  # a draft nobody touches for so long is deleted (DESIGN 9, row Overdue)

__all__ = [
    "KEPT",
    "Problem",
    "answers_of",
    "content_of",
    "post_of",
    "problems",
    "read_whole",
    "save_answers",
    "save_channel_answers",
    "start",
    "start_once",
    "unasked",
]


@transaction.atomic
def start(declarant: Employee, *, on: date) -> Declaration:
    """Open a draft; its number comes from the month's counter, taken under a row lock."""
    month = f"{on:%y%m}"
    MonthlyCounter.objects.get_or_create(month=month)
    counter = MonthlyCounter.objects.select_for_update().get(month=month)
    counter.last += 1
    counter.save(update_fields=["last"])
    declaration = Declaration.objects.create(
        number=number_for(on, counter.last), declarant=declarant, opd=declarant.office
    )
    record("draft_started", declaration, by=declarant)
    return declaration


@transaction.atomic
def start_once(declarant: Employee, *, on: date) -> Declaration:
    """Return the person's untouched draft where there is one, else a new one: pressing twice starts once."""
    Employee.objects.select_for_update(of=("self",)).get(pk=declarant.pk)
    blank = Declaration.objects.filter(declarant=declarant, status=Status.DRAFT, revision=0, items=None).first()
    return blank or start(declarant, on=on)


def post_of(person: Employee, on: date) -> Post:
    """Return the person's post as the roster has it, and whether the person heads any unit on that day."""
    heads = in_force(on).filter(person=person).exists()
    office = person.office
    return Post(
        employment=person.employment_type,
        grade=person.grade,
        echelon=person.echelon,
        title=person.post,
        kind=person.post_kind,
        unit=person.unit.name,
        unit_kind=person.unit.kind,
        office=office.name if office else "",
        office_code=(office.code or "") if office else "",
        heads_unit=heads,
    )


def content_of(
    declaration: Declaration, *, on: date, approver_known: bool = True
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what sending freezes: the content, and the sensitive answers apart. Unasked answers are left out."""
    person = declaration.declarant
    items = items_of(declaration)
    answers = answers_of(declaration)
    per_channel = [channel_answers(item) for item in items]
    given = {
        question.code: answers[question.code]
        for question in once_questions()
        if question.code in answers and asked(question.code, answers, per_channel, approver_known=approver_known)
    }
    office = person.office
    content = {
        "on": on.isoformat(),
        "declarant": {
            "id": person.pk,
            "name": person.official_name,
            "employment": person.employment_type,
            "employment_label": person.get_employment_type_display(),
            "grade": person.grade,
            "post": person.post,
            "unit": person.unit.name,
            "unit_id": person.unit_id,
            "office": office.name if office else "",
            "office_id": office.pk if office else None,
            "office_code": (office.code or "") if office else "",
        },
        "post": asdict(post_of(person, on)),
        "channels": _told_apart([_channel_content(item, own) for item, own in zip(items, per_channel, strict=True)]),
        "answers": {code: value for code, value in given.items() if code not in SENSITIVE},
        "statements": [
            {"code": made.text.code, "version": made.text.version, "made_at": made.made_at.isoformat()}
            for made in _statements(declaration)
        ],
    }
    return content, {code: value for code, value in given.items() if code in SENSITIVE}


def read_whole(declaration: Declaration) -> None:
    """Read once what `problems` and `content_of` look at in turn; only for a case that its lock keeps still."""
    read_items(declaration)
    _statements(declaration)


def _statements(declaration: Declaration) -> list[StatementMade]:
    if declaration.pk is None:
        return []
    prefetch_related_objects([declaration], Prefetch("statements", StatementMade.objects.select_related("text")))
    return list(declaration.statements.all())


def _channel_content(item: DeclarationChannel, own: dict[str, Any]) -> dict[str, Any]:
    channel = item.channel
    return {
        "id": channel.pk,
        "item": item.pk,
        "label": channel.label,
        "platform": channel.platform,
        "platform_label": channel.get_platform_display(),
        "url": channel.url,
        "answers": {
            question.code: own[question.code]
            for question in channel_questions()
            if question.code in own and asked(question.code, own, [own])
        },
    }


def _told_apart(channels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each channel the name it has in this declaration: many people use one handle on every platform."""
    labels = Counter(channel["label"] for channel in channels)
    for channel in channels:
        alone = labels[channel["label"]] == 1
        channel["name"] = channel["label"] if alone else f"{channel['platform_label']} {channel['label']}"
    return channels


def unasked(declaration: Declaration) -> list[tuple[str, str]]:
    """Return (question, channel) of answers that stay in the draft but are not sent, as they are not asked any more."""
    items = items_of(declaration)
    answers = answers_of(declaration)
    per_channel = [channel_answers(item) for item in items]
    left = [
        (str(question.label), "")
        for question in once_questions()
        if question.code in answers and not asked(question.code, answers, per_channel)
    ]
    for item, own in zip(items, per_channel, strict=True):
        left += [
            (str(question.label), item.channel.label)
            for question in channel_questions()
            if question.code in own and not asked(question.code, own, [own])
        ]
    return left
