"""Asking for help with registering, and the officers' list of such requests."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import flows, help
from portal.accounts.access import group_required, recently_proven
from portal.accounts.forms import HelpForm, RefuseForm
from portal.accounts.models import HelpRequest
from portal.accounts.views.code import code_page, limit_requests
from portal.http import methods, row_key
from portal.people.models import Employee, Opd

PURPOSE = "help"
_PAGE = 100


@methods(read=["GET"], write=["POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Name, office and an address, which a code has to prove before anybody sees the request."""
    form = HelpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        limit_requests(request)
        answers = form.cleaned_data
        flow = flows.Flow(PURPOSE, f"help:{answers['email']}")
        flow.data = {"name": answers["nama"], "opd": answers["opd"].pk, "email": answers["email"]}
        _send(flow)
        flow.keep(request)
        return redirect("register_help_code")
    return render(request, "accounts/help.html", {"form": form}, status=422 if form.is_bound else 200)


def _send(flow: flows.Flow) -> None:
    flows.mail_code(flow, [flow.data["email"]])


@methods(read=["GET"], write=["POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """The code proves the address; then the request waits for an officer."""
    flow = flows.current(request, PURPOSE)
    if flow is None:
        return redirect("register_help")

    def proven(flow: flows.Flow) -> HttpResponse:
        help.ask(flow.data["name"], get_object_or_404(Opd, pk=flow.data["opd"]), flow.data["email"])
        flows.end(request)
        return redirect("register_help_sent")

    context = {
        "step": _("Bantuan mendaftar"),
        "intro": _("Kami mengirim kode 6 angka ke email yang Anda tulis. Kode berlaku 15 menit."),
        "back": reverse("register_help"),
    }
    return code_page(request, flow, send_again=_send, proven=proven, context=context)


@methods(read=["GET"])
def ask_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/help_sent.html")


@methods(read=["GET"])
@group_required("reviewer", "administrator")
def queue(request: HttpRequest) -> HttpResponse:
    """Requests that wait, oldest first, and the latest that were decided."""
    rows = HelpRequest.objects.select_related("opd", "person", "decided_by", "checked_by")
    waiting = rows.filter(state__in=(help.State.OPEN, help.State.SECOND))[:_PAGE]
    decided = rows.filter(state__in=(help.State.CONFIRMED, help.State.REFUSED)).order_by("-decided_at")[:20]
    return render(request, "accounts/help_queue.html", {"waiting": waiting, "decided": decided})


@methods(read=["GET"], write=["POST"])
@group_required("reviewer", "administrator")
@recently_proven
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a request with the directory; confirm whose address it is, or refuse with a reason."""
    rows = HelpRequest.objects.select_related("opd", "person", "checked_by")
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",))
    asked = get_object_or_404(rows, pk=pk)
    act = request.POST.get("tindakan", "")
    context: dict[str, Any] = {"asked": asked, "form": RefuseForm(), "q": "", "problem": ""}
    status = 200
    if act == "tolak":
        form = RefuseForm(request.POST)
        if form.is_valid():
            help.refuse(asked, form.cleaned_data["alasan"], _officer(request))
            messages.success(request, _("Permintaan ditolak. Pemohon diberi tahu lewat email."))
            return redirect("help_requests")
        context["form"], status = form, 422
    elif act == "cocok":
        person = _chosen(request)
        if person is not None:
            messages.success(request, _outcome(help.confirm(asked, person, _officer(request))))
            return redirect("help_requests")
        context["problem"], status = _("Pilih pegawai yang cocok"), 422
    context["q"] = request.POST.get("q", "").strip()[:150]
    context["people"] = _people(asked, context["q"])
    return render(request, "accounts/help_decide.html", context, status=status)


def _officer(request: HttpRequest) -> Employee:
    assert isinstance(request.user, Employee)
    return request.user


def _chosen(request: HttpRequest) -> Employee | None:
    key = row_key(request.POST.get("pegawai", "")) or 0
    return Employee.objects.select_for_update(of=("self",)).filter(pk=key, is_active=True).first()


def _people(asked: HelpRequest, query: str) -> list[Employee]:
    if asked.person:
        return [asked.person]
    return list(help.candidates(query) if query else help.likely(asked))


def _outcome(asked: HelpRequest) -> str:
    if asked.state == help.State.SECOND:
        return _("Data cocok. Karena ini pejabat atau petugas, petugas kedua harus mengonfirmasi.")
    return _("Alamat dikonfirmasi. Pegawai diberi tahu lewat email.")
