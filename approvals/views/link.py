"""The page behind a mailed link: GET shows, POST decides; every dead link says what happened."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals import emails, links, mending, workflow
from approvals.compare import changes_for_head
from approvals.forms.head import OUTCOMES, REASONS, ByHandForm, HeadDecisionForm
from approvals.models import Outcome, Stage, Step, Via
from approvals.policies import check_pending
from approvals.queries import inbox, pending_step
from approvals.verdicts import Verdict
from declarations.models import Declaration, Severity
from declarations.numbers import parse_number
from declarations.presentation import key_facts, sections
from declarations.status import Status
from portal import clock
from portal.accounts.access import client_address
from portal.accounts.codes import check_code, issue_code
from portal.accounts.limits import hit
from portal.errors import Refused
from portal.http import methods

_COOKIE = f"{settings.PATH_COOKIE}kunci"
_COOKIE_AGE = 30 * 60
MOST_GUESSES = 29
_MOVED = ("reassigned", "passed_on", "stepped_down", "taken_back")


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Move the token from the address into a cookie that only this case's page receives, then forget the address."""
    opened = links.read(token)
    step = Step.objects.filter(pk=opened.step_id).select_related("declaration").first() if opened else None
    if opened is None or step is None:
        return unknown_link(request)
    return to_case(step, token)


def unknown_link(request: HttpRequest) -> HttpResponse:
    """404 without a word on what exists; whoever tries thirty such addresses in ten minutes has to wait.

    Only addresses that lead nowhere count, so that a colleague behind the same network address still gets in.
    """
    hit("link_guess", client_address(request), limit=MOST_GUESSES, window=600)
    return render(request, "approvals/link_dead.html", {"state": "unknown"}, status=404)


