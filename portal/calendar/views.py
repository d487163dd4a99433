"""The administrators' calendar: a year at a glance, and one small form for each change."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import clock
from portal.accounts.access import group_required, initial_post
from portal.calendar import changes, days
from portal.calendar.forms import HolidayForm, HoursForm, RamadanForm, ReasonForm, UseForm, years
from portal.calendar.models import (
    TIMED,
    Change,
    Holiday,
    HolidayKind,
    PatternCode,
    PatternUse,
    Ramadan,
    WorkPattern,
    Year,
)
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee

_HISTORY = 50
_MONDAY = date(2026, 1, 5)


@methods(read=["GET"])
@group_required("administrator")
def show(request: HttpRequest) -> HttpResponse:
    """One year: months, free days, Ramadan, patterns, who follows them, what was changed."""
    year = _year(request.GET.get("tahun", ""))
    rows = list(Holiday.objects.filter(day__year=year))
    seeded = Year.objects.filter(year=year).exists()
    context = {
        "year": year,
        "years": years(),
        "seeded": seeded,
        "months": _months(year),
        "rows": [row for row in rows if row.removed_at is None],
        "removed": [row for row in rows if row.removed_at is not None],
        "library": [] if seeded else _library(year),
        "ramadan": Ramadan.objects.filter(ends__year__gte=year, starts__year__lte=year),
        "patterns": _patterns(),
        "uses": PatternUse.objects.select_related("opd"),
        "history": Change.objects.filter(year=year).select_related("by")[:_HISTORY],
    }
    return render(request, "calendar/year.html", context)


def _year(typed: str) -> int:
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
    return year if year in years() else clock.today().year


def _library(year: int) -> list[dict[str, Any]]:
    known = sorted(days.from_library(year).items())
    return [{"day": day, "name": name, "get_kind_display": kind.label} for day, (name, kind) in known]


def _months(year: int) -> list[dict[str, Any]]:
    """Return each month with its working days and the free weekdays in it."""
    found = []
    for month in range(1, 13):
        first = date(year, month, 1)
        after = date(year + month // 12, month % 12 + 1, 1)
        all_days = [first + timedelta(days=offset) for offset in range((after - first).days)]
        free = [day for day in all_days if day.weekday() < 5 and not clock.is_working_day(day)]
        found.append({"first": first, "working": sum(map(clock.is_working_day, all_days)), "free": free})
    return found


def _patterns() -> list[dict[str, Any]]:
    """Return the patterns whose hours are checked, each with the hours in force and those to come."""
    rows = list(WorkPattern.objects.prefetch_related("days"))
    return [
        {"code": code.value, "label": code.label, "rows": [_hours(row) for row in rows if row.code == code]}
        for code in TIMED
    ]


def _hours(row: WorkPattern) -> dict[str, Any]:
    lines = list(row.days.all())
    minutes = sum(
        _minutes(day.opens, day.closes)
        - (_minutes(day.break_starts, day.break_ends) if day.break_starts and day.break_ends else 0)
        for day in lines
    )
    shown = [{"name": _MONDAY + timedelta(days=day.weekday - 1), "day": day} for day in lines]
    return {"row": row, "lines": shown, "sum": f"{minutes // 60}.{minutes % 60:02d}"}


def _minutes(starts: Any, ends: Any) -> int:
    return int(ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute)


@methods(write=["POST"])
@group_required("administrator")
def load(request: HttpRequest) -> HttpResponse:
    """Make rows of the library's days for a year that has none yet."""
    year = _year(request.POST.get("tahun", ""))
    days.seed(year)
    messages.success(request, _("Hari libur tahun %d dimuat dan dapat diubah.") % year)
    return _back(year)


@methods(read=["GET"], write=["POST"])
@group_required("administrator")
def add_holiday(request: HttpRequest) -> HttpResponse:
    form = HolidayForm(_sent(request))
    texts = {
        "title": _("Tambah hari libur"),
        "intro": _(
            "Tenggat yang melewati hari ini langsung mundur satu hari kerja; jumlahnya tampil setelah disimpan."
        ),
        "button": _("Tambah hari libur"),
    }

    def do() -> Change:
        answers = form.cleaned_data
        kind = HolidayKind(answers["jenis"])
        return changes.add_holiday(
            answers["tanggal"], answers["nama"].strip(), kind, answers["alasan"], by=_me(request)
        )

    return _act(request, form, do, texts)


