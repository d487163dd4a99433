"""The queue: every view is a link; a search is a POST that becomes one."""

import re
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import chips, dashboard
from approvals.casework import news, saved, seen
from approvals.filters import ACTIVE, EVERY, LISTED, Filters, looks_like_nip, parse
from approvals.policies import REVIEWER, groups_of
from approvals.views.guard import list_of, officers, user_of
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
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
    opened = seen.lately(page.object_list, but=person)
    context = {
        "filters": filters,
        "query": filters.but().encode(),
        "page": page,
        "rows": [_row(declaration, today, opened) for declaration in page.object_list],
        "heading": _heading(person, filters, counted),
        "capped": counted > dashboard.LIMIT,
        "ignored": ignored,
        "tabs": _tabs(person, filters, known),
        "chips": chips.chips(filters, known),
        "orders": chips.orders(filters),
        "panel": chips.panel(filters, known),
        "saved": list(person.saved_views.all()),
        "may_take": REVIEWER in groups_of(person),
        "shortcuts": saved.shortcuts_on(person),
        "now": clock.now(),
    }
    return render(request, "approvals/queue.html", context)


def _row(declaration: Declaration, today: date, opened: dict[str, str]) -> dict[str, Any]:
    left = clock.working_days_left(declaration.due_on, today) if declaration.due_on else None
    if left == 0 and declaration.due_on and declaration.due_on < today:
        left = -1  # due on a day before today with only days off since
    return {
        "case": declaration,
        "left": left,
        "paused": declaration.status in (Status.RETURNED, Status.SUSPENDED),
        "content": chips.content_words(declaration),
        "initials": chips.initials(declaration.reviewer),
        "news": news.words(declaration),
        "opened": opened.get(declaration.audit_chain, ""),
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


def colleagues() -> list[Employee]:
    """Return the active reviewers by name."""
    return list(Employee.objects.filter(groups__name=REVIEWER, is_active=True).order_by("name"))


def colleague(public_id: str) -> Employee | None:
    """Return the active reviewer with this public id."""
    return next((person for person in colleagues() if str(person.public_id) == public_id), None)
