"""The filtered queue as CSV or XLSX: personal data, so behind a POST with a stated purpose, and recorded."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from approvals import dashboard
from approvals.exports import background
from approvals.exports.models import Export
from approvals.exports.purpose import stated
from approvals.exports.queue import header, rows
from approvals.exports.writing import XLSX_TYPE, Cell, csv_response, write_xlsx
from approvals.views.guard import list_of, officers, user_of
from portal import clock
from portal.accounts.access import initial_post, recently_proven
from portal.audit.log import record
from portal.errors import Refused
from portal.http import methods

AT_ONCE = 20_000  # rows of a workbook that one request makes; a worker makes larger ones


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
    large = kind == "xlsx" and number > AT_ONCE
    if request.method == "POST" and not problem and large:
        export = background.order(person, filters.but().encode(), purpose, number)
        return redirect("approvals:export", export.public_id)
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
        "large": large,
    }
    return render(request, "exports/queue.html", context, status=422 if problem else 200)


@officers
@recently_proven
@methods(read=["GET"], write=["POST"])
def large(request: HttpRequest, ekspor: UUID) -> HttpResponse:
    """How far a large workbook is; a POST fetches it. Only whoever ordered it can."""
    person = user_of(request)
    export = get_object_or_404(Export, public_id=ekspor, owner=person)
    if request.method != "POST":
        return render(request, "exports/progress.html", {"export": export})
    if not export.ready:
        raise Refused(_("Berkas ini belum siap atau sudah dihapus. Buka lagi halamannya."))
    record("export_fetched", person, by=person, export=export.pk)
    response = StreamingHttpResponse(background.pieces(export), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="antrean-{export.ordered_at:%Y%m%d}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, response)  # a streamed answer passes through our views like any other


def _typed(request: HttpRequest) -> str:
    rescued = initial_post(request)
    return rescued.get("keperluan", "")[:300] if rescued else ""


def _workbook(name: str, found: Iterable[Sequence[Cell]]) -> HttpResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it once it is sent
    write_xlsx(file, _("Antrean"), header(), found)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)  # type: ignore[return-value]
