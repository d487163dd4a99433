"""Save a plan, confirm what it holds back, give it up, or undo it: each once, whoever presses twice."""

from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee
from portal.people.roster.run import apply_plan, lock_directory
from portal.people.roster.second_officer import Officers, check_officers
from portal.rosters.keeping import keeper, put_back
from portal.rosters.models import SAVED, RosterImport, State
from portal.rosters.reading import plan_staged
from portal.wake import wake

UNDO = timedelta(hours=24)
LEFT = 200


def _held(batch: RosterImport, *states: State) -> RosterImport:
    batch = RosterImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state not in states:
        raise Refused(_("Impor ini sudah diputus sebelumnya. Lihat statusnya."))
    return batch


def _hand_on(batch: RosterImport, state: State) -> None:
    batch.state, batch.beat_at, batch.tries = state, clock.now(), 0
    batch.save()
    transaction.on_commit(partial(wake, "portal.rosters.tasks.work_on", batch.pk), robust=True)


@transaction.atomic
def confirm(batch: RosterImport) -> None:
    """Hand a plan to a worker; what needs a second officer is held back."""
    batch = _held(batch, State.PLANNED)
    if not sum(number for change, number in batch.changes.items() if change != "same"):
        raise Refused(_("Tidak ada yang berubah, jadi tidak ada yang disimpan."))
    _hand_on(batch, State.APPLYING)


@transaction.atomic
def cancel(batch: RosterImport) -> None:
    """Give a plan up; nothing of the file stays but that there was one."""
    batch = _held(batch, State.MATCHING, State.PLANNED)
    _forget(batch)
    batch.state, batch.content = State.CANCELLED, None
    batch.save(update_fields=["state", "content"])


def _forget(batch: RosterImport) -> None:
    batch.staged.all().delete()
    batch.problems.all().delete()
    batch.planned.all().delete()


@transaction.atomic
def answer(batch: RosterImport, *, accepted: bool, by: Employee) -> None:
    """The second officer accepts or refuses what is held back; refused changes are dropped, the others stand."""
    batch = _held(batch, State.WAITING)
    if accepted:
        check_officers(Officers(batch.made_by, by), set())
    batch.second_by, batch.second_at, batch.accepted = by, clock.now(), accepted
    if accepted:
        _hand_on(batch, State.CONFIRMING)
        return
    batch.state = State.APPLIED
    batch.save()
    batch.staged.exclude(line__in=batch.problems.values("line")).delete()
    record("roster_held_refused", batch, by=by, via="dashboard", held=batch.held)


@transaction.atomic
def apply(batch: RosterImport) -> None:
    """Write the plan as it is against the directory of this moment; called by a worker, does nothing twice."""
    _no_hurry()
    batch = RosterImport.objects.select_for_update(of=("self",)).select_related("made_by", "second_by").get(pk=batch.pk)
    if batch.state not in (State.APPLYING, State.CONFIRMING):
        return
    lock_directory()
    officers = Officers(batch.made_by, batch.second_by) if batch.state == State.CONFIRMING and batch.second_by else None
    plan = plan_staged(batch)
    plan = apply_plan(plan, batch.digest, by=batch.made_by, officers=officers, via="dashboard", keep=keeper(batch))
    done = dict(plan.applied or {})
    first = batch.done if officers else {}
    batch.done = {**done, **{key: done[key] + first.get(key, 0) for key in ("new", "changed")}}
    batch.state = State.WAITING if done["held"] else State.APPLIED
    batch.applied_at = batch.beat_at = clock.now()
    if batch.state == State.APPLIED:
        batch.staged.exclude(line__in=batch.problems.values("line")).delete()
    batch.save()


@transaction.atomic
def undo(batch: RosterImport, *, by: Employee) -> RosterImport:
    """Put the directory back as it was before the newest import, within a day; who changed since is named and left."""
    _no_hurry()
    lock_directory()
    batch = _held(batch, *SAVED)
    newest = RosterImport.objects.filter(state__in=SAVED).order_by("-applied_at").values_list("pk", flat=True).first()
    if newest != batch.pk:
        raise Refused(_("Hanya impor terakhir yang dapat diurungkan. Urungkan dulu yang sesudahnya."))
    if batch.applied_at is None or clock.now() - batch.applied_at > UNDO:
        raise Refused(_("Impor hanya dapat diurungkan dalam 24 jam."))
    if batch.accepted and by.pk == batch.made_by_id:
        raise Refused(
            _("Impor ini dikonfirmasi petugas kedua; yang mengurungkannya juga harus orang lain."), status=403
        )
    restored, removed, left = put_back(batch)
    batch.state, batch.undone_by, batch.undone_at = State.UNDONE, by, clock.now()
    batch.done = {**batch.done, "restored": restored, "removed": removed, "left": len(left)}
    batch.left = left[:LEFT]
    batch.save()
    batch.staged.all().delete()
    record("roster_import_undone", batch, by=by, via="dashboard", restored=restored, removed=removed, left=len(left))
    return batch


def _no_hurry() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15min'")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '15min'")


def forget_old() -> int:
    """Drop what is no longer needed: plans nobody saved for a week, and what was kept for undoing after a day."""
    now = clock.now()
    done = 0
    for batch in RosterImport.objects.filter(
        state__in=(State.MATCHING, State.PLANNED), made_at__lt=now - timedelta(days=7)
    ).defer("content")[:5]:
        cancel(batch)
        done += 1
    over = RosterImport.objects.filter(state__in=SAVED, applied_at__lt=now - UNDO, kept__isnull=False)
    for batch in over.distinct().defer("content")[:5]:
        with transaction.atomic():  # the names of whoever was changed, and the rows that had errors, go as well
            batch.kept.all().delete()
            batch.planned.all().delete()
            if batch.state == State.APPLIED:
                batch.staged.all().delete()
        done += 1
    return done
