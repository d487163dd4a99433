"""The catalogue of ready reasons, kept by the administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals.casework import reasons
from approvals.casework.models import REASONED, ReasonText
from approvals.forms.review import clean_text
from approvals.policies import ADMINISTRATOR
from approvals.views.guard import only, user_of
from portal.errors import Refused
from portal.http import methods


@only(ADMINISTRATOR)
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """All texts by decision, those out of use as well."""
    found = list(ReasonText.objects.all())
    groups = [(label, [each for each in found if each.outcome == value]) for value, label in REASONED]
    return render(request, "approvals/reasons.html", {"groups": groups})


@only(ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a new text (`pk` 0) or change one."""
    row = get_object_or_404(ReasonText, pk=pk) if pk else ReasonText()
    problem = ""
    if request.method == "POST":
        row.outcome = request.POST.get("keputusan", "")
        row.title = " ".join(clean_text(request.POST.get("judul", "")).split())
        row.text = clean_text(request.POST.get("teks", ""))
        row.active = request.POST.get("dipakai") == "1"
        try:
            reasons.save(row, by=user_of(request))
        except Refused as refused:
            problem = refused.message
        else:
            messages.success(request, _("Contoh alasan “%s” tersimpan.") % row.title)
            return redirect("approvals:reasons")
    context = {"row": row, "new": not pk, "problem": problem, "outcomes": REASONED}
    return render(request, "approvals/reason.html", context, status=422 if problem else 200)
