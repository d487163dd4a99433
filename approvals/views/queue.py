"""The queue: every view is a link; a search is a POST that becomes one."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import chips, dashboard, queue_rows
from approvals.casework import saved, seen
from approvals.filters import ACTIVE, EVERY, LISTED, Filters, looks_like_nip, parse
from approvals.policies import REVIEWER, groups_of
from approvals.views.guard import list_of, officers, user_of
from portal import clock
from portal.http import methods
from portal.people.models import Employee


@officers
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """One view of the queue; the number of queries does not depend on the number of rows."""
    person = user_of(request)
    filters, known, ignored = list_of(request)
    cases = dashboard.listed(person, filters, known)
    counted, total, *in_tabs = dashboard.answers([dashboard.counting(cases), *dashboard.tab_counts(person)])
    paginator = dashboard.CappedPaginator(dashboard.ordered(cases, filters.urut).values_list("pk", flat=True), counted)
    page = paginator.get_page(filters.hal)
    page.object_list = queue_rows.lines(page.object_list)
    opened = seen.lately([line.audit_chain for line in page.object_list], but=person)
    views, shortcuts = saved.desk_of(person)
    query = filters.but().encode()
    may_take = REVIEWER in groups_of(person)
    context = {
        "filters": filters,
        "query": query,
        "page": page,
        "rows": queue_rows.of_page(page.object_list, query=query, opened=opened, may_take=may_take),
        "heading": _heading(filters, counted, total),
        "capped": counted > dashboard.LIMIT,
        "ignored": ignored,
        "tabs": _tabs(person, filters, in_tabs),
        "chips": chips.chips(filters, known),
        "orders": chips.orders(filters),
        "panel": chips.panel(filters, known),
        "saved": views,
        "may_take": may_take,
        "shortcuts": shortcuts,
        "now": clock.now(),
    }
    return render(request, "approvals/queue.html", context)


def _heading(filters: Filters, counted: int, total: int) -> str:
    number = dashboard.in_words(counted)
    if filters.but(urut="batas") == Filters():
        return _("%s deklarasi") % number
    return _("%(found)s dari %(total)s deklarasi") % {"found": number, "total": dashboard.in_words(total)}


def _tabs(person: Employee, filters: Filters, counted: list[int]) -> list[dict[str, Any]]:
    numbers = iter(counted)
    here = filters.but(urut="batas")
    return [
        {
            "label": tab.label,
            "query": tab.filters.encode(),
            "count": dashboard.in_words(next(numbers)) if tab.counted else None,
            "current": here == tab.filters.but(urut="batas"),
        }
        for tab in dashboard.tabs(person)
    ]


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
