"""The filtered queue as CSV or XLSX: personal data, so behind a POST with a stated purpose, and recorded."""

import tempfile
from collections.abc import Iterable, Sequence

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from approvals import dashboard
from approvals.exports.purpose import stated
from approvals.exports.queue import header, rows
from approvals.exports.writing import XLSX_TYPE, Cell, csv_response, write_xlsx
from approvals.views.guard import list_of, officers, user_of
from portal import clock
from portal.accounts.access import initial_post, recently_proven
from portal.audit.log import record
from portal.http import methods

MOST_IN_XLSX = 20_000  # a workbook is made before it is sent; a CSV is sent while it is read


@officers
@recently_proven
@methods(read=["GET"], write=["POST"])
def csv_file(request: HttpRequest) -> HttpResponse:
    """Ask for the purpose, then send the list as CSV for Indonesian Excel."""
    return _export(request, "csv")


@officers
@recently_proven
@methods(read=["GET"], write=["POST"])
def xlsx_file(request: HttpRequest) -> HttpResponse:
    """Ask for the purpose, then send the list as a workbook."""
    return _export(request, "xlsx")


def _export(request: HttpRequest, kind: str) -> HttpResponse:
    person = user_of(request)
    filters, known, ignored = list_of(request)
    cases = dashboard.listed(person, filters, known)
    purpose, problem = stated(request) if request.method == "POST" else (_typed(request), "")
    number = cases.count()
    if request.method == "POST" and not problem and kind == "xlsx" and number > MOST_IN_XLSX:
        problem = _("Lebih dari 20.000 baris. Persempit saringannya, atau pilih CSV.")
    if request.method == "POST" and not problem:
        record("queue_exported", person, by=person, rows=number, kind=kind, purpose=purpose)
        with translation.override("id"):
            name = f"antrean-{clock.today():%Y%m%d}"
            if kind == "csv":
                return csv_response(name, header(), rows(cases))
            return _workbook(name, rows(cases))
    context = {
        "kind": kind,
        "number": number,
        "purpose": purpose,
        "problem": problem,
        "ignored": ignored,
        "query": filters.but().encode(),
        "too_many": kind == "xlsx" and number > MOST_IN_XLSX,
    }
    return render(request, "exports/queue.html", context, status=422 if problem else 200)


def _typed(request: HttpRequest) -> str:
    rescued = initial_post(request)
    return rescued.get("keperluan", "")[:300] if rescued else ""


def _workbook(name: str, found: Iterable[Sequence[Cell]]) -> HttpResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it once it is sent
    write_xlsx(file, _("Antrean"), header(), found)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)  # type: ignore[return-value]
