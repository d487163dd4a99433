"""The four groups that give a person more than his own declarations, and granting one."""

from datetime import date
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.db import connection, transaction
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


# every page of everybody asks it: one statement, which the ORM does not have to make each time
_STANDING = """
SELECT g.name, NULL, NULL::date, NULL::date FROM people_employee_groups m JOIN auth_group g ON g.id = m.group_id
WHERE m.employee_id = %(person)s
UNION ALL
SELECT NULL, o.kind, h.starts, h.ends FROM people_headassignment h JOIN people_opd o ON o.id = h.opd_id
WHERE h.person_id = %(person)s
"""


class Post(NamedTuple):
    """A term at the head of a unit of this kind."""

    kind: str
    starts: date
    ends: date | None


class Standing(NamedTuple):
    """What a person is besides a declarant: the names of his groups, and his posts of any time."""

    groups: frozenset[str]
    posts: tuple[Post, ...]


def standing_of(person: Employee) -> Standing:
    """Return groups and posts; asked once for each object, so once for each request."""
    known: Standing | None = getattr(person, "_standing", None)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, {"person": person.pk})
            rows = cursor.fetchall()
        groups = frozenset(name for name, *_post in rows if name)
        known = Standing(groups, tuple(Post(*post) for name, *post in rows if not name))
        person._standing = known  # type: ignore[attr-defined]
    return known


def groups_of(person: Employee) -> frozenset[str]:
    """Return the names of the person's groups."""
    return standing_of(person).groups


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
