"""The queue: every view is a link; a search is a POST that becomes one."""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
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
from portal.people.models import Employee
from portal.templatetags.ui import finding_tag, status_tag

_NUMBER = "NOMOR"  # stands for a case's number in the address that all rows share


@officers
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """One view of the queue; the number of queries does not depend on the number of rows."""
    person = user_of(request)
    filters, known, ignored = list_of(request)
    cases = dashboard.listed(person, filters, known)
    every = dashboard.listed(person, Filters(status=(EVERY,)), {})
    lists = [dashboard.counting(cases), dashboard.counting(every), *dashboard.tab_counts(person)]
    counted, total, *in_tabs = dashboard.counts(lists)
    paginator = dashboard.CappedPaginator(dashboard.ordered(cases, filters.urut), counted)
    page = paginator.get_page(filters.hal)
    today = clock.today()
    page.object_list = dashboard.rows(page.object_list, filters.urut)
    opened = seen.lately(page.object_list, but=person)
    query = filters.but().encode()
    address = reverse("approvals:case", args=[_NUMBER]) + (f"?{query}" if query else "")
    context = {
        "filters": filters,
        "query": query,
        "page": page,
        "rows": [_row(declaration, address, today, opened) for declaration in page.object_list],
        "heading": _heading(filters, counted, total),
        "capped": counted > dashboard.LIMIT,
        "ignored": ignored,
        "tabs": _tabs(person, filters, in_tabs),
        "chips": chips.chips(filters, known),
        "orders": chips.orders(filters),
        "panel": chips.panel(filters, known),
        "saved": list(person.saved_views.all()),
        "may_take": REVIEWER in groups_of(person),
        "shortcuts": saved.shortcuts_on(person),
        "now": clock.now(),
    }
    return render(request, "approvals/queue.html", context)


def _row(declaration: Declaration, address: str, today: date, opened: dict[str, str]) -> dict[str, Any]:
    """Return what a row shows as finished strings: what the template does fifty times must be little."""
    nobody = declaration.no_approver and declaration.status == Status.AWAITING_HEAD  # type: ignore[attr-defined]
    return {
        "case": declaration,
        "number": declaration.number,
        "status": declaration.status,
        "address": address.replace(_NUMBER, declaration.number, 1),
        "name": declaration.declarant.official_name,
        "opd": declaration.opd.short if declaration.opd else "",
        "due": _due_of(declaration, today),
        "content": chips.content_words(declaration),
        "tag": status_tag(declaration, label=_("Belum ada pejabat") if nobody else ""),
        "finding": finding_tag(declaration.worst, declaration.findings) if declaration.worst else "",
        "initials": chips.initials(declaration.reviewer),
        "news": news.words(declaration),
        "opened": opened.get(declaration.audit_chain, ""),
    }


def _due_of(declaration: Declaration, today: date) -> SafeString:
    """Return the deadline in words; a page has few different ones, so each is rendered once a day by a process."""
    due, language = declaration.due_on, get_language() or ""
    if declaration.status in (Status.RETURNED, Status.SUSPENDED):
        return _due(language, declaration.status, None, clock.local_day(declaration.since))
    if due is None:
        return _due(language, "", None, clock.local_day(declaration.decided_at) if declaration.decided_at else None)
    return _due(language, "", clock.working_days_left(due, today) or (-1 if due < today else 0), due)


@lru_cache(maxsize=1024)
def _due(language: str, paused: str, left: int | None, day: date | None) -> SafeString:
    return render_to_string("approvals/_due.html", {"paused": paused, "left": left, "day": day})


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
