"""A remark at one answer: written on a page of its own, shown at the answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from approvals.casework import comments
from approvals.forms.review import clean_text
from approvals.views.guard import case_of, case_url, officers, user_of
from portal.accounts.access import initial_post
from portal.errors import Refused
from portal.http import methods


@officers
@methods(read=["GET"], write=["POST"])
def write(request: HttpRequest, nomor: str, kode: str) -> HttpResponse:
    """Ask who shall read the remark, then keep it."""
    declaration = case_of(request, nomor)
    row = comments.row_of(declaration, kode, request.GET.get("butir", ""))
    if row is None:
        raise Refused(_("Isian itu tidak ada pada versi terbaru. Buka lagi halaman kasusnya."), status=404)
    anchor = f"#isian-{kode}-{row.item}" if row.item else f"#isian-{kode}"
    rescued = initial_post(request)
    typed = request.POST if request.method == "POST" else rescued
    text = clean_text(typed.get("komentar", "")) if typed else ""
    reader = typed.get("pembaca", "") if typed else "internal"
    problem = ""
    if request.method == "POST":
        problem = "" if reader in ("internal", "asn") else _("Pilih siapa yang membaca")
        try:
            if not problem:
                comments.write(declaration, row, text, visible=reader == "asn", by=user_of(request))
                return redirect(case_url(nomor, request, anchor))
        except Refused as refused:
            if refused.status != 422:
                raise
            problem = refused.message
    context = {
        "declaration": declaration,
        "row": row,
        "text": text,
        "reader": reader,
        "problem": problem,
        "target": "id_komentar" if reader in ("internal", "asn") else "id_pembaca_1",
        "length": comments.LENGTH,
        "back": case_url(nomor, request, anchor),
    }
    return render(request, "approvals/comment.html", context, status=422 if problem else 200)
