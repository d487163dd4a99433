"""A head's list and the endorsement of several cases at once; one set of pages for both ways in."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from approvals import batch, emails, links
from approvals.models import Step, Via
from declarations.models import Declaration
from declarations.presentation import key_facts
from portal import clock
from portal.accounts.codes import CodeProblem, check_code, issue_code
from portal.accounts.limits import hit
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee

_SHOWN = 200
WAITING, HANDED_ON, DECIDED = "menunggu", "dialihkan", "selesai"


@dataclass(frozen=True, slots=True)
class Door:
    """By which way somebody came to his list: signed in, or by the link of a mail."""

    person: Employee
    view: str
    via: Via
    frame: str

    def url(self, part: str = "", *args: str) -> str:
        return reverse(f"{self.view}_{part}" if part else self.view, args=args)


def show_list(request: HttpRequest, door: Door, *, problem: str = "") -> HttpResponse:
    """Show one of the three parts of the list; the number of queries does not depend on the rows."""
    part = request.GET.get("bagian", WAITING)
    part = part if part in (WAITING, HANDED_ON, DECIDED) else WAITING
    sources = {WAITING: batch.listed, HANDED_ON: batch.handed_on, DECIDED: batch.decided}
    rows = [_row(step, part) for step in sources[part](door.person)[:_SHOWN]]
    counts = {name: find(door.person).count() for name, find in sources.items()}
    context = {
        "door": door,
        "frame": door.frame,
        "part": part,
        "rows": rows,
        "more": counts[part] > _SHOWN,
        "tabs": [
            (WAITING, _("Menunggu"), counts[WAITING]),
            (HANDED_ON, _("Dialihkan"), counts[HANDED_ON]),
            (DECIDED, _("Selesai"), counts[DECIDED]),
        ],
        "together": min(sum(row["plain"] for row in rows), batch.MOST),
        "all": request.GET.get("centang") == "semua",
        "approve": door.url("approve"),
        "signed_in": door.view == "approvals:inbox",
        "problem": problem,
    }
    return render(request, "approvals/inbox.html", context, status=422 if problem else 200)


def _row(step: Step, part: str) -> dict[str, Any]:
    left = clock.working_days_left(step.due_on, clock.today()) if step.due_on and part != DECIDED else None
    key = step.passed_from if part == HANDED_ON and step.passed_from is not None else step
    return {
        "step": step,
        "left": left,
        "plain": bool(getattr(step, "plain", False)),
        "facts": key_facts(step.snapshot.content),
        "url": reverse("approvals:link", args=[links.token_for(key)]),
    }


def approve(request: HttpRequest, door: Door) -> HttpResponse:
    """The page between ticking and deciding. A POST decides each case in a transaction of its own."""
    if request.method == "POST":
        return never_cache(_decide)(request, door)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    return methods(read=["GET"])(_confirm)(request, door)


def _confirm(request: HttpRequest, door: Door) -> HttpResponse:
    numbers = request.GET.getlist("pilih")
    if len(numbers) > batch.MOST:
        return show_list(request, door, problem=_("Centang paling banyak %d deklarasi sekaligus.") % batch.MOST)
    together, left_out = batch.chosen(door.person, numbers)
    if not numbers or not (together or left_out):
        return show_list(request, door, problem=_("Centang sedikitnya satu deklarasi."))
    rows = [
        {
            "number": step.declaration.number,
            "value": batch.Picked(step.declaration.number, step.declaration.revision).value,
            "declarant": step.snapshot.content["declarant"],
            "facts": key_facts(step.snapshot.content),
            "note": step.snapshot.content["answers"].get("NOTE", ""),
            "due": step.due_on,
        }
        for step in together
    ]
    context = {"door": door, "frame": door.frame, "back": door.url(), "rows": rows, "left_out": left_out}
    return render(request, "approvals/batch_confirm.html", context)


def _decide(request: HttpRequest, door: Door) -> HttpResponse:
    picked = batch.read(request.POST.getlist("pilih"))
    if not picked:
        raise Refused(_("Centang sedikitnya satu deklarasi."), status=422)
    if not batch.waiting(door.person, picked):  # sent twice: what is decided already is only told
        return _told(door, batch.endorse(door.person, picked, via=door.via))
    problem = _prove(request, door, picked)
    if problem is None:
        return _told(door, batch.endorse(door.person, picked, via=door.via))
    if problem and not batch.waiting(door.person, picked):
        return _told(door, batch.endorse(door.person, picked, via=door.via))
    context = {"door": door, "frame": door.frame, "back": door.url(), "picked": picked, "problem": problem}
    return render(request, "approvals/batch_code.html", context, status=422 if problem else 200)


def _prove(request: HttpRequest, door: Door, picked: list[batch.Picked]) -> str | None:
    """Mail a code ('' is returned) or check it: None when it is right, else what is wrong with it."""
    subject, person = batch.subject(door.person, picked), door.person
    with transaction.atomic():
        if "kirim_kode" in request.POST or "kode" not in request.POST:
            if not person.mailbox:
                raise Refused(_("Alamat email Bapak/Ibu belum tercatat. Hubungi BKPSDM."))
            hit("batch_code", str(person.pk), limit=6, window=3600)
            code = issue_code("stepup", subject, to=person.mailbox)
            emails.batch_code(person, len(picked), code).send()
            return ""
        try:
            check_code("stepup", subject, request.POST["kode"].strip())
        except CodeProblem as refused:  # caught here, so that the counted try is kept
            return refused.message
    return None


def _told(door: Door, results: list[tuple[str, str]]) -> HttpResponse:
    return redirect(door.url("result", batch.seal_results(door.person, results)))


def show_result(request: HttpRequest, door: Door, token: str) -> HttpResponse:
    """Tell what became of each case, by name."""
    results = batch.open_results(door.person, token)
    if results is None:
        raise Http404
    cases = Declaration.objects.filter(number__in=[number for number, _code in results]).select_related("declarant")
    names = {case.number: case.declarant.official_name for case in cases}
    rows = [
        {"number": number, "name": names.get(number, ""), "ok": code == batch.DONE, "text": batch.WORDS.get(code, code)}
        for number, code in results
    ]
    context = {
        "door": door,
        "frame": door.frame,
        "back": door.url(),
        "rows": rows,
        "done": sum(bool(row["ok"]) for row in rows),
        "left": batch.listed(door.person).count(),
    }
    return render(request, "approvals/batch_result.html", context)
