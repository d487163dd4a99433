"""After a move: is everything still the same?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import workflow
from approvals.models import Answer
from declarations.presentation import sections
from declarations.views.access import own
from portal.accounts.access import login_required
from portal.http import methods


@login_required
@methods(read=["GET"], write=["POST"])
def confirm(request: HttpRequest, nomor: str) -> HttpResponse:
    """Show what was declared; one tap says that it holds, the other leads to the change."""
    declaration = own(request, nomor)
    question = declaration.confirmations.filter(answered_at=None).first()
    if question is None:
        return redirect("declarations:detail", nomor)
    answer = request.POST.get("jawaban", "")
    if request.method == "POST" and answer in Answer.values:
        workflow.confirm(declaration, Answer(answer), by=declaration.declarant)
        if answer == Answer.CHANGED:
            return redirect(reverse("declarations:amend", args=[nomor]))
        return redirect("declarations:detail", nomor)
    snapshot = declaration.snapshot
    context = {
        "declaration": declaration,
        "question": question,
        "sections": sections(snapshot.content, audience="declarant") if snapshot else [],
        "problem": _("Pilih salah satu jawaban") if request.method == "POST" else "",
    }
    return render(request, "approvals/confirm.html", context, status=422 if request.method == "POST" else 200)
