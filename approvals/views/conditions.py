"""Conditions of an approval: the declarant's task list, the officers' word on each proof, suspending and lifting."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals import workflow
from approvals.aftermath import condition_rows
from approvals.forms.review import clean_text
from approvals.models import Proof
from approvals.policies import check_revoke
from approvals.queries import cases_for
from approvals.verdicts import REASON_MIN
from approvals.views import case as case_page
from approvals.views.guard import case_of, case_url, reviewers, user_of
from declarations.models import Declaration
from declarations.status import Status
from declarations.views.access import own
from portal.accounts.access import login_required
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.files.responses import attachment
from portal.http import methods

TEXT_MOST = 2000


@login_required
@methods(read=["GET"])
def show(request: HttpRequest, nomor: str) -> HttpResponse:
    """What is asked, until when, and what became of each proof."""
    return _page(request, own(request, nomor))


def _page(request: HttpRequest, declaration: Declaration, status: int = 200, **refused: Any) -> HttpResponse:
    rows = condition_rows(declaration)
    if not rows:
        raise Http404
    context = {"declaration": declaration, "rows": rows, "refused": refused}
    return render(request, "approvals/conditions.html", context, status=status)


@login_required
@methods(read=["GET"], write=["POST"])
def send(request: HttpRequest, nomor: str, syarat: int) -> HttpResponse:
    """Hand in a proof; what was typed is kept when something is wrong with it."""
    declaration = own(request, nomor)
    if request.method != "POST":
        return redirect("approvals:conditions", nomor)
    condition = get_object_or_404(workflow.conditions_of(declaration), pk=syarat)
    text = clean_text(request.POST.get("keterangan", ""))
    problem = _("Terlalu panjang. Kurangi %d karakter") % (len(text) - TEXT_MOST) if len(text) > TEXT_MOST else ""
    if not problem:
        try:
            workflow.send_proof(condition, text, request.FILES.getlist("berkas"), by=declaration.declarant)
        except Refused as refused:
            if refused.status != 422:
                raise
            problem = refused.message
    if problem:
        return _page(request, declaration, 422, pk=condition.pk, text=text, problem=problem)
    return redirect("approvals:conditions", nomor)


@login_required
@methods(read=["GET"])
def evidence(request: HttpRequest, berkas: str) -> HttpResponse:
    """A file that was handed in, for whoever sent it and whoever may open its case; for others it does not exist."""
    person = user_of(request)
    file = get_object_or_404(StoredFile, public_id=berkas)
    if file.uploaded_by_id != person.pk and not cases_for(person).filter(number=file.case).exists():
        mine = Declaration.objects.filter(number=file.case, declarant=person)
        if not mine.exists():
            raise Http404
    return attachment(file)


@reviewers
@methods(write=["POST"])
def judge(request: HttpRequest, nomor: str, bukti: int) -> HttpResponse:
    """Accept a proof or ask for another."""
    declaration = case_of(request, nomor)
    proof = get_object_or_404(Proof, pk=bukti, condition__step__declaration=declaration)
    answer, note = request.POST.get("terima", ""), clean_text(request.POST.get("catatan", ""))
    if answer not in ("ya", "tidak") or (answer == "tidak" and len(note) < REASON_MIN):
        short = _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN
        problem = short if answer == "tidak" else _("Pilih terima atau kembalikan")
        errors = [(f"id_catatan_bukti_{proof.pk}", problem)]
        refused = {"pk": proof.pk, "text": note, "problem": problem}
        return case_page.page(request, declaration, status=422, refused_proof=refused, errors=errors)
    workflow.judge_proof(proof, accepted=answer == "ya", note=note, by=user_of(request))
    return redirect(case_url(nomor, request, "#syarat-persetujuan"))


@reviewers
@methods(read=["GET"], write=["POST"])
def suspend(request: HttpRequest, nomor: str) -> HttpResponse:
    """Suspend an approval with an overdue condition, after a page that says what follows."""
    declaration = case_of(request, nomor)
    check_revoke(declaration, user_of(request))
    text = clean_text(request.POST.get("alasan", ""))
    problem = ""
    if request.method == "POST":
        if len(text) < REASON_MIN:
            problem = _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN
        else:
            workflow.suspend(declaration, by=user_of(request), reason=text[:TEXT_MOST])
            return redirect(case_url(nomor, request))
    context = {
        "declaration": declaration,
        "text": text,
        "problem": problem,
        "back": case_url(nomor, request),
        "overdue": workflow.overdue_of(declaration),
    }
    return render(request, "approvals/suspend.html", context, status=422 if problem else 200)


@reviewers
@methods(write=["POST"])
def lift(request: HttpRequest, nomor: str) -> HttpResponse:
    """Let a suspended approval hold again."""
    declaration = case_of(request, nomor)
    if declaration.status == Status.SUSPENDED:
        workflow.lift(declaration, by=user_of(request))
    return redirect(case_url(nomor, request))
