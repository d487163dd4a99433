"""The list behind the link of the afternoon's mail: it shows; deciding several there needs a mailed code."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals import links
from approvals.models import Via
from approvals.views import batch
from approvals.views.link import unknown_link
from portal.http import methods
from portal.people.models import Employee

_COOKIE = f"{settings.PATH_COOKIE}daftar"
_COOKIE_AGE = 30 * 60


def _person(token: str) -> Employee | None:
    key = links.read_list(token)
    return Employee.objects.filter(pk=key, is_active=True).first() if key else None


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Move the token from the address into a cookie that only the list receives, then forget the address."""
    if _person(token) is None:
        return unknown_link(request)
    path = reverse("approvals:list")
    response = HttpResponseRedirect(path)
    response.set_cookie(
        _COOKIE, token, max_age=_COOKIE_AGE, path=path, httponly=True, samesite="Lax", secure=settings.SECURE
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _door(request: HttpRequest) -> batch.Door:
    """Return by whose list the visitor came; without its cookie the page does not exist."""
    person = _person(request.COOKIES.get(_COOKIE, ""))
    if person is None:
        raise Http404
    return batch.Door(person, "approvals:list", Via.LINK_CODE, "base_public.html")


@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person the cookie names, without signing in."""
    return batch.show_list(request, _door(request))


def approve(request: HttpRequest) -> HttpResponse:
    """GET lists what was ticked with its facts; POST endorses it with a mailed code."""
    return batch.approve(request, _door(request))


@methods(read=["GET"])
def result(request: HttpRequest, hasil: str) -> HttpResponse:
    """What became of each."""
    return batch.show_result(request, _door(request), hasil)
