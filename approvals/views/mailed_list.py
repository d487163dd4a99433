"""The list behind the link of the afternoon's mail: it shows; every case is decided behind its own key."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from approvals import links
from approvals.models import Step
from approvals.queries import inbox
from portal import clock
from portal.http import methods
from portal.people.models import Employee


@methods(read=["GET"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show what waits for the person the token names, without signing in."""
    key = links.read_list(token)
    person = Employee.objects.filter(pk=key, is_active=True).first() if key else None
    if person is None:
        return render(request, "approvals/link_dead.html", {"state": "unknown"}, status=404)
    rows = [_row(step) for step in inbox(person)[:200]]
    response = render(request, "approvals/mailed_list.html", {"person": person, "rows": rows})
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _row(step: Step) -> dict[str, object]:
    left = clock.working_days_left(step.due_on, clock.today()) if step.due_on else None
    return {"step": step, "left": left, "url": reverse("approvals:link", args=[links.token_for(step)])}
