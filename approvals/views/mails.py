"""The mail queue: what waits, what failed and why, sending anew, and mending an address."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import dashboard, mailqueue
from approvals.policies import ADMINISTRATOR
from approvals.views.guard import only, user_of
from portal.accounts.access import recently_proven
from portal.errors import Refused
from portal.http import methods
from portal.mail.display import masked_address
from portal.mail.models import OutgoingEmail, State

_PAGE = 50
STATES = {
    "gagal": (State.FAILED, gettext_lazy("Gagal")),
    "antre": (State.QUEUED, gettext_lazy("Menunggu")),
    "terkirim": (State.SENT, gettext_lazy("Terkirim")),
}


@only(ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
def show(request: HttpRequest) -> HttpResponse:
    """One view of the queue, failed ones first; a POST sends the chosen ones anew."""
    if request.method == "POST":
        return _resend(request)
    word = request.GET.get("status", "gagal")
    word = word if word in STATES else "gagal"
    kind = request.GET.get("jenis", "")
    kind = kind if kind in mailqueue.KINDS else ""
    case = request.GET.get("nomor", "").strip()[:24]
    mails = mailqueue.listed(STATES[word][0], kind, case)
    paginator = dashboard.CappedPaginator(mails, dashboard.count(mails))
    paginator.per_page = _PAGE
    page = paginator.get_page(request.GET.get("hal"))
    tabs = [
        (key, label, dashboard.in_words(dashboard.count(mailqueue.listed(state, kind, case))), key == word)
        for key, (state, label) in STATES.items()
    ]
    context = {
        "tabs": tabs,
        "word": word,
        "kind": kind,
        "kinds": mailqueue.KINDS.items(),
        "case": case,
        "page": page,
        "rows": [_row(mail) for mail in page.object_list],
        "filters": urlencode([(key, value) for key, value in (("jenis", kind), ("nomor", case)) if value]),
    }
    return render(request, "mails/queue.html", context)


def _row(mail: OutgoingEmail) -> dict[str, Any]:
    return {
        "mail": mail,
        "kind": mailqueue.KINDS.get(mail.purpose, mail.purpose),
        "to": masked_address(mail.to) or _("tanpa alamat"),
        "why": mailqueue.why(mail),
    }


@recently_proven
def _resend(request: HttpRequest) -> HttpResponse:
    results = mailqueue.resend_each(request.POST.getlist("pilih"), by=user_of(request))
    done = sum(not why for _key, why in results)
    if not results:
        messages.warning(request, _("Pilih sedikitnya satu email."))
    if done:
        messages.success(request, _("%d email dikirim ulang.") % done)
    for key, why in results:
        if why:
            messages.warning(request, _("Email %(key)d: %(why)s") % {"key": key, "why": why})
    return redirect("approvals:mails")


@only(ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: its way so far, and mending the address it could not reach."""
    mail = get_object_or_404(OutgoingEmail.objects.defer("text", "html", "secret"), pk=pk)
    if request.method == "POST":
        return _mend(request, mail)
    return _page(request, mail)


def _page(request: HttpRequest, mail: OutgoingEmail, typed: str = "", problem: str = "") -> HttpResponse:
    failed = mail.state == State.FAILED and not mail.resends.exists()
    context = {
        **_row(mail),
        "failed": failed,
        "recipient": mailqueue.recipient_of(mail),
        "again": mail.resends.order_by("pk").first(),
        "typed": typed,
        "problem": problem,
    }
    return render(request, "mails/one.html", context, status=422 if problem else 200)


@recently_proven
def _mend(request: HttpRequest, mail: OutgoingEmail) -> HttpResponse:
    if request.POST.get("tindakan") == "ulang":
        fresh = mailqueue.resend(mail, by=user_of(request))
    else:
        typed = request.POST.get("alamat", "")[:254]
        try:
            fresh = mailqueue.mend(mail, typed, by=user_of(request))
        except Refused as refused:
            if refused.status != 422:
                raise
            return _page(request, mail, typed, refused.message)
    messages.success(request, _("Email dikirim ulang."))
    return redirect("approvals:mail", fresh.pk)
