"""One's own data: what the portal holds, as JSON and PDF, who opened it, and asking for a correction."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from approvals.forms.review import clean_text
from approvals.privacy import accesses, corrections, owndata
from approvals.privacy.models import Datum
from approvals.views.guard import user_of
from portal import clock
from portal.accounts.access import initial_post, login_required, recently_proven
from portal.audit.log import record
from portal.errors import Refused
from portal.http import methods

_SHOWN = 20


@login_required
@methods(read=["GET"], write=["POST"])
def show(request: HttpRequest) -> HttpResponse:
    """What is held, who opened it, and the requests so far; a POST asks for a correction."""
    person = user_of(request)
    typed = request.POST if request.method == "POST" else initial_post(request)
    datum = typed.get("data", "") if typed else ""
    wish = clean_text(typed.get("perbaikan", "")) if typed else ""
    problem = ""
    if request.method == "POST":
        try:
            corrections.ask(person, datum, wish)
        except Refused as refused:
            if refused.status != 422:
                raise
            problem = refused.message
        else:
            messages.success(request, _("Permintaan Anda diterima. Dijawab paling lambat 3 x 24 jam lewat email."))
            return redirect("approvals:own_data")
    opened = accesses.of_person(person)
    context = {
        "opened": opened[:_SHOWN],
        "more": max(0, len(opened) - _SHOWN),
        "asked": list(person.corrections.all()[:_SHOWN]),
        "data": Datum.choices,
        "datum": datum,
        "wish": wish,
        "problem": problem,
        "target": "id_perbaikan" if datum in Datum.values else "id_data",
    }
    return render(request, "privacy/own.html", context, status=422 if problem else 200)


@login_required
@recently_proven
@methods(write=["POST"])
def as_json(request: HttpRequest) -> HttpResponse:
    """Everything as JSON."""
    return _file(request, owndata.as_json(user_of(request)), "json", "application/json")


@login_required
@recently_proven
@methods(write=["POST"])
def as_pdf(request: HttpRequest) -> HttpResponse:
    """Everything as PDF."""
    return _file(request, owndata.as_pdf(user_of(request)), "pdf", "application/pdf")


def _file(request: HttpRequest, content: bytes, extension: str, kind: str) -> HttpResponse:
    person = user_of(request)
    record("own_data_fetched", person, by=person, via="portal", kind=extension)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="data-saya-{clock.today():%Y%m%d}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
