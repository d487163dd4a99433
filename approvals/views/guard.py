"""Who may open the dashboard, and which case; everybody else is turned away before anything is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from approvals import dashboard
from approvals.filters import Filters, parse
from approvals.policies import INSPECTORATE, REVIEWER, groups_of
from approvals.queries import cases_for
from declarations.models import Declaration
from portal.accounts.access import login_required
from portal.errors import Refused
from portal.people.models import Employee

View = Callable[..., HttpResponse]


def user_of(request: HttpRequest) -> Employee:
    """Return the signed-in person."""
    assert request.user.is_authenticated
    return request.user


def only(*groups: str) -> Callable[[View], View]:
    """Let in the members of these groups; 403 for every other signed-in person."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not groups_of(user_of(request)) & set(groups):
                raise Refused(_("Halaman ini hanya untuk petugas peninjau."), status=403)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


officers = only(REVIEWER, INSPECTORATE)
reviewers = only(REVIEWER)


def case_of(request: HttpRequest, nomor: str) -> Declaration:
    """Return a case this officer may open; his own and those kept from him do not exist for him."""
    cases = cases_for(user_of(request)).select_related("declarant__unit__office", "opd", "reviewer")
    return get_object_or_404(cases, number=nomor)


def list_of(request: HttpRequest) -> tuple[Filters, dict[str, Any], list[str]]:
    """Return the view of the queue that the address carries, the known offices (read when needed), what was ignored."""
    if not hasattr(request, "_offices"):
        request._offices = SimpleLazyObject(dashboard.offices)  # type: ignore[attr-defined]
    known: dict[str, Any] = request._offices  # type: ignore[attr-defined]
    filters, ignored = parse(request.GET, known)
    return filters, known, ignored


def case_url(nomor: str, request: HttpRequest, anchor: str = "") -> str:
    """Return the address of a case that keeps the list one came from."""
    filters, _known, _ignored = list_of(request)
    query = filters.but().encode()
    return reverse("approvals:case", args=[nomor]) + (f"?{query}" if query else "") + anchor
