"""What an officer does on a case short of deciding: take, release, assign, judge a finding, leave a note."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals import desk, workflow
from approvals.forms.review import clean_text
from approvals.models import ConflictKind, Finding
from approvals.policies import INSPECTORATE, check_close, check_revoke
from approvals.privacy import holding
from approvals.verdicts import REASON_MIN
from approvals.views import case as case_page
from approvals.views.guard import case_of, case_url, officers, only, reviewers, user_of
from approvals.views.queue import colleague, colleagues
from declarations.models import Declaration
from portal.accounts.access import initial_post, recently_proven
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee

TEXT_LIMIT = 2000


@reviewers
@methods(write=["POST"])
def take(request: HttpRequest, nomor: str) -> HttpResponse:
    """Put one's own name on the case."""
    desk.take(case_of(request, nomor), by=user_of(request))
    return redirect(case_url(nomor, request))


@reviewers
@methods(write=["POST"])
def release(request: HttpRequest, nomor: str) -> HttpResponse:
    """Give the case back to the common queue."""
    desk.release(case_of(request, nomor), by=user_of(request))
    return redirect(case_url(nomor, request))


@reviewers
@methods(read=["GET"], write=["POST"])
def assign(request: HttpRequest, nomor: str) -> HttpResponse:
    """Choose a colleague, then hand the case over."""
    declaration = case_of(request, nomor)
    if request.method == "POST":
        to = colleague(request.POST.get("kepada", ""))
        if to is not None:
            desk.assign(declaration, to, by=user_of(request))
            messages.success(request, _("Ditugaskan kepada %s.") % to)
            return redirect(case_url(nomor, request))
    context = {
        "numbers": [nomor],
        "colleagues": [person for person in colleagues() if person.pk != declaration.declarant_id],
        "problem": _("Pilih peninjau") if request.method == "POST" else "",
        "query": request.GET.urlencode(),
        "back": case_url(nomor, request),
    }
    return render(request, "approvals/assign.html", context, status=422 if context["problem"] else 200)


@officers
@methods(read=["GET"], write=["POST"])
def finding(request: HttpRequest, nomor: str, kode: str) -> HttpResponse:
    """Judge one finding of the newest version: relevant, or not relevant with a reason."""
    declaration = case_of(request, nomor)
    judged = get_object_or_404(Finding, snapshot=declaration.snapshot, code=kode)
    if request.method != "POST":
        typed = _typed_before(request, "alasan")
        return case_page.page(request, declaration, refused_finding={"code": kode, "text": typed, "problem": ""})
    verdict = request.POST.get("relevan", "")
    text = clean_text(request.POST.get("alasan", ""))
    problem = ""
    if verdict not in ("ya", "analisis", "tidak"):
        problem = _("Pilih Relevan atau Tidak relevan")
    elif verdict == "tidak" and len(text) < REASON_MIN:
        problem = _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN
    elif len(text) > TEXT_LIMIT:
        problem = _("Alasan paling banyak 2.000 karakter")
    analysis = _analysis(request) if verdict == "analisis" else None
    if not problem and verdict != "tidak":
        try:
            desk.handle_finding(judged, relevant=True, handling=text, by=user_of(request), analysis=analysis)
        except Refused as refused_by:
            if refused_by.status != 422:
                raise
            problem = refused_by.message
    if problem:
        refused = {"code": kode, "text": text, "problem": problem, "verdict": verdict, "analysis": analysis}
        field = "keadaan" if verdict == "analisis" else "alasan"
        errors = [(f"{field}-{kode}", f"{kode}: {problem}")]
        return case_page.page(request, declaration, status=422, refused_finding=refused, errors=errors)
    if verdict == "tidak":
        desk.handle_finding(judged, relevant=False, handling=text, by=user_of(request))
    return redirect(case_url(nomor, request, f"#temuan-{kode}"))


def _analysis(request: HttpRequest) -> desk.Analysis:
    kind = request.POST.get("benturan", "")
    texts = (clean_text(request.POST.get(name, ""))[:TEXT_LIMIT] for name in ("keadaan", "dampak"))
    return desk.Analysis(kind if kind in ConflictKind.values else "", *texts)


def _typed_before(request: HttpRequest, name: str) -> str:
    """Return what was typed here before the session ended."""
    rescued = initial_post(request)
    return clean_text(rescued.get(name, "")) if rescued else ""


@officers
@methods(read=["GET"], write=["POST"])
def note(request: HttpRequest, nomor: str) -> HttpResponse:
    """Append an internal note."""
    declaration = case_of(request, nomor)
    if request.method != "POST":
        typed = _typed_before(request, "catatan_internal")
        return case_page.page(request, declaration, refused_note={"text": typed, "problem": ""})
    text = clean_text(request.POST.get("catatan_internal", ""))
    problem = ""
    if not text:
        problem = _("Tulis catatan Anda")
    elif len(text) > TEXT_LIMIT:
        problem = _("Catatan paling banyak 2.000 karakter")
    if problem:
        refused = {"text": text, "problem": problem}
        errors = [("id_catatan_internal", problem)]
        return case_page.page(request, declaration, status=422, refused_note=refused, errors=errors)
    desk.write_note(declaration, text, by=user_of(request))
    return redirect(case_url(nomor, request, "#catatan"))


@officers
@methods(read=["GET"], write=["POST"])
@recently_proven
def revoke(request: HttpRequest, nomor: str) -> HttpResponse:
    """Take an approval back: the page says what follows, the reason is read by the declarant."""
    return _with_reason(request, nomor, check_revoke, workflow.revoke, "approvals/revoke.html")


@officers
@methods(read=["GET"], write=["POST"])
def close(request: HttpRequest, nomor: str) -> HttpResponse:
    """Close a case that was not mended for 30 days; the reason is read by the declarant."""
    return _with_reason(request, nomor, check_close, workflow.close_returned, "approvals/close.html")


@only(INSPECTORATE)
@methods(read=["GET"], write=["POST"])
def hold(request: HttpRequest, nomor: str) -> HttpResponse:
    """Keep everything of a case from being deleted while an investigation needs it, or let go again."""
    act = partial(holding.switch, stand=request.POST.get("tahan") == "1")
    return _with_reason(request, nomor, holding.check, act, "approvals/hold.html", holding.of)


def _with_reason(
    request: HttpRequest,
    nomor: str,
    check: Callable[[Declaration, Employee], None],
    act: Callable[..., Declaration],
    template: str,
    standing: Callable[[Declaration], object] | None = None,
) -> HttpResponse:
    """Show the page of an act that needs a reason, or do it with the one that was typed.

    `standing` returns what the page has to say about the case as it is.
    """
    declaration = case_of(request, nomor)
    check(declaration, user_of(request))
    text = clean_text(request.POST.get("alasan", "")) if request.method == "POST" else _typed_before(request, "alasan")
    problem = ""
    if request.method == "POST":
        if len(text) < REASON_MIN:
            problem = _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN
        elif len(text) > TEXT_LIMIT:
            problem = _("Alasan paling banyak 2.000 karakter")
        else:
            act(declaration, by=user_of(request), reason=text)
            return redirect(case_url(nomor, request))
    context = {"declaration": declaration, "text": text, "problem": problem, "back": case_url(nomor, request)}
    if standing is not None:
        context["standing"] = standing(declaration)
    return render(request, template, context, status=422 if problem else 200)
