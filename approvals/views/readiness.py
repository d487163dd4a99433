"""The checklist of the first day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from approvals import readiness
from approvals.policies import ADMINISTRATOR
from approvals.views.guard import only
from portal.http import methods


@only(ADMINISTRATOR)
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """Every fact with its state and the page that mends it, what is missing first."""
    found = sorted(readiness.lines(), key=lambda line: line.ready)
    return render(request, "public/readiness.html", {"lines": found, "missing": sum(not each.ready for each in found)})
