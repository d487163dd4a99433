"""Renewing and changing an approval: one question, then only the pages that are concerned."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from declarations import flow, succession
from declarations.models import Declaration, Origin
from declarations.presentation import sections
from declarations.status import Status
from declarations.views.access import own
from declarations.views.own import title_of
from portal import clock
from portal.accounts.access import login_required
from portal.http import methods


@login_required
@methods(read=["GET"], write=["POST"])
def renew(request: HttpRequest, nomor: str) -> HttpResponse:
    """Is everything still the same? Yes leads to the statements, no to what changed."""
    old = own(request, nomor)
    begun = succession.successor(old)
    if begun is not None:
        return _go_on(begun)
    succession.check_followable(old, Origin.RENEWAL)
    answer = request.POST.get("sama", "") if request.method == "POST" else ""
    if answer == "ya":
        draft = succession.follow_up(old, Origin.RENEWAL)
        return redirect(flow.resume_address(draft))
    if answer == "tidak":
        return redirect("declarations:amend", nomor)
    problem = _("Pilih apakah semua masih sama") if request.method == "POST" else ""
    snapshot = old.snapshot
    context = {
        **_context(old, problem),
        "sections": sections(snapshot.content, audience="declarant") if snapshot else [],
        "over": (clock.today() - old.valid_until).days if old.status == Status.EXPIRED and old.valid_until else 0,
    }
    return render(request, "declarations/renew.html", context, status=422 if problem else 200)


@login_required
@methods(read=["GET"], write=["POST"])
def amend(request: HttpRequest, nomor: str) -> HttpResponse:
    """What changed? Only those sections are asked; everything else is prefilled."""
    old = own(request, nomor)
    begun = succession.successor(old)
    if begun is not None:
        return _go_on(begun)
    renewing = succession.renewable(old, clock.today())
    origin = Origin.RENEWAL if renewing else Origin.AMENDMENT
    succession.check_followable(old, origin)
    chosen = [key for key in request.POST.getlist("berubah") if key in succession.CHANGES]
    if request.method == "POST" and chosen:
        draft = succession.follow_up(old, origin, chosen)
        return redirect(flow.pages(draft)[0])
    problem = _("Pilih apa yang berubah") if request.method == "POST" else ""
    changes = [(key, label) for key, (label, _pages) in succession.CHANGES.items()]
    context = {**_context(old, problem), "changes": changes, "renewing": renewing}
    return render(request, "declarations/amend.html", context, status=422 if problem else 200)


def _context(old: Declaration, problem: str) -> dict[str, object]:
    return {"declaration": old, "title": title_of(old), "problem": problem}


def _go_on(begun: Declaration) -> HttpResponse:
    """A successor that was begun already is shown, not made twice."""
    if begun.status == Status.DRAFT:
        return redirect(flow.resume_address(begun))
    return redirect("declarations:detail", begun.number)
