"""Own views of the queue, and the keys that move through it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import dashboard
from approvals.casework import saved
from approvals.filters import parse
from approvals.views.guard import list_of, officers, user_of
from portal.errors import Refused
from portal.http import methods, row_key


@officers
@methods(read=["GET"], write=["POST"])
def views(request: HttpRequest) -> HttpResponse:
    """List one's own views; a POST keeps the view that the address carries, or forgets one."""
    person = user_of(request)
    name, problem = request.POST.get("nama", ""), ""
    filters, known, _ignored = list_of(request)
    if request.method == "POST" and "hapus" in request.POST:
        key = row_key(request.POST["hapus"])
        if key is not None:
            saved.remove(key, by=person)
        messages.success(request, _("Tampilan dihapus."))
        return redirect("approvals:saved_views")
    if request.method == "POST":
        try:
            view = saved.save(name, filters.but().encode(), by=person)
        except Refused as refused:
            problem = refused.message
        else:
            messages.success(request, _("Tampilan “%s” tersimpan.") % view.name)
            return redirect(reverse("approvals:queue") + (f"?{view.query}" if view.query else ""))
    rows = [
        {"view": view, "outdated": bool(parse(QueryDict(view.query), known)[1])} for view in person.saved_views.all()
    ]
    context = {"rows": rows, "name": name, "problem": problem, "query": filters.but().encode(), "most": saved.MOST}
    context["tab"] = next((tab.label for tab in dashboard.tabs(person) if tab.filters == filters), "")
    return render(request, "approvals/saved_views.html", context, status=422 if problem else 200)


@officers
@methods(read=["GET"], write=["POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """What each key does, and the switch that turns them off."""
    person = user_of(request)
    if request.method == "POST":
        on = request.POST.get("pintasan") == "nyala"
        saved.set_shortcuts(person, on)
        messages.success(request, _("Pintasan dinyalakan.") if on else _("Pintasan dimatikan."))
        return redirect("approvals:keys")
    rows = [
        ("j", _("Baris berikutnya; pada halaman kasus: kasus berikutnya")),
        ("k", _("Baris sebelumnya; pada halaman kasus: kasus sebelumnya")),
        ("o", _("Buka baris yang disorot")),
        ("x", _("Pilih baris yang disorot, atau batalkan pilihannya")),
        ("u", _("Kembali ke antrean, ke baris semula")),
        ("f", _("Buka filter")),
        ("/", _("Ke kotak Cari")),
        ("g a", _("Ke antrean")),
        ("g s", _("Ke pekerjaan saya")),
        ("?", _("Ke halaman ini")),
    ]
    return render(request, "approvals/keys.html", {"rows": rows, "on": saved.shortcuts_on(person)})
