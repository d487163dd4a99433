"""Signing in and out, and how long a session may stay idle."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from portal.accounts import devices, flows, second_factor
from portal.accounts.access import note_proof
from portal.people.models import Employee

IDLE_OFFICERS = 30 * 60
IDLE_DECLARANTS = 12 * 60 * 60
LONGEST = 12 * 60 * 60  # of any session, however busy
_BACKEND = "portal.accounts.backends.NipOrEmailBackend"


def sign_in(request: HttpRequest, person: Employee) -> None:
    """Sign in after a proven code or a new password; the session gets a new key."""
    flows.end(request)
    login(request, person, backend=_BACKEND)


@receiver(user_logged_in)
def set_idle_time(sender: object, request: HttpRequest, user: Employee, **kwargs: object) -> None:
    """Officers, whose screens show other people's cases, are signed out sooner."""
    request.session.set_expiry(IDLE_OFFICERS if user.groups.exists() else IDLE_DECLARANTS)
    request.session["seen"] = request.session["began"] = int(time.time())
    note_proof(request)
    second_factor.begin(request, user)
    devices.remember(request, user)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES) and chosen != user.language:
        set_language(user, chosen)


def set_language(person: Employee, language: str) -> None:
    """Keep the language that mails to this person are written in."""
    person.language = language
    person.save(update_fields=["language"])


class IdleMiddleware:
    """Moves the end of the session along while the person works, by a write a minute at most; 12 hours are the most."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.session.get("seen")
        if seen is not None and time.time() - request.session.get("began", seen) > LONGEST:
            request.former_owner = request.user.pk  # type: ignore[attr-defined]  # what was typed is kept for him
            logout(request)
        elif seen is not None and time.time() - seen > 60:
            request.session["seen"] = int(time.time())
            devices.seen(request)
        return self.get_response(request)
