"""The pages of the registers: what they hold, a file with its plan, one row by hand, and the way back."""

import csv

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from declarations.registries import applying
from declarations.registries.columns import COLUMNS
from declarations.registries.forms import RowForm, UploadForm
from declarations.registries.models import WORKING, Entry, Registry, RegistryImport, State
from declarations.registries.names import normalise
from portal.accounts.access import group_required, recently_proven
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee
from portal.people.roles import ADMINISTRATOR, REVIEWER
from portal.people.roster.values import BadValue
from portal.wake import wake

_PAGE, _SHOWN, _PAST, _IN_FILE = 50, 100, 10, 20_000
WORDS = {"penyedia": "vendor", "izin": "permit", "binaan": "supervised", "bidang": "sector", "pemilihan": "election"}
_WORD = {registry: word for word, registry in WORDS.items()}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _registry(word: str) -> Registry:
    if word not in WORDS:
        raise Http404
    return Registry(WORDS[word])


def _me(request: HttpRequest) -> Employee:
    assert isinstance(request.user, Employee)
    return request.user


@methods(read=["GET"])
@group_required(REVIEWER, ADMINISTRATOR)
def show(request: HttpRequest) -> HttpResponse:
    """All registers with how much they hold and when that came."""
    live = dict(Entry.objects.filter(ended_by=None).values_list("registry").annotate(Count("pk")).order_by())
    applied = RegistryImport.objects.filter(state=State.APPLIED).order_by("registry", "-applied_at")
    last = {each.registry: each for each in applied.distinct("registry")}
    rows = [
        {"word": _WORD[each.value], "label": each.label, "count": live.get(each.value, 0), "last": last.get(each.value)}
        for each in Registry
    ]
    return render(request, "registries/list.html", {"rows": rows})


@methods(read=["GET"], write=["POST"])
@group_required(REVIEWER, ADMINISTRATOR)
def one(request: HttpRequest, word: str) -> HttpResponse:
    """One register: its rows, its last imports, and the form for a file."""
    registry = _registry(word)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["berkas"]
        batch = applying.start(
            registry,
            source=form.cleaned_data["sumber"],
            full=form.cleaned_data["lengkap"],
            by=_me(request),
            content=file.read(),
            extension="xlsx" if str(file.name).casefold().endswith(".xlsx") else "csv",
        )
        wake("declarations.registries.tasks.work_on", batch.pk)
        return redirect("registries:batch", batch.pk)
    text = request.GET.get("q", "").strip()[:100]
    rows = (
        Entry.objects.filter(registry=registry, ended_by=None).select_related("opd", "added_by").order_by("norm", "pk")
    )
    if begins := normalise(text):
        rows = rows.filter(norm__startswith=begins)
    page = Paginator(rows.select_related("opd", "added_by"), _PAGE).get_page(request.GET.get("hal"))
    context = {
        "registry": registry,
        "word": word,
        "page": page,
        "q": text,
        "form": form,
        "columns": COLUMNS[registry],
        "imports": RegistryImport.objects.filter(registry=registry).defer("content").select_related("made_by")[:_PAST],
    }
    return render(request, "registries/one.html", context, status=422 if form.errors else 200)


@methods(read=["GET"])
@group_required(REVIEWER, ADMINISTRATOR)
def template(request: HttpRequest, word: str) -> HttpResponse:
    """An empty file with the headings of this register."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contoh-{word}.csv"'
    response.write("\ufeff" + ";".join(str(column.heading) for column in COLUMNS[_registry(word)]) + "\r\n")
    return response


@methods(read=["GET"], write=["POST"])
@group_required(REVIEWER, ADMINISTRATOR)
def add(request: HttpRequest, word: str) -> HttpResponse:
    """One row by hand."""
    registry = _registry(word)
    form = RowForm(registry, request.POST or None)
    if request.method == "POST" and form.is_valid():
        texts = {column.field: form.cleaned_data[column.field] for column in COLUMNS[registry]}
        try:
            applying.add_row(registry, texts, source=form.cleaned_data["sumber"], by=_me(request))
        except BadValue as bad:
            form.add_error("name", bad.message[:1].upper() + bad.message[1:])
        else:
            messages.success(request, _("Baris ditambahkan."))
            return redirect("registries:one", word)
    context = {"form": form, "registry": registry, "word": word}
    return render(request, "registries/add.html", context, status=422 if form.errors else 200)


@methods(read=["GET"], write=["POST"])
@group_required(REVIEWER, ADMINISTRATOR)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then end one row."""
    entry = get_object_or_404(Entry.objects.select_related("opd", "added_by"), pk=pk)
    word = _WORD[entry.registry]
    if request.method == "POST":
        applying.end_row(entry, by=_me(request))
        messages.success(request, _("Baris diakhiri. Riwayatnya tetap tersimpan."))
        return redirect("registries:one", word)
    return render(request, "registries/end.html", {"entry": entry, "word": word, "registry": Registry(entry.registry)})


@methods(read=["GET"], write=["POST"])
@group_required(REVIEWER, ADMINISTRATOR)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, what it would change, the rows with errors; save, cancel or take back."""
    found = get_object_or_404(RegistryImport.objects.defer("content").select_related("made_by", "undone_by"), pk=pk)
    if request.method == "POST":
        return _act(request, found)
    problems = found.staged.exclude(problem="").order_by("line")
    newest = RegistryImport.objects.filter(registry=found.registry, state=State.APPLIED).order_by("-applied_at")
    context = {
        "batch": found,
        "registry": Registry(found.registry),
        "word": _WORD[found.registry],
        "working": found.state in WORKING,
        "problems": problems[:_SHOWN],
        "more": max(0, found.problems - _SHOWN),
        "samples": found.staged.filter(problem="").select_related("opd").order_by("line")[:20],
        "changes": found.new or found.changed or found.ended,
        "undoable": found.state == State.APPLIED and newest.values_list("pk", flat=True).first() == found.pk,
    }
    return render(request, "registries/batch.html", context)


@recently_proven
def _act(request: HttpRequest, found: RegistryImport) -> HttpResponse:
    act = request.POST.get("tindakan", "")
    if act == "simpan":
        applying.confirm(found)
        wake("declarations.registries.tasks.work_on", found.pk)
    elif act == "batal":
        applying.cancel(found)
        messages.success(request, _("Impor dibatalkan. Tidak ada yang berubah."))
    elif act == "tarik":
        applying.undo(found, by=_me(request))
        messages.success(request, _("Impor ditarik kembali. Register seperti sebelumnya."))
    else:
        raise Refused(_("Pilih tindakannya."), status=422)
    return redirect("registries:batch", found.pk)


@methods(read=["GET"])
@group_required(REVIEWER, ADMINISTRATOR)
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows with errors as a file for Excel, at most the first twenty thousand."""
    found = get_object_or_404(RegistryImport.objects.defer("content"), pk=pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="kesalahan-impor-{found.pk}.csv"'
    writer = csv.writer(response, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Baris"), _("Nama"), _("Yang perlu diperbaiki")])
    rows = found.staged.exclude(problem="").order_by("line").values_list("line", "name", "problem")
    for line, name, problem in rows[:_IN_FILE]:
        writer.writerow([line, f"'{name}" if name.startswith(_FORMULA) else name, problem])
    return response
