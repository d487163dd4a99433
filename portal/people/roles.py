"""The four groups that give a person more than his own declarations, and granting one."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.log import Actor, record
from portal.errors import Refused
from portal.people.models import Employee

REVIEWER, INSPECTORATE, ADMINISTRATOR, LEADERSHIP = "reviewer", "inspectorate", "administrator", "leadership"
ROLES = (REVIEWER, INSPECTORATE, ADMINISTRATOR, LEADERSHIP)
LABELS = {
    REVIEWER: gettext_lazy("Verifikator BKPSDM"),
    INSPECTORATE: gettext_lazy("Inspektorat"),
    ADMINISTRATOR: gettext_lazy("Pengelola"),
    LEADERSHIP: gettext_lazy("Pimpinan (Sekda, Bupati)"),
}
ENOUGH_ADMINISTRATORS = 2


def groups_of(person: Employee) -> frozenset[str]:
    """Return the names of the person's groups; asked once for each object, so once for each request."""
    known: frozenset[str] | None = getattr(person, "_group_names", None)
    if known is None:
        known = frozenset(person.groups.values_list("name", flat=True))
        person._group_names = known  # type: ignore[attr-defined]
    return known


def has_role(person: Employee, role: str) -> bool:
    """Tell whether an active person is in this group."""
    return person.is_active and person.groups.filter(name=role).exists()


def administrators() -> int:
    """Return how many active people may administer."""
    return Employee.objects.filter(groups__name=ADMINISTRATOR, is_active=True).distinct().count()


@transaction.atomic
def grant_first(person: Employee, role: str, *, by: Actor | None = None) -> bool:
    """Give the role while fewer than two administrators exist; return whether anything changed.

    Once two exist they confirm each other's changes, and this door is closed.
    """
    if role not in ROLES:
        raise Refused(_("Peran %(role)s tidak dikenal. Pilih: %(roles)s.") % {"role": role, "roles": ", ".join(ROLES)})
    if not person.is_active:
        raise Refused(_("Pegawai ini tidak aktif, jadi tidak dapat diberi peran."))
    group, _made = Group.objects.get_or_create(name=role)
    gate, _made = Group.objects.get_or_create(name=ADMINISTRATOR)
    Group.objects.select_for_update().get(pk=gate.pk)  # two commands at once count one after the other
    if administrators() >= ENOUGH_ADMINISTRATORS:
        raise Refused(_("Sudah ada dua administrator. Peran kini diberikan di /kelola/pengguna/ dengan petugas kedua."))
    if person.groups.filter(pk=group.pk).exists():
        return False
    person.groups.add(group)
    record("role_granted", person, by=by, via="command", role=role)
    return True
