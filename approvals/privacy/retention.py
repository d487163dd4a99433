"""What is past its period: listed, proposed by one officer, confirmed by another, worked off in small parts."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from approvals.models import Objection
from approvals.privacy import holding
from approvals.privacy.models import Correction, Deletion, Period
from declarations.models import SealedAnswers
from declarations.status import Status
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee
from portal.people.roster.second_officer import may_confirm

_PART = 200
_OVER = (Status.WITHDRAWN, Status.EXPIRED, Status.REVOKED, Status.SUPERSEDED, Status.REJECTED)


def _sealed(before: datetime) -> QuerySet[SealedAnswers]:
    """Return sensitive answers of cases that ended before; an objection that waits or a hold keeps its case."""
    waiting = Objection.objects.filter(admitted=None).values("declaration_id")
    closed = Q(declaration__status__in=_OVER, declaration__since__lt=before)
    ended = SealedAnswers.objects.filter(closed, ~holding.standing("declaration_id"), snapshot__isnull=False)
    return ended.exclude(declaration_id__in=waiting)


def _corrections(before: datetime) -> QuerySet[Correction]:
    return Correction.objects.filter(answered_at__lt=before)


# What can be deleted by the portal now; the other periods are listed and wait for the archive procedure.
KINDS: dict[str, Callable[[datetime], QuerySet[SealedAnswers] | QuerySet[Correction]]] = {
    "sensitive": _sealed,
    "corrections": _corrections,
}


def cutoff(period: Period) -> datetime:
    """Return the moment before which data of this kind are past their period."""
    return clock.now() - timedelta(days=period.days or 0)


def count(period: Period) -> int | None:
    """Return how many rows are past their period, None for a kind that the portal does not delete."""
    find = KINDS.get(period.code)
    return find(cutoff(period)).order_by().count() if find and period.days else None


@transaction.atomic
def propose(period: Period, *, by: Employee) -> Deletion:
    """Write the list down for a second officer; what waits already is returned."""
    period = Period.objects.select_for_update().get(pk=period.pk)
    waiting = Deletion.objects.filter(period=period, accepted=None).first()
    if waiting is not None:
        return waiting
    expected = count(period)
    if not expected:
        raise Refused(_("Tidak ada yang lewat masa simpan pada baris ini."))
    deletion = Deletion.objects.create(
        period=period, before=cutoff(period), expected=expected, asked_by=by, asked_at=clock.now()
    )
    record("deletion_asked", deletion, by=by, via="dashboard", period=period.code, expected=expected)
    return deletion


@transaction.atomic
def decide(deletion: Deletion, *, accepted: bool, by: Employee) -> Deletion:
    """Confirm or refuse a list; whoever proposed it may withdraw it but never confirm it."""
    deletion = Deletion.objects.select_for_update(of=("self",)).select_related("period").get(pk=deletion.pk)
    if deletion.accepted is not None:
        raise Refused(_("Daftar ini sudah diputus."))
    if accepted and deletion.asked_by_id == by.pk:
        raise Refused(_("Petugas kedua harus orang lain."), status=403)
    if not may_confirm(by):
        raise Refused(_("Halaman ini hanya untuk pengelola dan Kepala BKPSDM."), status=403)
    deletion.accepted, deletion.decided_by, deletion.decided_at = accepted, by, clock.now()
    if not accepted:
        deletion.done_at = clock.now()
    deletion.save()
    record("deletion_decided", deletion, by=by, via="dashboard", period=deletion.period.code, accepted=accepted)
    return deletion


def work_off() -> int:
    """Delete the next part of every confirmed list; called by the clock, safe to repeat."""
    done = 0
    for key in Deletion.objects.filter(accepted=True, done_at=None).values_list("pk", flat=True)[:5]:
        while part := _next_part(key):
            done += part
    return done


@transaction.atomic
def _next_part(key: int) -> int:
    deletion = (
        Deletion.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("period")
        .filter(pk=key, done_at=None)
        .first()
    )
    if deletion is None:
        return 0
    rows = KINDS[deletion.period.code](deletion.before)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:_PART])
    if keys:
        rows.model._default_manager.filter(pk__in=keys).delete()
        deletion.deleted += len(keys)
    else:
        deletion.done_at = clock.now()
        record("deletion_done", deletion, by=None, via="system", period=deletion.period.code, deleted=deletion.deleted)
    deletion.save()
    return len(keys)
