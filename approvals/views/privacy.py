"""Data protection at the office: requests to answer, the log, and what is past its period."""

import re
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from approvals import addresses, dashboard
from approvals.forms.review import clean_text
from approvals.policies import ADMINISTRATOR, INSPECTORATE, groups_of
from approvals.privacy import accesses, corrections, retention
from approvals.privacy.models import Correction, Datum, Deletion, Period
from approvals.views.guard import only, user_of
from portal import clock
from portal.accounts.access import initial_post, recently_proven
from portal.accounts.views.users import second_officers
from portal.errors import Refused
from portal.http import methods, row_key

_PAGE, _PAST = 50, 10


@only(ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Requests to correct a datum, nearest end first; each is answered in words."""
    if request.method == "POST":
        return _answer(request)
    typed = initial_post(request)
    return _corrections(request, _typed(typed, "") if typed else {})


def _typed(data: QueryDict, sentence: str) -> dict[str, Any]:
    """Return what was written at which request, with what is wrong with it."""
    return {
        "pk": row_key(data.get("permintaan", "")),
        "text": clean_text(data.get("jawaban", "")),
        "said": data.get("hasil", ""),
        "address": data.get("alamat", "")[:254],
        "sentence": sentence,
    }


@recently_proven
def _answer(request: HttpRequest) -> HttpResponse:
    typed = _typed(request.POST, "")
    asked = get_object_or_404(Correction, pk=typed["pk"])
    try:
        if typed["said"] not in ("ya", "tidak"):
            raise Refused(_("Pilih Diperbaiki atau Tidak diperbaiki"), status=422)
        done = typed["said"] == "ya"
        corrections.answer(asked, done=done, text=typed["text"], by=user_of(request), address=typed["address"])
    except Refused as refused:
        if refused.status != 422:
            raise
        return _corrections(request, {**typed, "sentence": refused.message})
    messages.success(request, _("Jawaban dikirim."))
    return redirect("approvals:corrections")


# what is mended elsewhere, and where; the roster's data come back with the next file unless they are mended at source
_ROSTER = frozenset({Datum.NAME, Datum.POST, Datum.UNIT, Datum.EMPLOYMENT})
_MAIL = re.compile(r"[^\s<>(),;]+@[^\s<>(),;]+\.[a-z]{2,}", re.IGNORECASE)


def _request(asked: Correction) -> dict[str, Any]:
    """Return one request with its clock and the way its datum is mended."""
    now, way = clock.now(), ""
    term = addresses.term_of(asked.person) if asked.datum == Datum.EMAIL else None
    if asked.datum in _ROSTER:
        way = "roster"
    elif asked.datum == Datum.EMAIL:
        one = "role" if addresses.holds_role(asked.person) else "officer"
        way = "head" if term else "owner" if asked.person.contact_email else one
    elif asked.datum in (Datum.CHANNEL, Datum.ANSWER):
        way = "self"
    wished = _MAIL.search(asked.wish)
    return {
        "asked": asked,
        "hours": int((asked.due_at - now).total_seconds() // 3600),
        "late": asked.due_at < now,
        "way": way,
        "term": term,
        "wished": wished[0] if wished and way == "officer" else "",
    }


def _corrections(request: HttpRequest, problem: dict[str, Any]) -> HttpResponse:
    rows = [_request(each) for each in corrections.waiting()[:_PAGE]]
    past = Correction.objects.exclude(answered_at=None).select_related("person", "answered_by")
    context = {"rows": rows, "past": past.order_by("-answered_at")[:_PAST], "problem": problem, "me": user_of(request)}
    return render(request, "privacy/corrections.html", context, status=422 if problem.get("sentence") else 200)


@only(INSPECTORATE, ADMINISTRATOR)
@methods(read=["GET"])
def log(request: HttpRequest) -> HttpResponse:
    """Who did and who read what: everything for the Inspektorat, the administration's part for administrators."""
    person = user_of(request)
    technical = INSPECTORATE not in groups_of(person)
    event, case = request.GET.get("kejadian", ""), request.GET.get("nomor", "").strip()[:24]
    since, problem = _day(request.GET.get("sejak", "").strip())
    found = accesses.lines(technical=technical, event=event, case="" if technical else case, since=since)
    paginator = dashboard.CappedPaginator(found, dashboard.count(found))
    paginator.per_page = _PAGE
    page = paginator.get_page(request.GET.get("hal"))
    context = {
        "page": page,
        "rows": [{"line": line, "what": accesses.EVENTS.get(line.event, line.event)} for line in page.object_list],
        "technical": technical,
        "events": sorted(((key, str(word)) for key, word in accesses.EVENTS.items()), key=lambda pair: pair[1]),
        "event": event,
        "case": case,
        "since": request.GET.get("sejak", ""),
        "problem": problem,
        "query": urlencode({"kejadian": event, "nomor": case, "sejak": request.GET.get("sejak", "")}),
    }
    return render(request, "privacy/log.html", context)


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        return date.fromisoformat(text[:10]), ""
    except ValueError:
        return None, _("Tanggal tidak dikenal, jadi diabaikan. Tulis tanggal seperti 2026-11-24.")


@second_officers
@methods(read=["GET"], write=["POST"])
def periods(request: HttpRequest) -> HttpResponse:
    """What is past its period: one officer proposes, another confirms, the portal deletes in small parts."""
    if request.method == "POST":
        return _decide(request)
    rows = [{"period": each, "count": retention.count(each)} for each in Period.objects.all()]
    deletions = Deletion.objects.select_related("period", "asked_by", "decided_by")
    context = {
        "rows": rows,
        "waiting": list(deletions.filter(accepted=None)),
        "past": list(deletions.exclude(accepted=None)[:_PAST]),
        "me": user_of(request),
    }
    return render(request, "privacy/retention.html", context)


@recently_proven
def _decide(request: HttpRequest) -> HttpResponse:
    person, act = user_of(request), request.POST.get("tindakan", "")
    key = row_key(request.POST.get("kunci", ""))
    if act == "usulkan":
        if ADMINISTRATOR not in groups_of(person):
            raise Refused(_("Tindakan ini hanya untuk pengelola."), status=403)
        retention.propose(get_object_or_404(Period, pk=key), by=person)
        messages.success(request, _("Usulan dicatat. Berlaku setelah petugas kedua menyetujuinya."))
    elif act in ("setuju", "tolak"):
        retention.decide(get_object_or_404(Deletion, pk=key), accepted=act == "setuju", by=person)
        done = _("Disetujui. Penghapusan berjalan di latar belakang.") if act == "setuju" else _("Usulan ditolak.")
        messages.success(request, done)
    else:
        raise Refused(_("Pilih tindakannya."), status=422)
    return redirect("approvals:retention")