@methods(read=["GET"], write=["POST"])
@group_required("administrator")
def holiday(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a free day, or take a removed one back."""
    row = get_object_or_404(Holiday, pk=pk)
    form = ReasonForm(_sent(request))
    if row.removed_at is None:
        texts = {
            "title": _("Hapus hari libur"),
            "intro": _("Hari ini menjadi hari kerja. Tenggat yang melewatinya langsung maju satu hari kerja."),
            "button": _("Hapus hari libur"),
        }
    else:
        texts = {
            "title": _("Pulihkan hari libur"),
            "intro": _("Tenggat yang melewati hari ini langsung mundur satu hari kerja."),
            "button": _("Pulihkan hari libur"),
        }

    def do() -> Change:
        act = changes.remove_holiday if row.removed_at is None else changes.restore_holiday
        return act(row, form.cleaned_data["alasan"], by=_me(request))

    return _act(request, form, do, {**texts, "row": row}, year=row.day.year)


@methods(read=["GET"], write=["POST"])
@group_required("administrator")
def add_ramadan(request: HttpRequest) -> HttpResponse:
    form = RamadanForm(_sent(request))
    texts = {
        "title": _("Catat Ramadan"),
        "intro": _("Selama Ramadan, jam kerja Ramadan dipakai saat deklarasi diperiksa. Tenggat tidak berubah."),
        "button": _("Catat Ramadan"),
    }

    def do() -> Change:
        answers = form.cleaned_data
        return changes.add_ramadan(answers["mulai"], answers["sampai"], answers["alasan"], by=_me(request))

    return _act(request, form, do, texts)


@methods(read=["GET"], write=["POST"])
@group_required("administrator")
def ramadan(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Ramadan, pk=pk)
    form = ReasonForm(_sent(request))
    texts = {
        "title": _("Hapus Ramadan"),
        "intro": _("Deklarasi yang sudah dikirim tidak diperiksa ulang."),
        "button": _("Hapus Ramadan"),
        "span": row,
    }
    return _act(
        request,
        form,
        lambda: changes.remove_ramadan(row, form.cleaned_data["alasan"], by=_me(request)),
        texts,
        year=row.starts.year,
    )


@methods(read=["GET"], write=["POST"])
@group_required("administrator")
def hours(request: HttpRequest, kode: str) -> HttpResponse:
    """New hours of a pattern from a day on."""
    if kode not in {code.value for code in TIMED}:
        raise Http404
    code = PatternCode(kode)
    form = HoursForm(_sent(request), code=code)
    texts = {
        "title": _("Jam kerja: %s") % code.label,
        "intro": _(
            "Isi jam yang berlaku mulai tanggal itu. Hari tanpa jam berarti libur. Jam yang lama tetap tercatat."
        ),
        "button": _("Simpan jam kerja"),
    }

    def do() -> Change:
        answers = form.cleaned_data
        return changes.set_hours(code, answers["mulai"], form.hours(), answers["alasan"], by=_me(request))

    return _act(request, form, do, texts)


@methods(read=["GET"], write=["POST"])
@group_required("administrator")
def add_use(request: HttpRequest) -> HttpResponse:
    form = UseForm(_sent(request))
    texts = {
        "title": _("Atur pola kerja unit"),
        "intro": _("Berlaku untuk deklarasi yang dikirim sesudah ini."),
        "button": _("Simpan pola kerja"),
    }

    def do() -> Change:
        answers = form.cleaned_data
        return changes.use_pattern(form.target(), PatternCode(answers["pola"]), answers["alasan"], by=_me(request))

    return _act(request, form, do, texts)


@methods(read=["GET"], write=["POST"])
@group_required("administrator")
def use(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(PatternUse.objects.select_related("opd"), pk=pk)
    form = ReasonForm(_sent(request))
    texts = {
        "title": _("Hapus pola kerja unit"),
        "intro": _("Unit ini kembali mengikuti pola bawaan."),
        "button": _("Hapus pola kerja unit"),
        "use": row,
    }
    return _act(request, form, lambda: changes.drop_use(row, form.cleaned_data["alasan"], by=_me(request)), texts)


def _act(
    request: HttpRequest, form: forms.Form, do: Callable[[], Change], context: dict[str, Any], year: int = 0
) -> HttpResponse:
    """Show the form, or do what it asks for and return to the year it concerns."""
    if request.method == "POST" and form.is_valid():
        try:
            change = do()
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _said(change))
            return _back(change.year)
    back = f"{reverse('calendar:year')}?tahun={year or clock.today().year}"
    status = 422 if request.method == "POST" else 200
    return render(request, "calendar/act.html", {**context, "form": form, "back": back}, status=status)


def _said(change: Change) -> str:
    said = f"{change.what} {change.get_act_display()}."
    if not change.moved:
        return said
    moved = ngettext("%(n)s tenggat dihitung ulang.", "%(n)s tenggat dihitung ulang.", change.moved) % {
        "n": change.moved
    }
    return f"{said} {moved}"


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('calendar:year')}?tahun={year}")


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else initial_post(request)


def _me(request: HttpRequest) -> Employee:
    assert isinstance(request.user, Employee)
    return request.user
