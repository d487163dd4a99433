"""Drafts nobody went on with: a mail a week before, then they are deleted."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from approvals import emails
from approvals.models import Notice
from approvals.privacy import holding
from declarations.drafts import KEPT
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.audit.log import record

_BATCH = 200
WARNED = timedelta(days=7)
KIND = "draft"


def announce_deletion() -> int:
    """Mail the owner of a draft that has not been touched for all but a week of the time it is kept."""
    told = Notice.objects.filter(declaration=OuterRef("pk"), kind=KIND, sent_at__gte=OuterRef("edited_at"))
    old = _untouched_since(KEPT - WARNED).filter(~Exists(told)).select_related("declarant")
    cases = list(old[:_BATCH])
    for case in cases:
        with transaction.atomic():
            Notice.objects.update_or_create(declaration=case, kind=KIND, defaults={"sent_at": clock.now()})
            emails.draft_ends(case, on=clock.today() + WARNED).send()
    return len(cases)


def delete_old() -> int:
    """Delete drafts whose time is over and whose owner was told a week ago; the audit log keeps that they were."""
    told = Notice.objects.filter(
        declaration=OuterRef("pk"), kind=KIND, sent_at__gte=OuterRef("edited_at"), sent_at__lte=clock.now() - WARNED
    )
    return sum(_delete(pk) for pk in _untouched_since(KEPT).filter(Exists(told)).values_list("pk", flat=True)[:_BATCH])


@transaction.atomic
def _delete(pk: int) -> int:
    case = Declaration.objects.select_for_update().filter(pk=pk, status=Status.DRAFT, submitted_at=None).first()
    if case is None or case.edited_at > clock.now() - KEPT or holding.of(case):
        return 0
    record("draft_deleted", case, by=None, via="system")
    case.delete()
    return 1


def _untouched_since(age: timedelta) -> QuerySet[Declaration]:
    old = Declaration.objects.filter(status=Status.DRAFT, submitted_at=None, edited_at__lte=clock.now() - age)
    return old.filter(~holding.standing("pk")).order_by("edited_at", "pk")
