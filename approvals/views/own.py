"""What a declarant does to his own case beyond filling it in: send, explain beforehand, withdraw."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import workflow
from approvals.forms.review import clean_text
from approvals.mending import points, unanswered
from approvals.models import Explanation
from approvals.preview import likely_findings
from approvals.views.guard import user_of
from approvals.workflow.answering import ANSWER_MOST
from declarations.models import Declaration
from declarations.status import EDITABLE, Status
from declarations.views.own import fix_page
from portal.accounts.access import login_required
from portal.errors import Refused
from portal.http import methods

WITHDRAWAL = frozenset({"kanal_ditutup", "salah_isi", "tidak_jadi", "lainnya"})


def _own(request: HttpRequest, nomor: str) -> Declaration:
    cases = Declaration.objects.select_related("declarant__unit__office").filter(declarant_id=request.user.pk)
    return get_object_or_404(cases, number=nomor)


@login_required
@methods(write=["POST"])
def submit(request: HttpRequest, nomor: str) -> HttpResponse:
    """Send, or send again after mending; a second press lands on the same page."""
    person = user_of(request)
    declaration = get_object_or_404(Declaration, number=nomor, declarant=person)  # its lock reads it whole
    if declaration.editable:
        if declaration.version and not request.POST.get("sudah"):
            return redirect(f"{declaration_url('fix', nomor)}?centang=1#ada-kesalahan")
        left = unanswered(declaration) if declaration.version else []
        if left:
            return redirect(f"{declaration_url('fix', nomor)}?poin={left[0].number}#ada-kesalahan")
        try:
            workflow.submit(declaration, by=person)
        except workflow.Incomplete:
            return redirect(f"{declaration_url('check', nomor)}?lengkapi=1#ada-kesalahan")
    return redirect("declarations:sent", nomor)


def declaration_url(name: str, nomor: str) -> str:
    """Return the address of one of the declarant's pages."""
    return reverse(f"declarations:{name}", args=[nomor])


@login_required
@methods(read=["GET"], write=["POST"])
def explain(request: HttpRequest, nomor: str, kode: str) -> HttpResponse:
    """Let the declarant explain a likely question before anybody asks it."""
    declaration = _own(request, nomor)
    if declaration.status not in EDITABLE:
        raise Refused(_("Deklarasi ini sudah terkirim, jadi penjelasan tidak dapat diubah di sini."))
    finding = next((each for each in likely_findings(declaration) if each["code"] == kode), None)
    if finding is None:
        raise Refused(_("Hal ini tidak lagi ditanyakan pada deklarasi Anda."), status=404)
    current = Explanation.objects.filter(declaration=declaration, code=kode).first()
    text = request.POST.get("penjelasan", current.text if current else "").replace("\x00", "").strip()
    if request.method == "POST" and len(text) <= 500:
        if text:
            Explanation.objects.update_or_create(declaration=declaration, code=kode, defaults={"text": text})
        elif current:
            current.delete()
        return redirect(f"{declaration_url('check', nomor)}#tanya")
    error = _("Terlalu panjang. Kurangi %d karakter") % (len(text) - 500) if len(text) > 500 else ""
    context = {"declaration": declaration, "finding": finding, "text": text, "error": error}
    return render(request, "approvals/explain.html", context, status=422 if error else 200)


@login_required
@methods(write=["POST"])
def answer_point(request: HttpRequest, nomor: str, bagian: str) -> HttpResponse:
    """Keep the answer to one point of a return; a text that is too long is cut nowhere but refused."""
    declaration = _own(request, nomor)
    text = clean_text(request.POST.get("jawaban", ""))
    if len(text) > ANSWER_MOST and declaration.status == Status.RETURNED:
        problem = _("Terlalu panjang. Kurangi %d karakter") % (len(text) - ANSWER_MOST)
        return fix_page(request, declaration, part=bagian, text=text, problem=problem)
    workflow.answer_point(declaration, bagian, text, by=declaration.declarant)
    number = next(point.number for point in points(declaration) if point.part == bagian)
    return redirect(f"{declaration_url('fix', nomor)}#poin-{number}")


@login_required
@methods(write=["POST"])
def withdraw(request: HttpRequest, nomor: str) -> HttpResponse:
    """Take one's own case back; the confirm page with the reasons stands in declarations."""
    declaration = _own(request, nomor)
    reason = request.POST.get("alasan", "")
    workflow.withdraw(declaration, by=declaration.declarant, reason=reason if reason in WITHDRAWAL else "lainnya")
    return redirect("declarations:detail", nomor)
