"""Registering: the code goes only to addresses the directory holds, and every NIP costs the same."""

from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.accounts import flows
from portal.accounts.codes import issue_code, was_sent_to
from portal.accounts.digests import keyed
from portal.accounts.models import OneTimeCode
from portal.accounts.notices import button, link, notify
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee

PURPOSE = "register"
_SLOTS = 3


class AlreadyActive(Refused):
    """The account has a password already: the page of login helps, not registration."""

    def __init__(self) -> None:
        super().__init__(_("Akun ini sudah aktif. Silakan masuk dengan NIP dan kata sandi Anda."))


def find(nip: str) -> Employee | None:
    """Return the active person of the directory with this NIP."""
    return Employee.objects.filter(nip=nip, is_active=True).first()


def addresses(person: Employee | None) -> list[str]:
    """Return the addresses that reach only this person, by the same three queries for everybody.

    An address that the directory gives for somebody else too (an office's, a shared one) does not count.
    """
    held = [person.contact_email, person.email, person.email_gov] if person else []
    usable: list[str] = []
    for address in [*held, "", "", ""][:_SLOTS]:
        lower = (address or "-").lower()
        same = [address or "-", lower]
        others = Employee.objects.filter(Q(email__in=same) | Q(email_gov__in=same) | Q(contact_email__in=same))
        shared = others.exclude(pk=person.pk if person else 0).exists()
        if address and not shared and lower not in usable:
            usable.append(lower)
    return usable


def begin(nip: str) -> flows.Flow:
    """Mail a code to whoever this NIP belongs to; say nothing about whether anybody got one."""
    person = find(nip)
    flow = flows.Flow(PURPOSE, keyed("nip", nip), person=person.pk if person else None)
    flow.data = {"registered": bool(person and person.has_usable_password())}
    send(flow, person)
    return flow


def send_again(flow: flows.Flow) -> None:
    """Mail a new code for a flow that has begun."""
    person = Employee.objects.filter(pk=flow.person or 0, is_active=True).first()
    flow.data = {"registered": bool(person and person.has_usable_password())}
    send(flow, person)


def send(flow: flows.Flow, person: Employee | None) -> None:
    recipients = addresses(person)
    if not flow.data["registered"]:
        flows.mail_code(flow, recipients, slots=_SLOTS)
        return
    issue_code(flow.purpose, flow.subject, to="", real=False)
    proven = [person.contact_email] if person and person.contact_email else recipients
    context = {"kind": "known", "purpose": PURPOSE, "button": button("known")}
    secret = {"link": link("known")}
    flows.mail_all("account_notice", proven, context, key=f"known:{uuid4()}", slots=_SLOTS, secret=secret)


def activate(flow: flows.Flow, password: str) -> Employee:
    """Set the password of the existing row; the address that got the code becomes the proven one."""
    people = Employee.objects.select_for_update(of=("self",))
    person = people.filter(pk=flow.person or 0, is_active=True).first()
    if person is None or not flow.proven or person.has_usable_password():
        raise AlreadyActive
    code = OneTimeCode.objects.get(pk=flow.code or 0)
    mailed = [address for address in addresses(person) if was_sent_to(code, address)]
    if not person.contact_email and mailed:
        person.contact_email = mailed[0]
    person.password = make_password(password)
    person.language = (get_language() or "id")[:2]
    person.save(update_fields=["password", "contact_email", "language"])
    record("account_registered", person, by=person, via="portal")
    notify(person.mailbox, "active", language=person.language)
    return person
