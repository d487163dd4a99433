"""Who decides for which office: the list with its warnings, one office, and the changes a second officer confirms."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals import headships
from approvals.forms.heads import AddressForm, EndForm, TermForm
from approvals.views.guard import user_of
from portal.accounts import help, users
from portal.accounts.access import group_required, recently_proven
from portal.accounts.views.users import second_officers
from portal.errors import Refused
from portal.http import methods, row_key
from portal.people import head_changes
from portal.people.models import DECIDING, Employee, HeadAssignment, HeadChange, Opd
from portal.people.roles import ADMINISTRATOR
from portal.rosters.models import RosterImport, State


@methods(read=["GET"])
@group_required(ADMINISTRATOR)
def show(request: HttpRequest) -> HttpResponse:
    """Every deciding unit, those with a warning first when asked for."""
    found = headships.offices()
    warned = [office for office in found if office.warnings]
    only = request.GET.get("tampil") == "peringatan"
    text = request.GET.get("q", "").strip()[:80]
    rows = [each for each in (warned if only else found) if text.casefold() in each.unit.name.casefold()]
    context = {
        "rows": rows,
        "total": len(found),
        "warned": len(warned),
        "only": only,
        "q": text,
        "changes": head_changes.waiting().count(),
    }
    return render(request, "offices/list.html", context)


def _unit(pk: int) -> Opd:
    return get_object_or_404(Opd, pk=pk, kind__in=DECIDING)


@methods(read=["GET"])
@group_required(ADMINISTRATOR)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One office: its heads with capacity, days and decree; what waits there; what a second officer has to see."""
    opd = _unit(pk)
    context = {
        "opd": opd,
        "current": headships.current(opd),
        "history": headships.history(opd)[:50],
        "waiting": headships.waiting_at(opd).count(),
        "changes": head_changes.waiting().filter(opd=opd),
        "me": user_of(request),
    }
    return render(request, "offices/unit.html", context)


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Search a person (by POST, so that no name stands in an address), then fill in the term."""
    opd = _unit(pk)
    act, query = request.POST.get("tindakan", ""), request.POST.get("q", "").strip()[:150]
    chosen = _person(request.POST.get("orang", "")) if act in ("pilih", "usulkan") else None
    form = TermForm(request.POST if act == "usulkan" and chosen else None)
    if act == "usulkan" and chosen is not None and form.is_valid():
        person = chosen
        answer = _ask(
            request, opd, form, "kapasitas", lambda by: head_changes.ask_appoint(opd, person, form.term(), by=by)
        )
        if answer is not None:
            return answer
    context = {
        "opd": opd,
        "q": query,
        "people": list(help.candidates(query)) if query else [],
        "chosen": chosen,
        "form": form,
        "current": headships.current(opd),
        "waiting": headships.waiting_at(opd).count(),
    }
    return render(request, "offices/appoint.html", context, status=422 if form.errors else 200)


def _person(key: str) -> Employee | None:
    return Employee.objects.filter(pk=row_key(key) or 0, is_active=True).select_related("unit").first()


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def end(request: HttpRequest, pk: int, tugas: int) -> HttpResponse:
    """Say the last day of a term."""
    opd = _unit(pk)
    term = get_object_or_404(headships.current(opd), pk=tugas)
    form = EndForm(request.POST or None)
    return _act(request, opd, form, "sampai", _("Akhiri masa tugas"), term, _asks_end(term, form))


def _asks_end(term: HeadAssignment, form: forms.Form) -> Callable[[Employee], HeadChange]:
    return lambda by: head_changes.ask_end(term, form.cleaned_data["sampai"], by=by)


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def address(request: HttpRequest, pk: int, tugas: int) -> HttpResponse:
    """Propose where a head's mail goes; the old address is told when a second officer agrees."""
    opd = _unit(pk)
    term = get_object_or_404(headships.current(opd), pk=tugas)
    form = AddressForm(request.POST or None)

    def ask(by: Employee) -> HeadChange:
        return head_changes.ask_address(opd, term.person, form.cleaned_data["email"], by=by)

    return _act(request, opd, form, "email", _("Ganti alamat email pejabat"), term, ask)


def _act(
    request: HttpRequest,
    opd: Opd,
    form: forms.Form,
    field: str,
    title: str,
    term: HeadAssignment,
    ask: Callable[[Employee], HeadChange],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        answer = _ask(request, opd, form, field, ask)
        if answer is not None:
            return answer
    context = {"opd": opd, "form": form, "title": title, "term": term, "waiting": headships.waiting_at(opd).count()}
    return render(request, "offices/act.html", context, status=422 if form.errors else 200)


def _ask(
    request: HttpRequest, opd: Opd, form: forms.Form, field: str, ask: Callable[[Employee], HeadChange]
) -> HttpResponse | None:
    """Propose; None when what was typed is refused, with the sentence at the field."""
    try:
        headships.asked(ask(user_of(request)))
    except Refused as refused:
        if refused.status != 422:
            raise
        form.add_error(field, refused.message)
        return None
    messages.success(request, _("Usulan dicatat. Berlaku setelah petugas kedua menyetujuinya."))
    return redirect("approvals:office", opd.pk)


@methods(read=["GET"], write=["POST"])
@second_officers
@recently_proven
def confirm(request: HttpRequest) -> HttpResponse:
    """What waits for a second officer; accepting says how many cases it moves."""
    if request.method == "POST":
        return _decide(request)
    waiting: list[dict[str, Any]] = [
        {"change": change, "cases": headships.waiting_at(change.opd).count()} for change in head_changes.waiting()[:50]
    ]
    context = {"waiting": waiting, "roles": users.waiting().count(), "me": user_of(request)}
    context["rosters"] = RosterImport.objects.filter(state=State.WAITING).select_related("made_by").defer("content")
    return render(request, "offices/confirm.html", context)


def _decide(request: HttpRequest) -> HttpResponse:
    answer = request.POST.get("tindakan", "")
    if answer not in ("setuju", "tolak"):
        raise Refused(_("Pilih setujui atau tolak"), status=422)
    change = get_object_or_404(HeadChange, pk=row_key(request.POST.get("perubahan", "")))
    moved = headships.decide(change, accepted=answer == "setuju", by=user_of(request))
    if answer == "tolak":
        messages.success(request, _("Perubahan ditolak. Tidak ada yang berubah."))
    elif moved:
        text = ngettext("Perubahan berlaku. %d permintaan dikirim.", "Perubahan berlaku. %d permintaan dikirim.", moved)
        messages.success(request, text % moved)
    else:
        messages.success(request, _("Perubahan berlaku."))
    return redirect("approvals:confirm_changes")
