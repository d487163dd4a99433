"""The list of work that no mail can do: what this office owes, oldest first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from approvals import work
from approvals.models import Audience, WorkItem, WorkKind
from approvals.policies import ADMINISTRATOR, INSPECTORATE, REVIEWER, groups_of
from approvals.queries import cases_for
from approvals.views.guard import only, user_of
from portal import clock
from portal.http import methods
from portal.people.models import Employee

# a task that only looking can settle; every other closes by itself when the thing is done
CLOSED_BY_HAND = frozenset({WorkKind.ACTING_TERM, WorkKind.CONFIRMATION, WorkKind.RESCREENED, WorkKind.HEAD_SILENT})
_PAGE = 50


def audiences_of(person: Employee) -> list[Audience]:
    """Return the offices this person works for."""
    held = groups_of(person)
    pairs = ((REVIEWER, Audience.REVIEWER), (INSPECTORATE, Audience.INSPECTORATE))
    return [audience for group, audience in (*pairs, (ADMINISTRATOR, Audience.ADMINISTRATOR)) if group in held]


@only(REVIEWER, INSPECTORATE, ADMINISTRATOR)
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """All open tasks of one's offices, with the case where one may open it."""
    person = user_of(request)
    page = Paginator(work.open_work(*audiences_of(person))[:1000], _PAGE).get_page(request.GET.get("hal"))
    items = list(page.object_list)
    cases = {item.declaration_id for item in items if item.declaration_id is not None}
    visible = set(cases_for(person).filter(pk__in=cases).values_list("pk", flat=True))
    rows = [
        {
            "item": item,
            "opens": item.declaration_id in visible,
            "by_hand": item.kind in CLOSED_BY_HAND,
            "days": -clock.working_days_left(clock.local_day(item.opened_at), clock.today()),
        }
        for item in items
        if item.declaration_id is None or item.declaration_id in visible or item.audience == Audience.ADMINISTRATOR
    ]
    return render(request, "approvals/tasks.html", {"rows": rows, "page": page})


@only(REVIEWER, INSPECTORATE, ADMINISTRATOR)
@methods(write=["POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a task is done, where only a person can know."""
    person = user_of(request)
    mine = WorkItem.objects.filter(audience__in=audiences_of(person), kind__in=CLOSED_BY_HAND)
    item = get_object_or_404(mine, pk=pk)
    WorkItem.objects.filter(pk=item.pk, done_at=None).update(done_at=clock.now(), done_by=person)
    return redirect("approvals:tasks")
