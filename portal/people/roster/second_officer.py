"""Two officers (D16): who may confirm what one alone may not do."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal import clock
from portal.errors import Refused
from portal.people.heads import in_force
from portal.people.models import Employee
from portal.people.roles import ADMINISTRATOR, has_role

_PERSONNEL = "BKPSDM"


@dataclass(frozen=True, slots=True)
class Officers:
    """Who runs the import and who confirms it."""

    by: Employee
    confirmed_by: Employee


def check_officers(officers: Officers, heads: set[int]) -> None:
    """Refuse unless an administrator acts and another one, or the head of BKPSDM, confirms; neither for himself."""
    by, other = officers.by, officers.confirmed_by
    if by.pk == other.pk:
        raise Refused(_("Petugas kedua harus orang lain."))
    if not has_role(by, ADMINISTRATOR):
        raise Refused(_("Impor hanya dapat dijalankan oleh administrator."))
    if not may_confirm(other):
        raise Refused(_("Petugas kedua harus administrator lain atau Kepala BKPSDM."))
    if heads & {by.pk, other.pk}:
        raise Refused(_("Petugas tidak dapat mengonfirmasi perubahan alamatnya sendiri."))


def may_confirm(person: Employee) -> bool:
    """Tell whether this person may be the second officer: an administrator, or the head of BKPSDM."""
    return has_role(person, ADMINISTRATOR) or heads_personnel(person)


def heads_personnel(person: Employee) -> bool:
    """Tell whether this person heads BKPSDM today."""
    return person.is_active and in_force(clock.today()).filter(person=person, opd__code=_PERSONNEL).exists()
