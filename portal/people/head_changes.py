"""Who heads a unit, and where his mail goes: one officer asks, a second one confirms, the old address is told (D16)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.log import record
from portal.dates import long_date
from portal.errors import Refused
from portal.people.models import Capacity, Employee, HeadAssignment, HeadChange, Opd
from portal.people.roles import ADMINISTRATOR, has_role
from portal.people.roster.notices import tell_old_address
from portal.people.roster.second_officer import may_confirm

_KIND = HeadChange.Kind
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of office as an officer typed it from the decree."""

    capacity: Capacity
    starts: date
    ends: date | None
    decree_number: str
    replaces: bool = False


def waiting() -> QuerySet[HeadChange]:
    """Return the changes that wait for a second officer, oldest first."""
    found = HeadChange.objects.filter(decided_at=None)
    return found.select_related("opd", "person", "asked_by", "assignment__person", "assignment__opd").order_by("pk")


def colliding(opd: Opd, term: Term) -> list[HeadAssignment]:
    """Return whose terms meet this one; a Plh stands beside the head, everybody else alone."""
    if term.capacity == Capacity.PLH:
        return []
    others = HeadAssignment.objects.filter(opd=opd).exclude(capacity=Capacity.PLH)
    others = others.filter(Q(ends=None) | Q(ends__gte=term.starts)).select_related("person")
    if term.ends is not None:
        others = others.filter(starts__lte=term.ends)
    return list(others.order_by("starts", "pk"))


@transaction.atomic
def ask_appoint(opd: Opd, person: Employee, term: Term, *, by: Employee) -> HeadChange:
    """Propose that this person heads the unit for a term."""
    _check_officer(person, by)
    _check_term(opd, person, term)
    return _ask(
        HeadChange(
            kind=_KIND.APPOINT,
            opd=opd,
            person=person,
            capacity=term.capacity,
            starts=term.starts,
            ends=term.ends,
            decree_number=term.decree_number,
            replaces=term.replaces,
        ),
        by,
    )


@transaction.atomic
def ask_end(assignment: HeadAssignment, ends: date, *, by: Employee) -> HeadChange:
    """Propose the last day of a term."""
    _check_officer(assignment.person, by)
    _check_end(assignment, ends)
    change = HeadChange(kind=_KIND.END, opd=assignment.opd, person=assignment.person, assignment=assignment, ends=ends)
    return _ask(change, by)


@transaction.atomic
def ask_address(opd: Opd, person: Employee, email: str, *, by: Employee) -> HeadChange:
    """Propose where this head's mail goes."""
    _check_officer(person, by)
    _check_address(person, email)
    return _ask(HeadChange(kind=_KIND.ADDRESS, opd=opd, person=person, email=email), by)


def _ask(change: HeadChange, by: Employee) -> HeadChange:
    same = HeadChange.objects.filter(opd=change.opd, kind=change.kind, person=change.person, decided_at=None)
    if same.exists():
        raise Refused(_("Perubahan seperti ini sudah menunggu petugas kedua."))
    change.asked_by, change.asked_at = by, clock.now()
    change.save()
    record("head_change_asked", change.person, by=by, via="portal", change=change.pk, kind=change.kind)
    return change


@transaction.atomic
def decide(change: HeadChange, *, accepted: bool, by: Employee) -> HeadChange:
    """The second officer's word; what was asked is checked once more against what holds now."""
    change = (
        HeadChange.objects.select_for_update(of=("self",)).select_related("opd", "person", "asked_by").get(pk=change.pk)
    )
    if not may_confirm(by):
        raise Refused(_("Petugas kedua harus administrator lain atau Kepala BKPSDM."), status=403)
    if change.decided_at is not None:
        raise Refused(_("Perubahan ini sudah diputus."))
    if accepted and by.pk in (change.asked_by_id, change.person_id):
        raise Refused(_("Petugas kedua harus orang lain."), status=403)
    change.accepted, change.decided_by, change.decided_at = accepted, by, clock.now()
    if accepted:
        _APPLY[_KIND(change.kind)](change)
    change.save(update_fields=["accepted", "decided_by", "decided_at"])
    record("head_change_decided", change.person, by=by, via="portal", change=change.pk, accepted=accepted)
    return change


