"""The board of coverage: offices, the names of the silent for those who may see them, and mailing them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals.coverage import board, calling, counting
from approvals.coverage.models import Call, OfficeCount
from approvals.exports.purpose import stated
from approvals.exports.writing import Cell, csv_response
from approvals.policies import ADMINISTRATOR, REVIEWER, groups_of
from approvals.scope import Scope, scope_of
from approvals.views.guard import View, only, user_of
from portal import clock
from portal.accounts.access import login_required, recently_proven
from portal.audit.log import record
from portal.errors import Refused
from portal.http import methods, row_key
from portal.people.models import Employee, Opd

_PAGE, _NAMES = 100, 50
TOP = "atas"


def readers(view: Callable[..., HttpResponse]) -> View:
    """Let in who may read reports, and hand the view what this person may know."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scope = scope_of(user_of(request))
        if scope is None:
            raise Refused(_("Laporan hanya untuk petugas, pimpinan, dan kepala OPD."), status=403)
        return view(request, scope, *args, **kwargs)

    return guarded


def ordering(request: HttpRequest) -> str:
    chosen = request.GET.get("urut", "cakupan")
    return chosen if chosen in board.ORDERS else "cakupan"


@dataclass(frozen=True, slots=True)
class Rows:
    """The lines of the board: every office by itself, or what stands below one with all that is below it."""

    found: QuerySet[OfficeCount]
    tree: bool
    place: OfficeCount | None
    scope: Scope

    def line(self, row: OfficeCount) -> board.Line:
        return board.line_of_all(row, self.scope) if self.tree else board.line(row, self.scope)


def _rows(request: HttpRequest, scope: Scope) -> Rows:
    inside = request.GET.get("di", "") if scope.every else ""
    orders = board.TREE_ORDERS if inside else board.ORDERS
    if not inside:
        return Rows(board.counts(scope).order_by(*orders[ordering(request)]), False, None, scope)
    place = None
    if inside != TOP:
        place = get_object_or_404(OfficeCount.objects.select_related("office", "above"), pk=row_key(inside))
    found = board.below(scope, place.pk if place else None)
    return Rows(found.order_by(*orders[ordering(request)]), True, place, scope)


@methods(read=["GET"])
@readers
def show(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The offices one may see, the least answered first; the number of queries does not grow with them."""
    order = ordering(request)
    rows = _rows(request, scope)
    page = Paginator(rows.found, _PAGE).get_page(request.GET.get("hal"))
    labels = {"cakupan": _("Cakupan terendah"), "diam": _("Terbanyak belum menjawab"), "nama": _("Nama")}
    context = {
        "page": page,
        "lines": [rows.line(row) for row in page.object_list],
        "rows": rows,
        "own": board.line(rows.place, scope) if rows.place and rows.place.roster else None,
        "inside": request.GET.get("di", "") if rows.tree else "",
        "top": TOP,
        "total": board.total(scope),
        "as_of": counting.as_of(),
        "year": clock.today().year,
        "campaign": calling.running(clock.today()),
        "orders": [(key, label, key == order) for key, label in labels.items()],
        "order": order,
        "scope": scope,
        "roles": groups_of(user_of(request)),
        "headings": board.headings(),
    }
    return render(request, "coverage/board.html", context)


@methods(read=["GET"])
@readers
def table(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The board as CSV: numbers only, with the same numbers kept back as on the page."""
    rows = _rows(request, scope)

    def lines() -> Iterator[list[Cell]]:
        for row in rows.found.iterator(chunk_size=500):
            shown = rows.line(row)
            numbers = [shown.roster, *(shown.numbers[name] for name in counting.STATES), shown.percent]
            yield [shown.office.name, *(board.KEPT_BACK if number is None else number for number in numbers)]

    return csv_response(f"cakupan-{clock.today():%Y%m%d}", [_("OPD"), *board.headings()], lines())


def _office(scope: Scope, pk: int) -> tuple[Opd, OfficeCount]:
    """Return an office whose names this person may read; for everybody else it does not exist."""
    row = get_object_or_404(board.counts(scope), pk=pk)
    if not scope.names(row.pk, row.roster):
        raise Refused(_("Nama hanya dapat dibuka oleh BKPSDM, Inspektorat, dan kepala OPD itu sendiri."), status=403)
    return row.office, row


def _people(office: Opd) -> Any:
    return counting.silent().filter(unit__office=office).select_related("unit").order_by("name", "pk")


@methods(read=["GET"], write=["POST"])
@readers
@recently_proven
def office(request: HttpRequest, scope: Scope, opd: int) -> HttpResponse:
    """Who of an office has not answered; reading it is noted. A POST with a purpose gives the list as CSV."""
    where, row = _office(scope, opd)
    person = user_of(request)
    purpose, problem = stated(request) if request.method == "POST" else ("", "")
    if request.method == "POST" and not problem:
        return _names_file(where, person, purpose)
    page = Paginator(_people(where), _NAMES).get_page(request.GET.get("hal"))
    if request.method == "GET":
        record("silent_names_read", where, by=person, chain=f"coverage:{where.pk}", shown=len(page.object_list))
    context = {
        "office": where,
        "line": board.line(row, scope),
        "page": page,
        "as_of": counting.as_of(),
        "purpose": purpose,
        "problem": problem,
        "scope": scope,
    }
    return render(request, "coverage/office.html", context, status=422 if problem else 200)


def _names_file(where: Opd, person: Employee, purpose: str) -> HttpResponse:
    people = _people(where)
    record(
        "silent_names_exported",
        where,
        by=person,
        chain=f"coverage:{where.pk}",
        people=people.count(),
        purpose=purpose,
    )
    rows = ([each.official_name, each.post, each.unit.name] for each in people.iterator(chunk_size=500))
    header = [_("Nama"), _("Jabatan"), _("Unit kerja")]
    return csv_response(f"belum-menjawab-{clock.today():%Y%m%d}", header, rows)


@only(REVIEWER, ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
def call(request: HttpRequest) -> HttpResponse:
    """How many would be mailed, and until when; then one button."""
    campaign = calling.running(clock.today())
    given = request.POST.get("opd", "") if request.method == "POST" else request.GET.get("opd", "")
    where = None
    if given:
        where = get_object_or_404(Opd.objects.filter(coverage__roster__gt=0), pk=row_key(given))
    if request.method == "POST":
        if campaign is None:
            raise Refused(_("Tidak ada kampanye yang sedang berjalan, jadi tidak ada email yang dikirim."))
        return redirect("approvals:coverage_progress", calling.order(campaign, where, by=user_of(request)).pk)
    owed = calling.count(campaign, where) if campaign else 0
    context = {
        "campaign": campaign,
        "office": where,
        "owed": owed,
        "most": calling.MOST_COUNTED,
        "starts": clock.next_mail_hour(clock.now()),
        "under_way": Call.objects.filter(campaign=campaign, office=where, done_at=None).first() if campaign else None,
    }
    return render(request, "coverage/call.html", context)


@only(REVIEWER, ADMINISTRATOR)
@methods(read=["GET"])
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an order is."""
    order = get_object_or_404(Call.objects.select_related("campaign", "office", "asked_by"), pk=pk)
    gone = order.mailed + order.without_address
    context = {"call": order, "gone": gone, "of": max(order.expected, gone)}
    return render(request, "coverage/progress.html", context)