def to_case(step: Step, token: str) -> HttpResponse:
    """Set the cookie that opens one case page, and go there."""
    path = reverse("approvals:link_case", args=[step.declaration.number])
    response = HttpResponseRedirect(path)
    response.set_cookie(
        _COOKIE, token, max_age=_COOKIE_AGE, path=path, httponly=True, samesite="Lax", secure=settings.SECURE
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@methods(read=["GET"], write=["POST"])
def by_hand(request: HttpRequest) -> HttpResponse:
    """Number and code typed from the mail lead to the same page as the link."""
    form = ByHandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hit("by_hand", client_address(request), limit=20, window=600)
        number = parse_number(form.cleaned_data["nomor"])
        step = _pending_head_step(number) if number else None
        if number:
            hit("by_hand_case", number, limit=10, window=3600)
        if step is not None and links.is_hand_code(step, form.cleaned_data["kode"]):
            return to_case(step, links.token_for(step, by_hand=True))
        form.add_error(None, _("Nomor atau kode tidak cocok. Periksa lagi, atau gunakan tautan di email terbaru."))
    status = 422 if request.method == "POST" else 200
    return render(request, "approvals/by_hand.html", {"form": form}, status=status)


def _pending_head_step(number: str) -> Step | None:
    return (
        Step.objects.filter(declaration__number=number, stage=Stage.HEAD, decided_at=None, cancelled_at=None)
        .exclude(assigned_to=None)
        .select_related("declaration")
        .first()
    )


def opened_step(request: HttpRequest, nomor: str) -> tuple[links.Opened, Step]:
    """Return the step that the cookie of this page names; without a fitting cookie the page does not exist."""
    opened = links.read(request.COOKIES.get(_COOKIE, ""))
    if opened is None:
        raise Http404
    step = get_object_or_404(
        Step.objects.select_related("declaration__declarant__unit", "assigned_to", "snapshot", "opd", "decided_by"),
        pk=opened.step_id,
        declaration__number=nomor,
    )
    return opened, step


def dead_state(opened: links.Opened, step: Step) -> str:
    """Return why this link can decide nothing any more, or '' when it is alive."""
    if step.declaration.status == Status.WITHDRAWN:
        return "withdrawn"
    if step.decided_at is not None:
        return "disowned" if step.cancelled_at else "decided"
    if step.cancelled_at is not None:
        return step.cancelled_because or "replaced"
    if opened.version != step.link_version:
        return "replaced"
    return "expired" if opened.expired else ""


@methods(read=["GET"], write=["POST"])
def case(request: HttpRequest, nomor: str) -> HttpResponse:
    """Show the case to the head; a POST with an explicit choice decides, with a code where the choice is risky."""
    opened, step = opened_step(request, nomor)
    state = dead_state(opened, step)
    if state == "decided" and request.POST.get("keputusan", step.outcome) != step.outcome:
        check_pending(step)
    if state:
        return dead_page(request, step, state)
    form = HeadDecisionForm(request.POST or None)
    if request.method != "POST":
        return render(request, "approvals/head_decision.html", _context(step, form))
    _check_revision(request, step)
    if not form.is_valid():
        return render(request, "approvals/head_decision.html", _context(step, form), status=422)
    verdict = form.verdict()
    via = Via.HAND if opened.by_hand else Via.LINK
    if needs_code(step, verdict):
        answer = prove(request, step, f"step:{step.pk}:{step.link_version}", _context(step, form))
        if answer is not None:
            return answer
        via = Via.LINK_CODE
    assert step.assigned_to is not None
    try:
        workflow.decide(step, verdict, by=step.assigned_to, via=via)
    except Refused as refused:
        if refused.status != 409 or not _decided_so(step, verdict):
            raise
    return redirect("approvals:link_case", nomor)


def _decided_so(step: Step, verdict: Verdict) -> bool:
    """Whether the same press came twice at once and the other one was carried out: both land on the receipt."""
    now = Step.objects.get(pk=step.pk)
    return now.decided_at is not None and (now.decided_by_id, now.outcome) == (step.assigned_to_id, verdict.outcome)


def _check_revision(request: HttpRequest, step: Step) -> None:
    if request.POST.get("revisi") != str(step.declaration.revision):
        raise Refused(_("Deklarasi ini berubah sejak halaman dibuka. Buka lagi halaman ini sebelum memutus."))


def needs_code(step: Step, verdict: Verdict) -> bool:
    """Objecting, endorsing over a block finding, and everything after 'Bukan saya' needs the mailed code (D5)."""
    if settings.APPROVAL_STEP_UP == "never":
        return False
    if settings.APPROVAL_STEP_UP == "always" or step.reopens_id or verdict.outcome == Outcome.OBJECTED:
        return True
    over_block = step.snapshot.findings.filter(severity=Severity.BLOCK).exists()
    return over_block and verdict.outcome != Outcome.RETURNED


def prove(request: HttpRequest, step: Step, subject: str, context: dict[str, Any]) -> HttpResponse | None:
    """Ask for the mailed code, or check it; None means that the head has proved himself. What was typed goes along."""
    problem = ""
    typed = request.POST.get("kode", "").strip()
    if "kirim_kode" in request.POST or "kode" not in request.POST:
        assert step.assigned_to is not None
        code = issue_code("stepup", subject, to=step.assigned_to.mailbox)
        emails.head_code(step, code, attempt=int(clock.now().timestamp())).send()
    else:
        try:
            check_code("stepup", subject, typed)
            return None
        except Refused as refused:
            problem = refused.message
    shown = {
        "step": step,
        "declaration": step.declaration,
        **context,
        "fields": [(name, value) for name in request.POST for value in request.POST.getlist(name)],
        "problem": problem,
    }
    return render(request, "approvals/head_code.html", shown, status=422 if problem else 200)


def _context(step: Step, form: HeadDecisionForm) -> dict[str, Any]:
    content = step.snapshot.content
    step.snapshot.declaration = step.declaration
    changes, compared = changes_for_head(step.snapshot)
    return {
        "points": mending.points(step.declaration) if step.snapshot.version > 1 else [],
        "changes": changes,
        "compared": compared,
        "step": step,
        "declaration": step.declaration,
        "declarant": content["declarant"],
        "facts": key_facts(content),
        "findings": step.snapshot.findings.exclude(severity=Severity.INFO),
        "sections": sections(content, audience="head"),
        "note": content["answers"].get("NOTE", ""),
        "left": clock.working_days_left(step.due_on, clock.today()) if step.due_on else None,
        "form": form,
        "outcomes": OUTCOMES,
        "reasons": REASONS,
    }


def dead_page(request: HttpRequest, step: Step, state: str) -> HttpResponse:
    """200 with the receipt for the head's own decision, 410 with the reason for every other dead link."""
    others = inbox(step.assigned_to).exclude(pk=step.pk).count() if step.assigned_to else 0
    now = pending_step(step.declaration) if state in _MOVED else None
    back = state == "passed_on" and now is not None and now.passed_from_id == step.pk
    context = {
        "state": state,
        "step": step,
        "declaration": step.declaration,
        "others": others,
        "now": now,
        "back": back,
    }
    return render(request, "approvals/link_dead.html", context, status=200 if state == "decided" else 410)


@methods(write=["POST"])
def renew(request: HttpRequest, nomor: str) -> HttpResponse:
    """Mail a new link to the registered address of whoever must decide now; at most three a day for one case."""
    _opened, step = opened_step(request, nomor)
    hit("link_renewal", nomor, limit=3, window=86400)
    pending = _pending_head_step(nomor)
    if pending is not None:
        workflow.ask_again(pending)
    return render(request, "approvals/link_renewed.html", {"step": step, "declaration": step.declaration})


@methods(read=["GET"], write=["POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """'Bukan saya' from the receipt: GET explains, POST reopens the step and asks the head anew."""
    step_id = links.read_receipt(token)
    if step_id is None:
        return render(request, "approvals/link_dead.html", {"state": "unknown"}, status=404)
    step = get_object_or_404(Step.objects.select_related("declaration", "assigned_to", "snapshot"), pk=step_id)
    if request.method == "POST":
        if step.assigned_to is None:  # nobody was asked, so nobody can disown it
            raise Http404
        workflow.reopen(step, by=step.assigned_to)
        return redirect("approvals:not_me", token)
    declaration: Declaration = step.declaration
    context = {"step": step, "declaration": declaration, "disowned": step.cancelled_because == "disowned"}
    return render(request, "approvals/not_me.html", context)
