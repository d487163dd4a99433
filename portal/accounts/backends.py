"""Login by NIP or proven address, at equal cost whether or not such a person exists."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from portal.people.models import Employee
from portal.people.nip import normalise


def clean_address(typed: str) -> str:
    """Return the address as it is stored: trimmed, small letters; nothing for one with letters beyond ASCII.

    Unicode folds letters such as the Kelvin sign to ASCII, which would let a foreign address pass for a stored one.
    """
    address = typed.strip()
    return address.lower() if address.isascii() else ""


def find(typed: str) -> Employee | None:
    """Return the active person with this NIP or proven address, by one query in every case."""
    if "@" in typed:
        people = Employee.objects.filter(contact_email=clean_address(typed) or "-")
    else:
        people = Employee.objects.filter(nip=normalise(typed) or "-")
    return people.filter(is_active=True).first()


class NipOrEmailBackend(ModelBackend):
    """Authenticates by NIP or proven address and password; an inactive person loses every session."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Employee | None:
        typed = username if username is not None else kwargs.get("nip")
        if not typed or password is None:
            return None
        person = find(str(typed))
        if person is None:
            Employee().set_password(password)  # the hash that a known person would cost
            return None
        return person if person.check_password(password) else None
