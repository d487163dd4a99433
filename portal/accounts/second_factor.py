"""The second factor: an app's code, a passkey or a recovery code after any way of signing in, and who must have one."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from portal.accounts import limits
from portal.accounts.notices import notify
from portal.audit.log import record
from portal.crypto import seal, unseal
from portal.http import View
from portal.people.models import Employee
from portal.people.roles import ADMINISTRATOR, INSPECTORATE, REVIEWER

REQUIRED = (REVIEWER, ADMINISTRATOR, INSPECTORATE)
KEY, PENDING = "second", "second_secret"
NONE, ENROL, ASK, DONE = "none", "enrol", "ask", "done"
TRIES, REST = 5, 900
_PERIOD = 30
# Pages that need no account: whoever owes the second factor is nobody there. Everything else sends him to give it.
_FOR_NOBODY = ("/k/", "/v/", "/healthz/", "/metrics")
_WHILE_ASKED = {ASK: {"second_factor", "account_logout"}}
_WHILE_ASKED[ENROL] = {"security", "security_app", "security_codes", "security_passkeys", "prove"}
_WHILE_ASKED[ENROL] |= {"account_logout", "profile_password"}


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What the library stores is sealed like every other secret; the app shows a name, never a NIP."""

    def encrypt(self, text: str) -> str:
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return str(unseal(encrypted_text.encode()))

    def get_totp_label(self, user: Any) -> str:
        return str(user.name)


def enrolled(person: Employee) -> bool:
    """Tell whether the person has an app or a passkey; recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=kinds).exists())


def has_app(person: Employee) -> bool:
    """Tell whether the person has an authenticator app."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists())


def has_spare_codes(person: Employee) -> bool:
    """Tell whether the person was given recovery codes."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES).exists())


def required(person: Employee) -> bool:
    """Tell whether this person's work needs one here."""
    return bool(settings.SECOND_FACTOR) and person.groups.filter(name__in=REQUIRED).exists()


def begin(request: HttpRequest, person: Employee) -> None:
    """Note in a new session what this person still owes."""
    request.session[KEY] = ASK if enrolled(person) else ENROL if required(person) else NONE


def passed(request: HttpRequest) -> None:
    """Note that this session has proven the second factor."""
    request.session[KEY] = DONE


def check(person: Employee, typed: str) -> bool:
    """Tell whether the code is right; five wrong ones, then fifteen minutes of rest; none works twice."""
    limits.hit("second", f"person:{person.pk}", limit=TRIES, window=REST, from_last=True)
    with transaction.atomic():
        rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user_id=person.pk)}
        app, spare = rows.get(Authenticator.Type.TOTP), rows.get(Authenticator.Type.RECOVERY_CODES)
        right = bool(app and _app_code(app, typed)) or bool(spare and spare.wrap().validate_code(typed))
    if right:
        limits.clear("second", f"person:{person.pk}")
    return right


def _counter(secret: str, typed: str, after: int = 0) -> int:
    """Return the period whose code was typed, now or half a minute off, later than `after`; 0 when there is none."""
    now = int(time.time()) // _PERIOD
    for counter in (now, now - 1, now + 1):
        if counter > after and constant_time_compare(typed, format_hotp_value(hotp_value(secret, counter))):
            return counter
    return 0


def _app_code(app: Authenticator, typed: str) -> bool:
    counter = _counter(decrypt(app.data["secret"]), typed, after=app.data.get("last", 0))
    if counter:
        app.data["last"] = counter
        app.record_usage()
        app.save(update_fields=["data"])
    return bool(counter)


def new_secret(request: HttpRequest) -> str:
    """Return the secret this session offers to an app until a code proves that it arrived there."""
    if PENDING not in request.session:
        request.session[PENDING] = seal(generate_totp_secret()).decode()
    return str(unseal(request.session[PENDING].encode()))


def app_address(person: Employee, secret: str) -> str:
    """Return what the QR code says to an authenticator app."""
    return str(Adapter().build_totp_url(person, secret))


@transaction.atomic
def enrol(request: HttpRequest, person: Employee, typed: str) -> bool:
    """Store the offered secret when the app's code proves it; an earlier app stops working."""
    limits.hit("second", f"person:{person.pk}", limit=TRIES, window=REST, from_last=True)
    secret = new_secret(request)
    if not _counter(secret, typed):
        return False
    limits.clear("second", f"person:{person.pk}")
    Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(person, secret)
    del request.session[PENDING]
    passed(request)
    record("second_factor_on", person, by=person, via="portal")
    notify(person.mailbox, "second_on", language=person.language)
    return True


@transaction.atomic
def spare_codes(person: Employee) -> list[str]:
    """Return ten new recovery codes; earlier ones stop working."""
    Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    record("recovery_codes_made", person, by=person, via="portal")
    codes = RecoveryCodes.activate(person).generate_codes()
    return [str(code) for code in codes]


@transaction.atomic
def remove(person: Employee, *, by: Employee) -> bool:
    """Forget app and codes, for a lost phone; the person is told."""
    gone, _kinds = Authenticator.objects.filter(user_id=person.pk).delete()
    if gone:
        record("second_factor_off", person, by=by, via="portal")
        notify(person.mailbox, "second_off", language=person.language)
    return bool(gone)


class SecondFactorMiddleware:
    """Whoever owes the second factor gets no page of an account before giving it, whichever way he signed in."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *args: object) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        if KEY not in request.session:  # a session from before this was asked
            begin(request, request.user)
        owed = request.session[KEY]
        if owed not in _WHILE_ASKED or (owed == ENROL and not settings.SECOND_FACTOR):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in _WHILE_ASKED[owed]:
            return None
        if request.path.startswith(_FOR_NOBODY):
            request.user = AnonymousUser()
            return None
        if owed == ENROL:
            return redirect("security")
        return redirect(f"{reverse('second_factor')}?{urlencode({'lanjut': request.get_full_path()})}")
