"""From the mailed page: hand the case to a colleague, take it back, or step down because of an interest."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from approvals import workflow
from approvals.forms.review import clean_text
from approvals.models import Step
from approvals.verdicts import REASON_MIN
from approvals.views.link import dead_page, dead_state, opened_step, prove
from approvals.workflow.handing import REASONS
from portal import clock
from portal.errors import Refused
from portal.http import methods, row_key
from portal.people.models import Employee

_SHOWN = 20


@methods(read=["GET"], write=["POST"])
def hand_on(request: HttpRequest, nomor: str) -> HttpResponse:
    """GET shows the officials of the office and the way to step down; POST does one of the two."""
    opened, step = opened_step(request, nomor)
    state = dead_state(opened, step)
    if state:
        return dead_page(request, step, state)
    if request.method != "POST":
        return _page(request, step)
    if request.POST.get("aksi") == "mundur":
        return _step_down(request, step)
    return _pass_on(request, step)


def _pass_on(request: HttpRequest, step: Step) -> HttpResponse:
    reason = request.POST.get("alasan", "")
    to = _chosen(step, request.POST.get("kepada", ""))
    if to is None:
        return _page(request, step, problem=_("Pilih pejabat"), target="id_kepada_1")
    if reason not in REASONS:
        return _page(request, step, problem=_("Pilih alasan"), target="id_alasan_1", chosen=to)
    assert step.assigned_to is not None
    act = _("Teruskan kepada %s") % to.official_name
    unproven = prove(request, step, f"handing:{step.pk}:{step.link_version}", {"act": act})
    if unproven is not None:
        return unproven
    workflow.pass_on(step, to, reason=reason, by=step.assigned_to)
    return redirect("approvals:link_case", step.declaration.number)


def _chosen(step: Step, key: str) -> Employee | None:
    return workflow.officials_for(step).filter(pk=row_key(key) or 0).first()


def _step_down(request: HttpRequest, step: Step) -> HttpResponse:
    text = clean_text(request.POST.get("kepentingan", ""))
    if len(text) < REASON_MIN:
        problem = _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN
        return _page(request, step, problem=problem, target="id_kepentingan", text=text)
    assert step.assigned_to is not None
    workflow.step_down(step, reason=text, by=step.assigned_to)
    return redirect("approvals:link_case", step.declaration.number)


@methods(write=["POST"])
def take_back(request: HttpRequest, nomor: str) -> HttpResponse:
    """Take back what was handed on, with the key of the original request."""
    opened, step = opened_step(request, nomor)
    if opened.expired or opened.version != step.link_version or step.assigned_to is None:
        raise Refused(_("Tautan ini sudah lewat 14 hari. Hubungi BKPSDM."))
    workflow.take_back(step, by=step.assigned_to)
    return redirect("approvals:link_case", nomor)


def _page(request: HttpRequest, step: Step, *, problem: str = "", target: str = "", **typed: Any) -> HttpResponse:
    name = clean_text(request.GET.get("cari", "") or request.POST.get("cari", ""))[:60]
    people = workflow.officials_for(step)
    if name:
        people = people.filter(name__icontains=name)
    context = {
        "step": step,
        "declaration": step.declaration,
        "declarant": step.snapshot.content["declarant"],
        "people": list(people[:_SHOWN]),
        "more": people.count() > _SHOWN,
        "name": name,
        "reasons": REASONS.items(),
        "reason": request.POST.get("alasan", ""),
        "left": clock.working_days_left(step.due_on, clock.today()) if step.due_on else None,
        "problem": problem,
        "target": target,
        "passed": step.passed_from_id is not None,
        **typed,
    }
    return render(request, "approvals/hand_on.html", context, status=422 if problem else 200)
