"""The end of an approval: announced at 60, 30 and 7 days, then it expires."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from approvals import emails, workflow
from approvals.models import Notice
from declarations.models import Declaration
from declarations.status import OPEN, Status
from portal import clock

_BATCH = 500
ANNOUNCED = (60, 30, 7)  # calendar days before the last one
_HOLDS = (Status.APPROVED, Status.SUSPENDED)


def expire_over() -> int:
    """End the approvals whose last day is over."""
    over = Declaration.objects.filter(status__in=_HOLDS, valid_until__lt=clock.today()).order_by("valid_until", "pk")
    return sum(workflow.expire(declaration).status == Status.EXPIRED for declaration in over[:_BATCH])


def announce_ends() -> int:
    """Tell the holders that the end is near; after a silence only the nearest of the three mails goes out."""
    today, done = clock.today(), 0
    renewed = Declaration.objects.filter(replaces=OuterRef("pk"), status__in=OPEN)
    for days, nearer in zip(ANNOUNCED, (*ANNOUNCED[1:], -1), strict=True):
        told = Notice.objects.filter(declaration=OuterRef("pk"), kind=f"end{days}")
        window = (today + timedelta(days=nearer + 1), today + timedelta(days=days))
        # an approval that was shorter than that from the start has no such mail
        near = Declaration.objects.filter(
            ~Exists(told), ~Exists(renewed), status__in=_HOLDS, valid_until__range=window, declarant__is_active=True
        ).filter(decided_at__lt=F("valid_until") - timedelta(days=days))
        for case in near.select_related("declarant").order_by("valid_until", "pk")[:_BATCH]:
            with transaction.atomic():
                Notice.objects.create(declaration=case, kind=f"end{days}", sent_at=clock.now())
                emails.ends_soon(case, days=days).send()
            done += 1
    return done
