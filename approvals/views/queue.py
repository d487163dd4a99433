"""The queue: every view is a link; search and acts on several rows are POSTs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import chips, dashboard, desk
from approvals.filters import ACTIVE, EVERY, LISTED, Filters, looks_like_nip, parse
from approvals.policies import REVIEWER, groups_of
from approvals.queries import cases_for
from approvals.views.guard import list_of, officers, reviewers, user_of
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee, Opd


@officers
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """One view of the queue; the number of queries does not depend on the number of rows."""
    person = user_of(request)
    filters, known, ignored = list_of(request)
    cases = dashboard.listed(person, filters, known)
    counted = dashboard.count(cases)
    paginator = dashboard.CappedPaginator(dashboard.rows(cases, filters.urut), counted)
    page = paginator.get_page(filters.hal)
    today = clock.today()
    page.object_list = list(page.object_list)
    context = {
        "filters": filters,
        "query": filters.but().encode(),
        "page": page,
        "rows": [_row(declaration, today) for declaration in page.object_list],
        "heading": _heading(person, filters, counted),
        "capped": counted > dashboard.LIMIT,
        "ignored": ignored,
        "tabs": _tabs(person, filters, known),
        "chips": chips.chips(filters, known),
        "orders": chips.orders(filters),
        "panel": chips.panel(filters, known),
        "may_take": REVIEWER in groups_of(person),
        "now": clock.now(),
        "marked": request.GET.get("baris", ""),
    }
    return render(request, "approvals/queue.html", context)


def _row(declaration: Declaration, today: Any) -> dict[str, Any]:
    left = clock.working_days_left(declaration.due_on, today) if declaration.due_on else None
    if left == 0 and declaration.due_on and declaration.due_on < today:
        left = -1  # due on a day before today with only days off since
    return {
        "case": declaration,
        "left": left,
        "paused": declaration.status in (Status.RETURNED, Status.SUSPENDED),
        "content": chips.content_words(declaration),
        "initials": chips.initials(declaration.reviewer),
    }


def _heading(person: Employee, filters: Filters, counted: int) -> str:
    number = dashboard.in_words(counted)
    if filters.but(urut="batas") == Filters():
        return _("%s deklarasi") % number
    total = dashboard.count(dashboard.listed(person, Filters(status=(EVERY,)), {}))
    return _("%(found)s dari %(total)s deklarasi") % {"found": number, "total": dashboard.in_words(total)}


def _tabs(person: Employee, filters: Filters, known: dict[str, Opd]) -> list[dict[str, Any]]:
    def entry(tab: dashboard.Tab) -> dict[str, Any]:
        counted = dashboard.count(dashboard.listed(person, tab.filters, known)) if tab.counted else None
        return {
            "label": tab.label,
            "query": tab.filters.encode(),
            "count": None if counted is None else dashboard.in_words(counted),
            "current": filters.but(urut="batas") == tab.filters.but(urut="batas"),
        }

    return [entry(tab) for tab in dashboard.tabs(person)]


@officers
@methods(write=["POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Turn the filter panel into an address; a NIP becomes the person's public id, so it stands in no address."""
    data = request.POST.copy()
    text = " ".join(data.get("q", "").split())
    data["q"] = ""
    if looks_like_nip(text):
        person = Employee.objects.filter(nip=re.sub(r"\D", "", text)).first()
        if person is None:
            messages.warning(request, _("Tidak ada pegawai dengan NIP itu. NIP terdiri atas 18 angka."))
        else:
            data["pegawai"] = str(person.public_id)
    else:
        data["q"] = text
    filters, _ignored = parse(_chosen(data), dashboard.offices())
    if (filters.q or filters.pegawai) and not filters.status:
        filters = filters.but(status=(EVERY,))
    query = filters.but().encode()
    return redirect(reverse("approvals:queue") + (f"?{query}" if query else "") + "#hasil")


def _chosen(data: QueryDict) -> QueryDict:
    """Unchecking every status, like checking every one, means all of them."""
    statuses = [status for status in data.getlist("status") if status in LISTED]
    if not statuses or set(statuses) == set(LISTED):
        data.setlist("status", [EVERY])
    elif set(statuses) == set(ACTIVE):
        data.setlist("status", [])
    return data


@reviewers
@methods(write=["POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Take, release or assign the chosen rows; the answer tells what became of each."""
    person = user_of(request)
    act = request.POST.get("aksi", "")
    numbers = request.POST.getlist("halaman" if request.POST.get("semua") else "pilih")[: dashboard.PAGE]
    acts: Mapping[str, Callable[[Declaration], Any]] = {
        "ambil": lambda case: desk.take(case, by=person),
        "lepas": lambda case: desk.release(case, by=person),
    }
    context: dict[str, Any] = {"query": request.GET.urlencode(), "numbers": numbers}
    if not numbers:
        context["problem"] = _("Pilih sedikitnya satu deklarasi")
        return render(request, "approvals/bulk_result.html", context, status=422)
    if act == "tugaskan":
        to = colleague(request.POST.get("kepada", ""))
        if to is None:
            return render(
                request, "approvals/assign.html", {**context, **assign_context(request)}, status=_asked(request)
            )
        acts = {"tugaskan": lambda case: desk.assign(case, to, by=person)}
    elif act not in acts:
        raise Refused(_("Pilih tindakan: Ambil, Lepas, atau Tugaskan."), status=422)
    context["results"] = _each(person, numbers, acts[act])
    context["done"] = sum(result["ok"] for result in context["results"])
    return render(request, "approvals/bulk_result.html", context)


def _asked(request: HttpRequest) -> int:
    return 422 if "kepada_ditanya" in request.POST else 200


def _each(person: Employee, numbers: list[str], act: Callable[[Declaration], Any]) -> list[dict[str, Any]]:
    cases = {case.number: case for case in cases_for(person).filter(number__in=numbers).select_related("declarant")}
    results = []
    for number in dict.fromkeys(numbers):
        case = cases.get(number)
        try:
            if case is None:
                raise Refused(_("Tidak ditemukan."))
            act(case)
            results.append({"number": number, "case": case, "ok": True, "text": _("berhasil")})
        except Refused as refused:
            results.append({"number": number, "case": case, "ok": False, "text": refused.message})
    return results


def assign_context(request: HttpRequest) -> dict[str, Any]:
    """Return the colleagues who can be chosen, and the sentence when none was."""
    missing = "kepada_ditanya" in request.POST
    return {"colleagues": colleagues(), "problem": _("Pilih peninjau") if missing else ""}


def colleagues() -> list[Employee]:
    """Return the active reviewers by name."""
    return list(Employee.objects.filter(groups__name=REVIEWER, is_active=True).order_by("name"))


def colleague(public_id: str) -> Employee | None:
    """Return the active reviewer with this public id."""
    return next((person for person in colleagues() if str(person.public_id) == public_id), None)
