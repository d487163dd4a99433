"""Roles of people: one officer asks, a second one confirms, and the last two administrators stay."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts import devices
from portal.accounts.models import RoleChange
from portal.accounts.notices import notify
from portal.audit.log import record
from portal.errors import Refused
from portal.mail.reader import writing_in
from portal.people.models import Employee
from portal.people.roles import ADMINISTRATOR, ENOUGH_ADMINISTRATORS, ROLES, administrators, has_role
from portal.people.roster.second_officer import may_confirm


def waiting() -> QuerySet[RoleChange]:
    """Return the changes that wait for a second officer."""
    return RoleChange.objects.filter(decided_at=None).select_related("person__unit", "asked_by").order_by("pk")


def officers() -> QuerySet[Employee]:
    """Return everybody who holds a role."""
    return Employee.objects.filter(groups__name__in=ROLES).distinct().select_related("unit").prefetch_related("groups")


def _check(person: Employee, role: str, *, give: bool, by: Employee) -> None:
    if role not in ROLES:
        raise Refused(_("Peran ini tidak dikenal."), status=422)
    if person.pk == by.pk:
        raise Refused(_("Peran Anda sendiri diubah oleh pengelola lain."), status=403)
    if give and not person.is_active:
        raise Refused(_("Pegawai ini tidak aktif, jadi tidak dapat diberi peran."))
    if give == person.groups.filter(name=role).exists():
        raise Refused(_("Pegawai ini sudah dalam keadaan itu. Muat ulang halaman."))
    if role == ADMINISTRATOR and not give and administrators() <= ENOUGH_ADMINISTRATORS:
        raise Refused(_("Dua pengelola terakhir tidak dapat dilepas. Tunjuk pengelola lain dahulu."))


@transaction.atomic
def ask(person: Employee, role: str, *, give: bool, by: Employee) -> RoleChange:
    """Propose a change; it takes effect when a second officer confirms it."""
    if not has_role(by, ADMINISTRATOR):
        raise Refused(_("Hanya pengelola yang dapat mengusulkan perubahan peran."), status=403)
    person = Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    _check(person, role, give=give, by=by)
    if RoleChange.objects.filter(person=person, role=role, decided_at=None).exists():
        raise Refused(_("Perubahan peran ini sudah menunggu petugas kedua."))
    change = RoleChange.objects.create(person=person, role=role, give=give, asked_by=by, asked_at=clock.now())
    record("role_asked", person, by=by, via="portal", role=role, give=give, change=change.pk)
    return change


@transaction.atomic
def decide(change: RoleChange, *, accepted: bool, by: Employee) -> RoleChange:
    """The second officer's word; an accepted change ends the person's sessions, so that it holds from now on."""
    Group.objects.select_for_update().get_or_create(name=ADMINISTRATOR)  # two at once count one after the other
    change = RoleChange.objects.select_for_update(of=("self",)).select_related("person").get(pk=change.pk)
    if not may_confirm(by):
        raise Refused(_("Petugas kedua harus administrator lain atau Kepala BKPSDM."), status=403)
    if change.decided_at is not None:
        raise Refused(_("Perubahan peran ini sudah diputus."))
    if accepted and by.pk in (change.asked_by_id, change.person_id):
        raise Refused(_("Petugas kedua harus orang lain."), status=403)
    change.accepted, change.decided_by, change.decided_at = accepted, by, clock.now()
    if accepted:
        _apply(change, by)
    change.save(update_fields=["accepted", "decided_by", "decided_at"])
    record("role_decided", change.person, by=by, via="portal", change=change.pk, accepted=accepted)
    return change


def _apply(change: RoleChange, by: Employee) -> None:
    person = change.person
    _check(person, change.role, give=change.give, by=change.asked_by)
    group, _made = Group.objects.get_or_create(name=change.role)
    if change.give:
        person.groups.add(group)
    else:
        person.groups.remove(group)
    event = "role_granted" if change.give else "role_taken"
    record(event, person, by=by, via="portal", role=change.role, asked_by=change.asked_by_id)
    devices.end(devices.of(person), person, by=by)
    with writing_in(person.language):
        notify(person.mailbox, "role", language=person.language, role=change.label, give=change.give)
