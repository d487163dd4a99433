"""Login by NIP or proven address, at equal cost whether or not such a person exists."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from portal.people.models import Employee

_GAPS = str.maketrans("", "", " .-\u00a0\u2007\u2009\u202f\t")


def clean_nip(typed: str) -> str:
    """Return the typed NIP without blanks, dots and dashes; other characters stay, so that they are refused."""
    return "".join(typed.translate(_GAPS).split())


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
        people = Employee.objects.filter(nip=clean_nip(typed)[:18] or "-")
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
