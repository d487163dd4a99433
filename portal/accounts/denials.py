"""Refusals as events of the audit log: a page that is not this person's, and a wrong password for an account."""

import logging
from collections.abc import Callable

from django.contrib.auth.signals import user_login_failed
from django.db import DatabaseError, transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from portal.accounts.access import client_address
from portal.accounts.backends import find
from portal.accounts.digests import keyed
from portal.accounts.limits import TooMany, hit
from portal.audit.log import CannotRecord, record
from portal.logs import current
from portal.people.models import Employee

log = logging.getLogger(__name__)
AN_HOUR = 10  # of one person at one page; the request log holds every single one


class DenialMiddleware:
    """Writes down who was refused what; the refusal itself never depends on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 403 and isinstance(request.user, Employee):
            _denied(request, request.user)
        return response


def _denied(request: HttpRequest, person: Employee) -> None:
    view = request.resolver_match.view_name if request.resolver_match else "-"
    case = {"case": current.get()["case"]} if "case" in current.get() else {}
    try:
        with transaction.atomic():
            hit("denied", f"{person.pk}:{view}", limit=AN_HOUR, window=3600)
            record(
                "access_denied",
                person,
                by=person,
                via="portal",
                view=view,
                method=request.method if request.method in ("GET", "HEAD", "POST") else "other",
                **_from(request),
                **case,
            )
    except (TooMany, CannotRecord, DatabaseError):
        return


def _from(request: HttpRequest) -> dict[str, str]:
    """Return what tells one network address from another without naming it, and the number of the request."""
    return {"from": keyed("from", client_address(request))[:12], "request": str(current.get().get("request", ""))}


@receiver(user_login_failed)
def note_failed_login(
    sender: object, credentials: dict[str, str], request: HttpRequest | None = None, **kwargs: object
) -> None:
    """Write down whose password was wrong; for nobody's account the same work is done and taken back."""
    if request is None:
        return
    person = find(str(credentials.get("username", "")))
    where = _from(request)
    log.warning("login failed: person %s from %s", person.pk if person else "-", where["from"])
    try:
        with transaction.atomic():
            record("login_failed", person or Employee(), by=None, via="portal", **where)
            if person is None:
                transaction.set_rollback(True)
    except CannotRecord:
        return
