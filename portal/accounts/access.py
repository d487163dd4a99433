"""Who may open a view, where a login leads, and forms whose session ended while they were filled in.

`@login_required` sends a visitor to `/masuk/?lanjut=<path>`. A POST that arrives without a session is sealed into a
`RescuedForm` for 30 minutes, bound to a random cookie; after login `/masuk/simpanan/` says so and links to the path
with `?simpanan=1`. A view takes part by binding its form on GET to what was rescued:

    form = AnswerForm(request.POST if request.method == "POST" else initial_post(request), instance=draft)

`initial_post` answers None whenever nothing was rescued for this path, this browser and this person.
"""

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from portal import clock
from portal.accounts.digests import keyed
from portal.accounts.limits import TooMany, hit
from portal.accounts.models import RescuedForm
from portal.crypto import CannotUnseal, seal, unseal

View = Callable[..., HttpResponse]
NEXT = "lanjut"
COOKIE = f"{settings.HOST_COOKIE}isian"
KEPT = timedelta(minutes=30)
PROOF = timedelta(minutes=15)
_MOST = 200_000
_NEVER = ("csrfmiddlewaretoken", "sandi", "password", "kode", "code")


def safe_path(url: str | None) -> str:
    """Return the address when it is a path of this site, else nothing: no host, no backslash, no control character."""
    if not url or len(url) > 2000 or not url.startswith("/") or url.startswith("//"):
        return ""
    if "\\" in url or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        return ""
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def client_address(request: HttpRequest) -> str:
    """Return the address of the visitor; behind our TLS proxy that is the last one the proxy noted."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if request.is_secure() else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def login_required(view: View) -> View:
    """Let only signed-in people in; keep what a visitor's POST holds."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        response = redirect(f"{reverse('account_login')}?{urlencode({NEXT: request.get_full_path()})}")
        if request.method == "POST":
            _rescue(request, response)
        return response

    return guarded


def group_required(*groups: str) -> Callable[[View], View]:
    """Let only members of one of these groups in; others get 403. Asked anew at every request."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.groups.filter(name__in=groups).exists():
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def note_proof(request: HttpRequest) -> None:
    """Note that the person has just proven who he is: at login, and on the page that asks again."""
    request.session["proven"] = int(time.time())


def is_proven(request: HttpRequest) -> bool:
    """Tell whether that was less than fifteen minutes ago."""
    age = time.time() - request.session.get("proven", 0)
    return bool(0 <= age < PROOF.total_seconds())


def recently_proven(view: View) -> View:
    """Ask for the password or the second factor again before a dangerous act; what was typed is kept.

    Stands below `login_required` or `group_required`, and guards the acts only: reading the page stays open. The page
    that the act's form stands on must answer GET at the same address (it is where the person comes back to).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST" or is_proven(request):
            return view(request, *args, **kwargs)
        response = redirect(f"{reverse('prove')}?{urlencode({NEXT: request.path})}")
        _rescue(request, response, owner=request.user.pk)
        return response

    return guarded


def _rescue(request: HttpRequest, response: HttpResponse, owner: int | None = None) -> None:
    pairs = [
        (name, value)
        for name in request.POST
        if not any(word in name.lower() for word in _NEVER)
        for value in request.POST.getlist(name)
    ]
    if not pairs or len(request.path) > 500 or sum(len(name) + len(value) for name, value in pairs) > _MOST:
        return
    try:
        hit("rescue", client_address(request), limit=60, window=1800)
    except TooMany:
        return
    token = secrets.token_urlsafe(32)
    RescuedForm.objects.create(
        token=keyed("rescue", token),
        path=request.path,
        owner_id=owner or _former_owner(request),
        data=seal(pairs),
        expires_at=clock.now() + KEPT,
    )
    response.set_cookie(COOKIE, token, max_age=KEPT, httponly=True, samesite="Lax", secure=settings.SECURE)


def _former_owner(request: HttpRequest) -> int | None:
    """Return whose session it was, as far as its expired row still tells; nobody else is shown what was typed."""
    if known := getattr(request, "former_owner", None):
        return int(known)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    row = Session.objects.filter(session_key=key).first() if key else None
    owner = row.get_decoded().get("_auth_user_id") if row else None
    return int(owner) if owner else None


def rescued(request: HttpRequest) -> RescuedForm | None:
    """Return the form that was rescued for this browser and may be shown to the signed-in person."""
    token = request.COOKIES.get(COOKIE, "")
    if not token or not request.user.is_authenticated:
        return None
    row = RescuedForm.objects.filter(token=keyed("rescue", token), expires_at__gt=clock.now()).first()
    if row is None or row.owner_id not in (None, request.user.pk):
        return None
    return row


def initial_post(request: HttpRequest) -> QueryDict | None:
    """Return what was typed here before the session ended, to bind the form of a GET with ?simpanan=1."""
    if request.method not in ("GET", "HEAD") or request.GET.get("simpanan") != "1":
        return None
    row = rescued(request)
    if row is None or row.path != request.path:
        return None
    try:
        pairs = unseal(row.data)
    except CannotUnseal:
        return None
    values = QueryDict(mutable=True)
    for name, value in pairs:
        values.appendlist(name, value)
    return values


def landing(request: HttpRequest, way_on: str = "") -> HttpResponse:
    """Return the redirect after login: to the rescued form's page, to the asked path, else home."""
    path = safe_path(way_on or request.POST.get(NEXT) or request.GET.get(NEXT))
    if rescued(request):
        query = f"?{urlencode({NEXT: path})}" if path else ""
        return redirect(reverse("rescued") + query)
    return redirect(path or "home")
