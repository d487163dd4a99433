"""One case: everything on one page; reading sensitive answers is a POST that is written down."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from approvals.casefile import CaseFile, context_of, open_case
from approvals.casework import seen
from approvals.views.guard import case_of, list_of, officers, user_of
from declarations.models import Declaration
from portal.audit.log import record
from portal.http import methods
from portal.mail.models import OutgoingEmail

LAST_CASE = "kasus_terakhir"
_SECRET = re.compile(r"\[\[(\w+)\]\]|https?://\S+/k/\S+")


def page(request: HttpRequest, declaration: Declaration, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Render the case page, also for a refused form and for the sensitive answers."""
    return _page(request, open_case(declaration, user_of(request)), status, **extra)


def _page(request: HttpRequest, file: CaseFile, status: int = 200, **extra: Any) -> HttpResponse:
    filters, known, ignored = list_of(request)
    context = context_of(file, filters, known, ignored=ignored, **extra)
    return render(request, "approvals/case.html", context, status=status)


@officers
@methods(read=["GET"])
def show(request: HttpRequest, nomor: str) -> HttpResponse:
    """The case, within the list one came from."""
    declaration = case_of(request, nomor)
    if request.session.get(LAST_CASE) != nomor:
        request.session[LAST_CASE] = nomor
    file = open_case(declaration, user_of(request))
    seen.note(declaration, file.lines, by=file.person)
    return _page(request, file)


@officers
@methods(write=["POST"])
def sensitive(request: HttpRequest, nomor: str) -> HttpResponse:
    """Show the encrypted answers of the newest version once, and write down who read them."""
    declaration = case_of(request, nomor)
    snapshot = declaration.snapshot
    sealed = getattr(snapshot, "sealed", None)
    record("sensitive_read", declaration, by=user_of(request), via="dashboard", version=declaration.version)
    return page(request, declaration, sensitive=sealed.answers if sealed else {})


@officers
@methods(read=["GET"])
def mail(request: HttpRequest, nomor: str, surel: int) -> HttpResponse:
    """The stored copy of a mail of this case; its link and code are not in it."""
    declaration = case_of(request, nomor)
    message = get_object_or_404(OutgoingEmail, pk=surel, case=declaration.number)
    words = {"link": _("(tautan tidak ditampilkan)"), "code": _("(kode tidak ditampilkan)")}
    text = _SECRET.sub(lambda found: words.get(found[1] or "link", words["link"]), message.text)
    context = {"declaration": declaration, "message": message, "text": text, "query": request.GET.urlencode()}
    return render(request, "approvals/mail_copy.html", context)
