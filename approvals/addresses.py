"""A declarant's address in the roster, corrected by one officer; the old address is told (DESIGN 10)."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee, HeadAssignment
from portal.people.roles import groups_of
from portal.people.roster.notices import tell_old_address


def term_of(person: Employee) -> HeadAssignment | None:
    """Return the post that makes a change of this person's address an affair of two officers (D16)."""
    terms = HeadAssignment.objects.filter(person=person).filter(Q(ends=None) | Q(ends__gte=clock.today()))
    return terms.order_by("starts", "pk").first()


def holds_role(person: Employee) -> bool:
    """Tell whether the person is an officer: whoever gets his mail can register in his name and hold his role (D16)."""
    return bool(groups_of(person))


def checked(address: str) -> str:
    """Return the address as it is stored."""
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(_("Tulis alamat email seperti nama@contoh.go.id"), status=422) from error
    return address


def replace(person: Employee, old: str, address: str, *, by: Employee, about: str, row: int) -> None:
    """Put a checked address in the place of the old one, inside the caller's transaction.

    `about` and `row` name what led here ("mail" 17): the audit log keeps it, and the old address gets one mail for it.
    """
    person = Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if term_of(person) is not None:
        raise Refused(_("Alamat pejabat diganti di halaman OPD-nya, dengan petugas kedua."))
    if person.contact_email:
        raise Refused(_("Alamat ini sudah dibuktikan pemiliknya. Minta ia menggantinya di halaman Profil."))
    if person.pk == by.pk:
        raise Refused(_("Alamat Anda sendiri diganti petugas lain."), status=403)
    if holds_role(person):
        raise Refused(
            _(
                "Alamat pemegang peran tidak diganti satu petugas: ia menggantinya di halaman Profil, "
                "atau lewat permintaan bantuan yang dikonfirmasi dua petugas."
            )
        )
    if old and person.email_gov == old:
        person.email_gov = address
    else:
        person.email = address
    person.save(update_fields=["email", "email_gov"])
    record("address_changed", person, by=by, via="dashboard", about=about, row=row)
    tell_old_address(person, old, f"{about}{row}", by_two=False)
