"""Objecting to a result: the declarant's page, and the reviewers' word on one that came late."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals import workflow
from approvals.forms.review import clean_text
from approvals.models import Objection
from approvals.verdicts import REASON_MIN
from approvals.views import case as case_page
from approvals.views.guard import case_of, case_url, reviewers, user_of
from declarations.models import Declaration
from declarations.status import Status
from declarations.views.access import own
from portal import clock
from portal.accounts.access import initial_post, login_required
from portal.errors import Refused
from portal.http import methods

GROUNDS_MOST = 2000


@login_required
@methods(read=["GET"], write=["POST"])
def file(request: HttpRequest, nomor: str) -> HttpResponse:
    """What was decided and why, until when one may object, and the grounds; sent once, however often it is pressed."""
    declaration = own(request, nomor)
    if declaration.objections.exists() and declaration.status != Status.REJECTED:
        return redirect("declarations:detail", nomor)
    against = workflow.check_objectable(declaration)
    rescued = initial_post(request)
    typed = request.POST if request.method == "POST" else rescued
    text = clean_text(typed.get("alasan", "")) if typed else ""
    problem = _problem(text) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        try:
            workflow.object_to(declaration, text, request.FILES.getlist("berkas"), by=declaration.declarant)
            return redirect("declarations:detail", nomor)
        except Refused as refused:
            if refused.status != 422:
                raise
            problem = refused.message
    until = workflow.last_day(declaration)
    context = {
        "declaration": declaration,
        "against": against,
        "until": until,
        "late": until is not None and clock.today() > until,
        "left": (until - clock.today()).days if until else None,
        "text": text,
        "problem": problem,
    }
    return render(request, "approvals/objection.html", context, status=422 if problem else 200)


def _problem(text: str) -> str:
    if len(text) < REASON_MIN:
        return _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN
    return _("Terlalu panjang. Kurangi %d karakter") % (len(text) - GROUNDS_MOST) if len(text) > GROUNDS_MOST else ""


@reviewers
@methods(write=["POST"])
def admit(request: HttpRequest, nomor: str) -> HttpResponse:
    """Let a late objection in, or not, with the reason that the declarant reads."""
    declaration = case_of(request, nomor)
    objection = _late(declaration)
    answer, text = request.POST.get("terima", ""), clean_text(request.POST.get("alasan_terlambat", ""))
    problem = _("Pilih ditelaah atau tidak") if answer not in ("ya", "tidak") else _problem(text)
    if problem:
        refused = {"answer": answer, "text": text, "problem": problem}
        errors = [("id_alasan_terlambat", problem)]
        return case_page.page(request, declaration, status=422, refused_objection=refused, errors=errors)
    workflow.admit(objection, accepted=answer == "ya", reason=text, by=user_of(request))
    return redirect(case_url(nomor, request, "#keberatan"))


def _late(declaration: Declaration) -> Objection:
    objection = get_object_or_404(declaration.objections.filter(late=True))
    if objection.admitted is not None:
        raise Refused(_("Keberatan ini sudah diputuskan untuk ditelaah atau tidak."))
    return objection
