"""Users and roles: who holds a role, changing one with a second officer, ending sessions, a lost phone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.accounts import devices, help, second_factor, users
from portal.accounts.access import View, group_required, login_required, recently_proven
from portal.accounts.models import RoleChange
from portal.errors import Refused
from portal.http import methods, row_key
from portal.people.models import Employee
from portal.people.roles import ADMINISTRATOR, LABELS, has_role
from portal.people.roster.second_officer import may_confirm


def _me(request: HttpRequest) -> Employee:
    assert isinstance(request.user, Employee)
    return request.user


def second_officers(view: View) -> View:
    """Let in who may confirm: administrators and the head of BKPSDM."""

    @login_required
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_confirm(_me(request)):
            raise Refused(_("Halaman ini hanya untuk pengelola dan Kepala BKPSDM."), status=403)
        return view(request, *args, **kwargs)

    return guarded


@methods(read=["GET"], write=["POST"])
@second_officers
@recently_proven
def overview(request: HttpRequest) -> HttpResponse:
    """Who holds which role, what waits for a second officer, and the search for a person (by POST)."""
    query = ""
    if request.method == "POST" and request.POST.get("tindakan") in ("setuju", "tolak"):
        return _decide(request)
    if request.method == "POST":
        query = request.POST.get("q", "").strip()[:150]
    context: dict[str, Any] = {
        "waiting": users.waiting()[:100],
        "officers": users.officers()[:500],
        "labels": LABELS,
        "q": query,
        "people": list(help.candidates(query)) if query else [],
        "me": _me(request),
        "administrator": has_role(_me(request), ADMINISTRATOR),
    }
    return render(request, "accounts/users.html", context)


def _decide(request: HttpRequest) -> HttpResponse:
    change = get_object_or_404(RoleChange, pk=row_key(request.POST.get("perubahan", "")))
    accepted = request.POST["tindakan"] == "setuju"
    users.decide(change, accepted=accepted, by=_me(request))
    messages.success(request, _("Perubahan peran berlaku.") if accepted else _("Perubahan peran ditolak."))
    return redirect("users")


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles, devices, second factor."""
    someone = get_object_or_404(Employee.objects.select_related("unit"), pk=pk)
    if request.method == "POST":
        messages.success(request, _act(request, someone))
        return redirect("user", pk)
    held = set(someone.groups.values_list("name", flat=True))
    asked = {change.role: change for change in users.waiting().filter(person=someone)}
    context = {
        "someone": someone,
        "roles": [(role, label, role in held, asked.get(role)) for role, label in LABELS.items()],
        "devices": devices.of(someone)[:50],
        "enrolled": second_factor.enrolled(someone),
        "myself": someone.pk == _me(request).pk,
    }
    return render(request, "accounts/user.html", context)


def _act(request: HttpRequest, someone: Employee) -> str:
    me, act = _me(request), request.POST.get("tindakan", "")
    if act in ("beri", "lepas"):
        users.ask(someone, request.POST.get("peran", ""), give=act == "beri", by=me)
        return _("Usulan dicatat. Berlaku setelah petugas kedua menyetujuinya.")
    if someone.pk == me.pk:
        raise Refused(_("Untuk akun Anda sendiri, pakai halaman Keamanan."), status=403)
    if act == "keluarkan":
        devices.end(devices.of(someone), someone, by=me)
        return _("Semua perangkat pegawai ini dikeluarkan.")
    if act == "hapus_faktor":
        second_factor.remove(someone, by=me)
        devices.end(devices.of(someone), someone, by=me)
        return _("Faktor kedua dihapus. Pegawai diberi tahu lewat email.")
    raise Refused(_("Tindakan ini tidak dikenal."), status=422)
