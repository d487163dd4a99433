"""The way of paper: print one sheet for the head's pen, then record what came back with its scan."""

from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from approvals import sheet_pdf, workflow
from approvals.forms.head import OUTCOMES, REASONS, PaperForm
from approvals.models import Step
from approvals.policies import check_recorder
from approvals.queries import pending_step
from approvals.views.guard import case_of, case_url, reviewers, user_of
from declarations.models import Declaration
from portal.errors import Refused
from portal.http import methods


def _waiting(request: HttpRequest, nomor: str) -> tuple[Declaration, Step]:
    declaration = case_of(request, nomor)
    step = pending_step(declaration)
    if step is None or not workflow.is_head_step(step):
        raise Refused(_("Deklarasi ini tidak sedang menunggu keputusan atasan."))
    check_recorder(step, user_of(request))
    return declaration, step


@reviewers
@methods(read=["GET"])
def sheet(request: HttpRequest, nomor: str) -> HttpResponse:
    """The sheet to print: facts, four boxes, lines for the reason, room for a signature."""
    declaration, step = _waiting(request, nomor)
    response = HttpResponse(sheet_pdf.render(step, workflow.signer_of(step)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lembar-{declaration.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@reviewers
@methods(read=["GET"], write=["POST"])
def record(request: HttpRequest, nomor: str) -> HttpResponse:
    """GET tells how it goes; POST records the signed sheet with its scan."""
    declaration, step = _waiting(request, nomor)
    form = PaperForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _recorded(request, step, form):
        return redirect(case_url(nomor, request))
    context = {
        "declaration": declaration,
        "declarant": step.snapshot.content["declarant"],
        "step": step,
        "signer": workflow.signer_of(step),
        "form": form,
        "outcomes": OUTCOMES,
        "reasons": REASONS,
        "back": case_url(nomor, request),
        "query": request.GET.urlencode(),
    }
    return render(request, "approvals/paper.html", context, status=422 if form.errors else 200)


def _recorded(request: HttpRequest, step: Step, form: PaperForm) -> bool:
    """Record the sheet; False when the form, the day or the scan is not right, each said at its field."""
    if not form.is_valid():
        return False
    revision, field = request.POST.get("revisi", ""), "tanggal"
    try:
        workflow.check_day(step, form.cleaned_data["tanggal"])
        field = "berkas"
        workflow.record_paper(
            step,
            form.verdict(),
            signed_on=form.cleaned_data["tanggal"],
            uploads=cast("list[UploadedFile[bytes]]", request.FILES.getlist("berkas")),
            by=user_of(request),
            revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else -1,
        )
    except Refused as refused:
        if refused.status != 422:
            raise
        form.add_error(field, refused.message)
        return False
    return True
