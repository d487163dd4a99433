"""Conditions with a day: a mail a week before, a task when it has passed. Nothing is suspended by time."""

from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from approvals import emails, work
from approvals.models import Condition, Notice, Proof, WorkItem, WorkKind
from declarations.succession import HOLDS
from portal import clock

_BATCH = 500
WARNED = timedelta(days=7)


def _open() -> QuerySet[Condition]:
    held = Condition.objects.filter(fulfilled_at=None, step__declaration__status__in=HOLDS, step__cancelled_at=None)
    return held.annotate(tag=Concat(Value("c"), Cast("pk", CharField()))).select_related("step__declaration__declarant")


def remind() -> int:
    """Mail the holder once, a week before the day of a condition nobody has handed in proof for."""
    today = clock.today()
    told = Notice.objects.filter(declaration=OuterRef("step__declaration"), kind=OuterRef("tag"))
    waiting = Proof.objects.filter(condition=OuterRef("pk"), accepted=None)
    near = _open().filter(~Exists(told), ~Exists(waiting), due_on__range=(today, today + WARNED))
    found = list(near.order_by("due_on", "pk")[:_BATCH])
    for condition in found:
        case = condition.step.declaration
        with transaction.atomic():
            Notice.objects.create(declaration=case, kind=f"c{condition.pk}", sent_at=clock.now())
            emails.condition_due(case, condition).send()
    return len(found)


def overdue() -> int:
    """Open a task for each condition whose day has passed; a person decides what follows."""
    known = WorkItem.objects.filter(
        kind=WorkKind.CONDITION_OVERDUE, declaration=OuterRef("step__declaration"), about=OuterRef("tag")
    )
    found = list(_open().filter(~Exists(known), due_on__lt=clock.today()).order_by("due_on", "pk")[:_BATCH])
    for condition in found:
        text = _("Syarat lewat batas: %s") % condition.text
        case = condition.step.declaration
        work.owe(WorkKind.CONDITION_OVERDUE, text[:300], declaration=case, about=f"c{condition.pk}")
    return len(found)
