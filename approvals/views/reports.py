"""The reports: days and office in the address, every table with its chart, its title in words, and its CSV."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from approvals import dashboard, reports
from approvals.coverage import board, counting
from approvals.exports.writing import csv_response
from approvals.scope import Scope
from approvals.views.coverage import readers
from declarations.forms.fields import parse_day
from portal import clock
from portal.http import methods

_SPAN, _LONGEST = 90, 366


def _offices(scope: Scope) -> dict[str, Any]:
    known = dashboard.offices()
    return known if scope.every else {key: opd for key, opd in known.items() if opd.pk in scope.own}


def _day(request: HttpRequest, name: str, otherwise: date, ignored: list[str]) -> date:
    text = request.GET.get(name, "").strip()[:40]
    if not text:
        return otherwise
    try:
        return parse_day(text)
    except ValidationError as problem:
        ignored.append(f"{text}: {problem.messages[0]}")
        return otherwise


def read(request: HttpRequest, scope: Scope) -> tuple[reports.Period, dict[str, Any], list[str]]:
    """Return the period the address asks for, the offices to choose from, and a sentence for what was ignored."""
    ignored: list[str] = []
    last = _day(request, "sampai", clock.today(), ignored)
    first = _day(request, "dari", last - timedelta(days=_SPAN - 1), ignored)
    if first > last:
        ignored.append(_("Tanggal awal setelah tanggal akhir; keduanya ditukar."))
        first, last = last, first
    if (last - first).days >= _LONGEST:
        first = last - timedelta(days=_LONGEST - 1)
        ignored.append(_("Rentang paling panjang satu tahun; tanggal awal digeser."))
    known = _offices(scope)
    chosen = request.GET.get("opd", "")
    if chosen and chosen not in known:
        ignored.append(_("Nilai “%(value)s” pada %(name)s tidak dikenal dan diabaikan.") % _quote(chosen))
        chosen = ""
    if not chosen and not scope.every:
        chosen = next(iter(known), "")
        if not chosen:
            raise Http404
    keeps_back = not (scope.bkpsdm or scope.inspectorate)
    return reports.Period(first, last, known.get(chosen), keeps_back), known, ignored


def _quote(value: str) -> dict[str, str]:
    return {"value": value[:40], "name": "opd"}


@methods(read=["GET"])
@readers
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All tables of one period."""
    period, known, ignored = read(request, scope)
    code = next((key for key, opd in known.items() if opd == period.opd), "")
    query = {"dari": period.first.isoformat(), "sampai": period.last.isoformat(), "opd": code}
    context = {
        "period": period,
        "tables": [make(period) for make in reports.TABLES.values()],
        "coverage": board.total(scope),
        "as_of": counting.as_of(),
        "ignored": ignored,
        "offices": [(key, opd.name, key == code) for key, opd in known.items()],
        "every": scope.every,
        "query": urlencode({key: value for key, value in query.items() if value}),
        "now": clock.now(),
        "year": clock.today().year,
    }
    return render(request, "reports/reports.html", context)


@methods(read=["GET"])
@readers
def table(request: HttpRequest, scope: Scope, tabel: str) -> HttpResponse:
    """One table as CSV, with the same numbers kept back as on the page."""
    if tabel not in reports.TABLES:
        raise Http404
    period, _known, _ignored = read(request, scope)
    made = reports.TABLES[tabel](period)
    name = f"{made.key}-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    return csv_response(name, made.header, made.rows)
