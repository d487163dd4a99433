"""Codes to the proven address of an account: for login and for a new password."""

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from portal.accounts import flows, limits
from portal.accounts.backends import find
from portal.accounts.digests import keyed
from portal.accounts.forms import NewPasswordForm
from portal.accounts.notices import notify
from portal.audit.log import record
from portal.people.models import Employee


def begin(purpose: str, typed: str) -> flows.Flow:
    """Mail a code if this is an account with a proven address; nobody learns whether it is."""
    person = find(typed)
    subject = f"person:{person.pk}" if person else keyed("typed", typed)
    flow = flows.Flow(purpose, subject, person=person.pk if person else None)
    _send(flow, person)
    return flow


def send(flow: flows.Flow) -> None:
    """Mail a new code for a flow that has begun."""
    _send(flow, Employee.objects.filter(pk=flow.person or 0, is_active=True).first())


def _send(flow: flows.Flow, person: Employee | None) -> None:
    reachable = person is not None and person.contact_email and person.has_usable_password()
    flows.mail_code(flow, [person.contact_email or ""] if person and reachable else [])


def new_password_form(request: HttpRequest, person: Employee) -> NewPasswordForm:
    return NewPasswordForm(request.POST if request.method == "POST" else None, person=person)


def set_password(person: Employee, password: str) -> None:
    """Store the new password, end every other session by it, tell the person, forget wrong tries."""
    person.password = make_password(password)
    person.save(update_fields=["password"])
    limits.clear("password", f"person:{person.pk}")
    record("password_changed", person, by=person, via="portal")
    notify(person.mailbox, "password", language=person.language)
