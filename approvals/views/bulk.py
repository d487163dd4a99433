"""Acts on the chosen rows of the queue: done at once or after a page of confirmation, told by a page of its own."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import batch, dashboard, desk, emails
from approvals.casework import together
from approvals.models import Outcome
from approvals.queries import cases_for
from approvals.verdicts import Verdict
from approvals.views.guard import reviewers, user_of
from approvals.views.queue import colleague, colleagues
from approvals.workflow import last_valid_day
from declarations.models import Declaration
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee

RESULTS = "hasil_massal"


def _acts(person: Employee) -> dict[str, Callable[[Declaration], Any]]:
    return {
        "ambil": lambda case: desk.take(case, by=person),
        "lepas": lambda case: desk.release(case, by=person),
        "ingatkan": lambda case: together.remind(case, by=person),
    }


@reviewers
@methods(write=["POST"])
def act(request: HttpRequest) -> HttpResponse:
    """Take, release, assign or remind the chosen rows; approving them asks once more first."""
    person, wish = user_of(request), request.POST.get("aksi", "")
    numbers = request.POST.getlist("halaman" if request.POST.get("semua") else "pilih")[: dashboard.PAGE]
    context: dict[str, Any] = {"query": request.GET.urlencode(), "numbers": numbers}
    if not numbers:
        context["problem"] = _("Pilih sedikitnya satu deklarasi")
        return render(request, "approvals/bulk_result.html", context, status=422)
    if wish == "setujui":
        return _ask_once_more(request, numbers)
    if wish == "tugaskan":
        to = colleague(request.POST.get("kepada", ""))
        if to is None:
            asked = "kepada_ditanya" in request.POST
            context |= {"colleagues": colleagues(), "problem": _("Pilih peninjau") if asked else ""}
            return render(request, "approvals/assign.html", context, status=422 if asked else 200)
        return _told(request, together.of_each(person, numbers, lambda case: desk.assign(case, to, by=person)))
    chosen = _acts(person).get(wish)
    if chosen is None:
        raise Refused(_("Pilih tindakan: Ambil, Lepas, Tugaskan, Ingatkan atasan, atau Setujui."), status=422)
    return _told(request, together.of_each(person, numbers, chosen))


def _ask_once_more(request: HttpRequest, numbers: Iterable[str]) -> HttpResponse:
    """Show what would be approved with the mail that goes out, and by name what is left to its own page."""
    found = together.candidates(user_of(request), numbers)
    cases = [(each, each.step.declaration) for each in found if each.step and not each.why]
    rows = [{"candidate": each, "case": case, "until": last_valid_day(case)} for each, case in cases]
    subject, text = _mail(cases[0][1]) if cases else ("", "")
    context = {
        "rows": rows,
        "left": [each for each in found if each.why],
        "subject": subject,
        "text": text,
        "query": request.GET.urlencode(),
    }
    return render(request, "approvals/bulk_confirm.html", context)


def _mail(case: Declaration) -> tuple[str, str]:
    return emails.preview_decision(case, Verdict(Outcome.APPROVED, valid_until=last_valid_day(case)))


@reviewers
@methods(write=["POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """Approve what the page of confirmation listed; whatever changed since is refused by its name."""
    picked = batch.read(request.POST.getlist("pilih"))
    if not picked:
        context = {"query": request.GET.urlencode(), "problem": _("Pilih sedikitnya satu deklarasi")}
        return render(request, "approvals/bulk_result.html", context, status=422)
    return _told(request, together.approve(user_of(request), picked))


def _told(request: HttpRequest, results: Iterable[together.Result]) -> HttpResponse:
    """Keep the results for the page that tells of them, so that loading it again repeats nothing."""
    request.session[RESULTS] = together.as_rows(results)
    query = request.GET.urlencode()
    return redirect(reverse("approvals:bulk_result") + (f"?{query}" if query else ""))


@reviewers
@methods(read=["GET"])
def result(request: HttpRequest) -> HttpResponse:
    """What became of each row of the last act."""
    kept = request.session.get(RESULTS) or []
    cases = cases_for(user_of(request)).filter(number__in=[row["number"] for row in kept]).select_related("declarant")
    by_number = {case.number: case for case in cases}
    context = {
        "query": request.GET.urlencode(),
        "results": [{**row, "case": by_number.get(row["number"])} for row in kept],
        "done": sum(row["ok"] for row in kept),
        "problem": "" if kept else _("Tidak ada hasil untuk ditampilkan. Pilih deklarasi pada antrean dulu."),
    }
    return render(request, "approvals/bulk_result.html", context)
