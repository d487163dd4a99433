"""One's own declarations: the list, starting one, checking, what became of it, mending and withdrawing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from declarations import drafts, flow, review, succession
from declarations.completeness import problems
from declarations.models import Declaration, SealedAnswers, Snapshot
from declarations.nil.statement import standing
from declarations.opened import is_open
from declarations.presentation import Section, sections
from declarations.status import LIVE, OPEN, Status
from declarations.views.access import draft, may_withdraw, own
from portal import clock
from portal.accounts.access import login_required
from portal.errors import Refused
from portal.http import methods

_ACT = frozenset({Status.DRAFT, Status.RETURNED, Status.SUSPENDED})
_VALID = frozenset({Status.APPROVED})


@login_required
@methods(read=["GET"])
def listing(request: HttpRequest) -> HttpResponse:
    """What needs me, what is running, what is in force, what is over."""
    cases = list(
        Declaration.objects.filter(declarant_id=request.user.pk).prefetch_related("items__channel").order_by("-pk")
    )
    groups: dict[str, list[dict[str, Any]]] = {"act": [], "running": [], "valid": [], "over": []}
    for case in cases:
        groups[_group(Status(case.status))].append(_card(case))
    person: Any = request.user
    context = {
        "groups": groups,
        "any": bool(cases),
        "nil": standing(person),
        "may_say_nil": _may_say_nil(person, cases),
    }
    return render(request, "declarations/list.html", context)


def _may_say_nil(person: Any, cases: list[Declaration]) -> bool:
    """Offer the nil statement to whom a declaration is asked of and who has no live one with a channel."""
    live = (case for case in cases if Status(case.status) in LIVE)
    return bool(person.nip) and not any(not item.excluded for case in live for item in case.items.all())


def _group(status: Status) -> str:
    if status in _ACT:
        return "act"
    if status in OPEN:
        return "running"
    return "valid" if status in _VALID else "over"


def _card(case: Declaration) -> dict[str, Any]:
    """What a row of the list says of a case."""
    return {
        "declaration": case,
        "title": title_of(case),
        "left": clock.working_days_left(case.due_on, clock.today()) if case.due_on else None,
        "deleted_on": clock.today() if not case.edited_at else (case.edited_at + drafts.KEPT),
    }


def title_of(case: Declaration) -> str:
    """Return the channels of a case: '@a (YouTube), @b (TikTok)'."""
    labels = [
        f"{item.channel.label} ({item.channel.get_platform_display()})"
        for item in case.items.all()
        if not item.excluded
    ]
    return ", ".join(labels) or _("Belum ada kanal")


@login_required
@methods(read=["GET"], write=["POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Before starting: time, what is needed, who reads it; starting makes the draft."""
    person: Any = request.user
    if request.method == "POST":
        declaration = drafts.start_once(person, on=clock.today())
        return redirect("declarations:channel_add", declaration.number)
    existing = Declaration.objects.filter(declarant=person, status=Status.DRAFT).order_by("-pk").first()
    context = {"existing": existing, "blank": Declaration(declarant=person)}
    return render(request, "declarations/new.html", context)


@login_required
@methods(read=["GET"])
def resume(request: HttpRequest, nomor: str) -> HttpResponse:
    """Go to the first page with something missing."""
    return redirect(flow.resume_address(draft(request, nomor)))


@login_required
@methods(read=["GET"])
def check(request: HttpRequest, nomor: str) -> HttpResponse:
    """All answers before sending, each with its link; what is missing is listed once sending was tried."""
    declaration = own(request, nomor)
    if not declaration.editable:
        return render(request, "declarations/check_sent.html", {"declaration": declaration})
    missing = problems(declaration)
    context = {
        "declaration": declaration,
        "parts": review.parts(declaration),
        "missing": missing,
        "channels_open": is_open(declaration, "kanal", reverse("declarations:channels", args=[nomor])),
        "errors": missing if "lengkapi" in request.GET else [],
        "unasked": drafts.unasked(declaration),
        "back": flow.back_address(declaration, request.path, ""),
    }
    return render(request, "declarations/check.html", context)


@login_required
@methods(read=["GET"])
def sent(request: HttpRequest, nomor: str) -> HttpResponse:
    """The receipt of sending; it stays true when it is opened again later."""
    declaration = own(request, nomor)
    if declaration.editable and declaration.status == Status.DRAFT:
        return redirect("declarations:check", nomor)
    return render(request, "declarations/sent.html", {"declaration": declaration})


@login_required
@methods(read=["GET"])
def detail(request: HttpRequest, nomor: str) -> HttpResponse:
    """Where the case stands, what may be done, what happened, and all answers."""
    declaration = own(request, nomor)
    snapshot = declaration.snapshot
    following = succession.successor(declaration)
    context = {
        "declaration": declaration,
        "title": title_of(declaration),
        "snapshot": snapshot,
        "sections": _answers(declaration, snapshot),
        "may_withdraw": may_withdraw(declaration),
        "waiting": Status(declaration.status) in OPEN and declaration.status != Status.OBJECTION,
        "back_label": _("Deklarasi saya"),
        "may_amend": declaration.status in succession.HOLDS and following is None,
        "may_renew": succession.renewable(declaration, clock.today()) and following is None,
        "following": following,
        "excluded": declaration.items.filter(excluded=True).select_related("channel"),
    }
    return render(request, "declarations/detail.html", context)


def _answers(declaration: Declaration, snapshot: Snapshot | None) -> list[Section]:
    """Return the answers last sent; of a draft, what has been filled in so far."""
    if snapshot is None:
        content, sensitive = drafts.content_of(declaration, on=clock.today())
    else:
        sealed = SealedAnswers.objects.filter(snapshot=snapshot).first()
        content, sensitive = snapshot.content, sealed.answers if sealed else {}
    return sections(content, sensitive, audience="declarant")


@login_required
@methods(read=["GET"])
def fix(request: HttpRequest, nomor: str) -> HttpResponse:
    """What is to be mended, in free order, and sending it again."""
    declaration = own(request, nomor)
    if declaration.status != Status.RETURNED:
        return redirect("declarations:detail", nomor)
    return fix_page(request, declaration)


def fix_page(request: HttpRequest, declaration: Declaration, **typed: str) -> HttpResponse:
    """Show the list of points; an answer that was refused (`part`, `text`, `problem`) stands in its field again."""
    context = {
        "declaration": declaration,
        "title": title_of(declaration),
        "unticked": "centang" in request.GET,
        "unanswered": request.GET.get("poin", "") if request.GET.get("poin", "").isdigit() else "",
        "left": clock.working_days_left(declaration.due_on, clock.today()) if declaration.due_on else None,
        "typed": typed,
    }
    return render(request, "declarations/fix.html", context, status=422 if typed else 200)


@login_required
@methods(read=["GET"])
def withdraw(request: HttpRequest, nomor: str) -> HttpResponse:
    """Ask once before the case is taken back; the form posts to the workflow."""
    declaration = own(request, nomor)
    if not may_withdraw(declaration):
        raise Refused(
            _("Deklarasi %(number)s berstatus %(status)s, jadi tidak dapat ditarik.")
            % {"number": declaration.number, "status": declaration.status_label}
        )
    return render(request, "declarations/withdraw.html", {"declaration": declaration, "title": title_of(declaration)})
