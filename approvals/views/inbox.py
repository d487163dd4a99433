"""A head's open cases after signing in; each opens the same page as the mailed link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from approvals import links
from approvals.queries import inbox
from approvals.views.link import to_case
from portal import clock
from portal.accounts.access import login_required
from portal.http import methods


@login_required
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """List what waits for this person, nearest deadline first."""
    assert request.user.is_authenticated
    today = clock.today()
    rows = [
        {"step": step, "left": clock.working_days_left(step.due_on, today) if step.due_on else None}
        for step in inbox(request.user)[:200]
    ]
    return render(request, "approvals/inbox.html", {"rows": rows})


@login_required
@methods(write=["POST"])
def open_case(request: HttpRequest, nomor: str) -> HttpResponse:
    """Hand the signed-in head the key to one of his own cases."""
    assert request.user.is_authenticated
    step = get_object_or_404(inbox(request.user), declaration__number=nomor)
    return to_case(step, links.token_for(step))