def _appoint(change: HeadChange) -> None:
    assert change.starts is not None
    term = Term(Capacity(change.capacity), change.starts, change.ends, change.decree_number, change.replaces)
    _check_term(change.opd, change.person, term)
    for before in colliding(change.opd, term):
        before.ends = change.starts - _DAY
        before.save(update_fields=["ends"])
    change.assignment = HeadAssignment.objects.create(
        person=change.person,
        opd=change.opd,
        capacity=change.capacity,
        starts=change.starts,
        ends=change.ends,
        decree_number=change.decree_number,
    )
    change.save(update_fields=["assignment"])


def _end(change: HeadChange) -> None:
    assert change.assignment is not None
    assert change.ends is not None
    _check_end(change.assignment, change.ends)
    change.assignment.ends = change.ends
    change.assignment.save(update_fields=["ends"])


def _address(change: HeadChange) -> None:
    """The official address is replaced; one the person proved himself no longer goes before it."""
    person = change.person
    _check_address(person, change.email)
    old = person.mailbox
    person.email_gov, person.contact_email = change.email, None
    person.save(update_fields=["email_gov", "contact_email"])
    tell_old_address(person, old, f"change-{change.pk}")


_APPLY = {_KIND.APPOINT: _appoint, _KIND.END: _end, _KIND.ADDRESS: _address}


def _check_officer(person: Employee, by: Employee) -> None:
    if not has_role(by, ADMINISTRATOR):
        raise Refused(_("Hanya pengelola yang dapat mengusulkan perubahan pejabat."), status=403)
    if person.pk == by.pk:
        raise Refused(_("Perubahan tentang diri Anda diusulkan pengelola lain."), status=403)


def _check_term(opd: Opd, person: Employee, term: Term) -> None:
    if not person.is_active:
        raise Refused(_("Pegawai ini tidak aktif, jadi tidak dapat ditunjuk."), status=422)
    if term.ends is not None and term.ends < term.starts:
        raise Refused(_("Tanggal akhir harus sama dengan atau setelah tanggal mulai."), status=422)
    if term.capacity == Capacity.PLH and term.ends is None:
        raise Refused(_("Plh. selalu punya tanggal akhir"), status=422)
    for before in colliding(opd, term):
        if before.person_id == person.pk and before.capacity == term.capacity:
            raise Refused(_("%s sudah memegang jabatan ini pada tanggal itu.") % person, status=422)
        if not term.replaces or before.starts >= term.starts:
            until = long_date(before.ends) if before.ends else _("belum berakhir")
            told = {"who": before.person, "until": until}
            raise Refused(_("Masa tugas bertabrakan dengan %(who)s (sampai %(until)s)") % told, status=422)


def _check_end(assignment: HeadAssignment, ends: date) -> None:
    if ends < assignment.starts:
        raise Refused(_("Tanggal akhir harus sama dengan atau setelah tanggal mulai."), status=422)
    if ends < clock.today() - _DAY:
        raise Refused(_("Tanggal akhir paling awal kemarin; keputusan yang sudah diambil tetap berlaku."), status=422)
    later = HeadAssignment.objects.get(pk=assignment.pk)
    later.ends = ends
    try:
        later.validate_constraints()
    except ValidationError as error:
        raise Refused(error.messages[0], status=422) from error


def _check_address(person: Employee, email: str) -> None:
    if email == person.mailbox:
        raise Refused(_("Alamat ini sudah dipakai untuk pejabat ini."), status=422)
    same = Q(email=email) | Q(email_gov=email) | Q(contact_email=email)
    if Employee.objects.filter(same, is_active=True).exclude(pk=person.pk).exists():
        raise Refused(_("Alamat ini milik pegawai lain. Periksa lagi."), status=422)
