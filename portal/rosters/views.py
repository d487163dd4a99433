"""The pages of the roster import: the file, its columns, its plan, what two officers confirm, and the way back."""

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.accounts.access import group_required, recently_proven
from portal.accounts.views.users import second_officers
from portal.audit.log import record
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee
from portal.people.roles import ADMINISTRATOR, has_role
from portal.people.roster.plan import CHANGES
from portal.people.roster.problems import MEND
from portal.rosters import saving, taking
from portal.rosters.forms import UploadForm
from portal.rosters.models import SAVED, RosterImport, State

_PAGE, _SHOWN, _PAST, _IN_FILE = 50, 50, 20, 20_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
WORDS = {
    "new": gettext_lazy("Baru"),
    "moved": gettext_lazy("Pindah unit"),
    "left": gettext_lazy("Tidak aktif lagi"),
    "post": gettext_lazy("Ganti jabatan"),
    "address": gettext_lazy("Ganti alamat email"),
    "other": gettext_lazy("Perubahan lain"),
    "minor": gettext_lazy("Hanya nomor daftar"),
    "same": gettext_lazy("Sama"),
}
LISTED = ("new", "moved", "left", "post", "address", "other")


def _me(request: HttpRequest) -> Employee:
    assert isinstance(request.user, Employee)
    return request.user


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
def show(request: HttpRequest) -> HttpResponse:
    """The form for a file, and the imports so far."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["berkas"]
        extension = "xlsx" if str(file.name).casefold().endswith((".xlsx", ".xlsm", ".xls")) else "csv"
        try:
            batch = taking.take(file.read(), extension, full=form.cleaned_data["lengkap"], by=_me(request))
        except Refused as refused:
            form.add_error("berkas", refused.message)
        else:
            return redirect("rosters:batch", batch.pk)
    past = RosterImport.objects.defer("content", "headings").select_related("made_by")[:_PAST]
    return render(request, "rosters/list.html", {"form": form, "past": past}, status=422 if form.errors else 200)


@methods(read=["GET"], write=["POST"])
@second_officers
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One import, at whatever point it is."""
    found = get_object_or_404(
        RosterImport.objects.defer("content").select_related("made_by", "second_by", "undone_by"), pk=pk
    )
    if request.method == "POST":
        if request.POST.get("tindakan") == "cocokkan":
            return _match(request, found)
        return _act(request, found)
    if found.state == State.MATCHING:
        return _matching(request, found, taking.guessed(found))
    return render(request, "rosters/batch.html", _context(request, found))


def _matching(request: HttpRequest, found: RosterImport, chosen: dict[str, int], problem: str = "") -> HttpResponse:
    samples = {each["column"]: each.get("samples", []) for each in found.headings}
    rows = [
        {
            "field": field,
            "label": label,
            "needed": field in ("nip", "name"),
            "chosen": chosen.get(field),
            "samples": [text for text in samples.get(chosen.get(field), []) if text],
        }
        for field, label in taking.LABELS.items()
    ]
    left = [each["title"] for each in found.headings if each["column"] not in chosen.values()]
    context = {"batch": found, "rows": rows, "problem": problem, "left": left}
    return render(request, "rosters/match.html", context, status=422 if problem else 200)


def _match(request: HttpRequest, found: RosterImport) -> HttpResponse:
    known = {str(each["column"]): int(each["column"]) for each in found.headings}
    texts = {field: request.POST.get(f"kolom_{field}", "") for field in taking.LABELS}
    chosen = {field: known[text] for field, text in texts.items() if text in known}
    try:
        taking.match(found, chosen)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _matching(request, found, chosen, refused.message)
    return redirect("rosters:batch", found.pk)


