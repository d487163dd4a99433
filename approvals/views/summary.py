"""The first page of the dashboard: counters that are links, what needs mending, the last case, two charts."""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import charts, dashboard
from approvals.filters import Filters
from approvals.policies import ADMINISTRATOR, INSPECTORATE, REVIEWER, groups_of
from approvals.queries import cases_for, without_approver
from approvals.views.case import LAST_CASE
from approvals.views.guard import only, user_of
from declarations.models import Declaration, Severity
from declarations.status import Status
from portal import clock, health
from portal.http import methods
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee

log = logging.getLogger(__name__)
_SHOWN = 5
_UNKNOWN = "–"


@only(REVIEWER, INSPECTORATE, ADMINISTRATOR)
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """Counters and charts; an administrator sees the numbers, but no case and no link to one."""
    person = user_of(request)
    mine = groups_of(person)
    officer = bool(mine & {REVIEWER, INSPECTORATE})
    status = Status.AWAITING_REVIEW if REVIEWER in mine or not officer else Status.AWAITING_INSPECTORATE
    context: dict[str, Any] = {
        "now": clock.now(),
        "officer": officer,
        "tiles": _tiles(person, status) if officer else _numbers(),
        "weeks": charts.weeks(),
        "demo": settings.DEMO,
        "troubles": list(health.look().sentences()),
    }
    if officer:
        context["ages"] = charts.ages(person, status)
        context["failed"] = _failed(person)
        context["vacant"] = _vacant()
        context["last"] = _last(request, person)
    context["nothing"] = not Declaration.objects.exclude(submitted_at=None).exists()
    context["prepares"] = ADMINISTRATOR in mine
    context["uncounted"] = any(tile["number"] == _UNKNOWN for tile in context["tiles"])
    return render(request, "approvals/summary.html", context)


def _tiles(person: Employee, status: Status) -> list[dict[str, Any]]:
    if status == Status.AWAITING_REVIEW:
        first = [
            (_("Belum diambil"), Filters(status=(status,), peninjau="kosong"), False),
            (_("Pekerjaan saya"), Filters(peninjau="saya"), False),
        ]
    else:
        first = [(_("Menunggu Inspektorat"), Filters(status=(status,)), False)]
    views = [
        *first,
        (_("Lewat batas"), Filters(batas="lewat"), True),
        (_("Temuan tinggi"), Filters(temuan=(Severity.BLOCK,)), False),
        (_("Menunggu atasan lebih dari 3 hari"), Filters(status=(Status.AWAITING_HEAD,), umur="4-"), False),
    ]
    tiles = []
    for label, filters, alarming in views:
        queue = f"{reverse('approvals:queue')}?{filters.encode()}"
        tiles.append(_tile(label, dashboard.listed(person, filters, {}), queue, alarming=alarming))
    mails = reverse("approvals:mails") if ADMINISTRATOR in groups_of(person) else "#pb"
    return [*tiles, _tile(_("Email gagal"), OutgoingEmail.objects.failed(), mails, alarming=True)]


def _tile(label: str, found: QuerySet[Any], url: str = "", *, alarming: bool = False) -> dict[str, Any]:
    """Return one counter; one that cannot be counted shows a dash and leaves the rest of the page alone."""
    try:
        with transaction.atomic():
            number = dashboard.count(found)
    except DatabaseError:
        log.exception("a counter of the summary failed")
        return {"label": label, "number": _UNKNOWN, "url": url, "bad": False}
    return {"label": label, "number": dashboard.in_words(number), "url": url, "bad": alarming and number > 0}


def _numbers() -> list[dict[str, Any]]:
    """What an administrator may know: how many cases there are in each open status, and failed mails."""
    sent = Declaration.objects.filter(submitted_at__isnull=False)
    statuses = (Status.AWAITING_HEAD, Status.AWAITING_REVIEW, Status.AWAITING_INSPECTORATE, Status.RETURNED)
    late = sent.filter(status__in=dashboard.RUNNING, due_on__lt=clock.today())
    return [
        *(_tile(str(each.label), sent.filter(status=each)) for each in statuses),
        _tile(_("Lewat batas"), late, alarming=True),
        _tile(_("Email gagal"), OutgoingEmail.objects.failed(), reverse("approvals:mails"), alarming=True),
    ]


def _failed(person: Employee) -> list[dict[str, Any]]:
    """The newest failed mails, with the case where this person may open it."""
    mails = list(OutgoingEmail.objects.failed().order_by("-failed_at")[:_SHOWN])
    cases = cases_for(person).filter(number__in=[mail.case for mail in mails]).select_related("opd")
    by_number = {case.number: case for case in cases}
    kinds = {"head_request": _("Email penyetuju gagal terkirim"), "case_notice": _("Email ke ASN gagal terkirim")}
    return [
        {
            "title": kinds.get(mail.purpose, _("Email gagal terkirim")),
            "mail": mail,
            "case": by_number.get(mail.case),
        }
        for mail in mails
    ]


def _vacant() -> list[dict[str, Any]]:
    """Cases that nobody can decide, by office, with the age of the oldest."""
    found = (
        without_approver()
        .values("opd__code", "opd__name", "opd_id")
        .annotate(number=Count("pk"), oldest=Min("since"))
        .order_by("oldest")[:_SHOWN]
    )
    today = clock.today()
    return [
        {
            **row,
            "days": -clock.working_days_left(row["oldest"].date(), today),
            "query": Filters(pejabat="kosong", opd=row["opd__code"] or str(row["opd_id"] or "")).encode(),
        }
        for row in found
    ]


def _last(request: HttpRequest, person: Employee) -> Declaration | None:
    number = request.session.get(LAST_CASE, "")
    return cases_for(person).filter(number=number).select_related("declarant").first() if number else None
