"""A head's cases after signing in: what waits, what he handed on, what he decided; several are endorsed together."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from approvals import links, workflow
from approvals.batch import handed_on
from approvals.models import Via
from approvals.queries import inbox
from approvals.views import batch
from approvals.views.guard import user_of
from approvals.views.link import to_case
from portal.accounts.access import login_required
from portal.http import methods


def _door(request: HttpRequest) -> batch.Door:
    return batch.Door(user_of(request), "approvals:inbox", Via.DASHBOARD, "base.html")


@login_required
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """List what waits for this person, nearest deadline first."""
    return batch.show_list(request, _door(request))


@login_required
def approve(request: HttpRequest) -> HttpResponse:
    """GET lists what was ticked with its facts; POST endorses it with a mailed code."""
    return batch.approve(request, _door(request))


@login_required
@methods(read=["GET"])
def result(request: HttpRequest, hasil: str) -> HttpResponse:
    """What became of each."""
    return batch.show_result(request, _door(request), hasil)


@login_required
@methods(write=["POST"])
def open_case(request: HttpRequest, nomor: str) -> HttpResponse:
    """Hand the signed-in head the key to one of his own cases."""
    step = get_object_or_404(inbox(user_of(request)), declaration__number=nomor)
    return to_case(step, links.token_for(step))


@login_required
@methods(write=["POST"])
def take_back(request: HttpRequest, nomor: str) -> HttpResponse:
    """Take back what one handed on, signed in instead of by the link."""
    person = user_of(request)
    given = get_object_or_404(handed_on(person), declaration__number=nomor)
    assert given.passed_from is not None
    workflow.take_back(given.passed_from, by=person)
    return redirect("approvals:inbox")