@recently_proven
def _act(request: HttpRequest, found: RosterImport) -> HttpResponse:
    act, person = request.POST.get("tindakan", ""), _me(request)
    if act in ("simpan", "batal", "urungkan") and not has_role(person, ADMINISTRATOR):
        raise Refused(_("Tindakan ini hanya untuk pengelola."), status=403)
    if act == "simpan":
        saving.confirm(found)
    elif act == "batal":
        saving.cancel(found)
        messages.success(request, _("Impor dibatalkan. Tidak ada yang berubah."))
    elif act in ("setuju", "tolak"):
        saving.answer(found, accepted=act == "setuju", by=person)
        if act == "tolak":
            messages.success(request, _("Perubahan yang ditahan ditolak. Yang lain tetap tersimpan."))
    elif act == "urungkan":
        saving.undo(found, by=person)
        messages.success(request, _("Impor diurungkan."))
    else:
        raise Refused(_("Pilih tindakannya."), status=422)
    return redirect("rosters:batch", found.pk)


def _context(request: HttpRequest, found: RosterImport) -> dict[str, Any]:
    person = _me(request)
    tab = request.GET.get("kelompok", "")
    tabs = [(key, WORDS[key], found.changes.get(key, 0)) for key in LISTED if found.changes.get(key)]
    if found.missing:
        tabs.append(("missing", gettext_lazy("Tidak ada dalam berkas"), found.missing))
    if found.held:
        tabs.insert(0, ("held", gettext_lazy("Menunggu petugas kedua"), found.held))
    tab = tab if tab in {key for key, _word, _count in tabs} else next((key for key, _word, _count in tabs), "")
    listed = found.planned.exclude(held="") if tab == "held" else found.planned.filter(change=tab)
    page = Paginator(listed.order_by("pk"), _PAGE).get_page(request.GET.get("hal"))
    problems = list(found.problems.order_by("line", "pk")[:_SHOWN])
    newest = RosterImport.objects.filter(state__in=SAVED).order_by("-applied_at").values_list("pk", flat=True).first()
    young = found.applied_at is not None and clock.now() - found.applied_at <= saving.UNDO
    return {
        "batch": found,
        "counts": [(WORDS[key], found.changes.get(key, 0)) for key in CHANGES],
        "changes": sum(number for change, number in found.changes.items() if change != "same"),
        "tabs": tabs,
        "tab": tab,
        "page": page,
        "problems": [{"problem": each, "mend": MEND.get(each.kind, "")} for each in problems],
        "more": max(0, found.problems.count() - len(problems)),
        "administrator": has_role(person, ADMINISTRATOR),
        "may_answer": found.state == State.WAITING and person.pk != found.made_by_id,
        "undoable": found.state in SAVED and young and newest == found.pk,
        "many": found.held > 0 and found.planned.filter(held="many").exists(),
    }


@methods(write=["POST"])
@group_required(ADMINISTRATOR)
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows with errors as they stood in the file, with what to mend: mended, they can be imported by themselves."""
    found = get_object_or_404(RosterImport.objects.defer("content"), pk=pk)
    header = taking.header_of(found)
    told: dict[int, list[str]] = {}
    for each in found.problems.order_by("line", "pk")[:_IN_FILE]:
        told.setdefault(each.line, []).append(f"{each.column}: {each.message}. {MEND.get(each.kind, '')}".strip())
    record("roster_errors_fetched", found, by=_me(request), via="dashboard", rows=len(told))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="galat-impor-{found.pk}.csv"'
    writer = csv.writer(response, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(header.title(field) for field in header.fields), _("Kesalahan"), _("Baris asal")])
    for row in found.staged.filter(line__in=told).order_by("line"):
        texts = row.data["texts"]
        cells = [_as_text(texts.get(field, ""), always=field == "nip") for field in header.fields]
        writer.writerow([*cells, " | ".join(told[row.line]), row.line])
    return response


def _as_text(text: str, *, always: bool) -> str:
    """Return a cell that a spreadsheet shows as it is and our reader takes back: a quote in front where it matters."""
    return f"'{text}" if text and (always or text.startswith(_FORMULA)) and not text.startswith("'") else text
