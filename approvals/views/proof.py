"""Proving a channel: the owner's page with the code, the officers' list and their page for one channel."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals import ownership
from approvals.forms.review import clean_text
from approvals.ownership import show
from approvals.policies import ADMINISTRATOR, REVIEWER
from approvals.verdicts import REASON_MIN
from approvals.views.guard import only, user_of
from declarations.models import Channel
from declarations.proofs.models import Method, Proof
from declarations.proofs.standing import standing
from portal.accounts.access import initial_post, login_required
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.files.responses import attachment
from portal.http import methods

TEXT_LIMIT = 2000
checkers = only(REVIEWER, ADMINISTRATOR)


@login_required
@methods(read=["GET"], write=["POST"])
def own(request: HttpRequest, kanal: int) -> HttpResponse:
    """The code, where to put it, and what became of the look; the platform is never asked while the page waits."""
    mine = Channel.objects.filter(owner_id=request.user.pk, closed_at=None).select_related("owner")
    channel = get_object_or_404(mine, pk=kanal)
    if request.method == "POST":
        act, person = request.POST.get("tindakan", ""), user_of(request)
        if act == "kode":
            ownership.issue(channel, by=person)
        elif act == "periksa":
            ownership.ask(channel, by=person)
        elif act == "gambar":
            problem = _send_pictures(request, channel)
            if problem:
                context = show.own_context(channel) | {"problem": problem}
                return render(request, "approvals/proof.html", context, status=422)
        else:
            raise Refused(_("Pilih salah satu tombol di halaman ini."), status=422)
        return redirect("approvals:proof", kanal)
    return render(request, "approvals/proof.html", show.own_context(channel))


def _send_pictures(request: HttpRequest, channel: Channel) -> str:
    """Ask with pictures of the channel; returns what is wrong with them."""
    pictures = request.FILES.getlist("berkas")
    if not pictures:
        return _("Pilih sedikitnya satu tangkapan layar")
    try:
        ownership.ask(channel, by=user_of(request), pictures=pictures)
    except Refused as refused:
        if refused.status != 422:
            raise
        return refused.message
    return ""


@checkers
@methods(read=["GET"])
def picture(request: HttpRequest, kanal: int, berkas: str) -> HttpResponse:
    """A picture handed in with a proof, for the officers who may judge it."""
    channel = get_object_or_404(Channel.objects.select_related("owner__unit").exclude(owner=user_of(request)), pk=kanal)
    ownership.check_officer(channel, user_of(request))
    sent = Proof.files.through.objects.filter(proof__channel=channel).values("storedfile")
    return attachment(get_object_or_404(StoredFile, public_id=berkas, pk__in=sent))


@checkers
@methods(read=["GET"])
def queue(request: HttpRequest) -> HttpResponse:
    """The channels that wait for somebody to look, oldest first."""
    return render(request, "approvals/proof_queue.html", {"rows": show.waiting(user_of(request))})


@checkers
@methods(read=["GET"], write=["POST"])
def judge(request: HttpRequest, kanal: int) -> HttpResponse:
    """Open the public page, compare, and say what was seen."""
    channels = Channel.objects.select_related("owner__unit__office")
    channel = get_object_or_404(channels.exclude(owner_id=request.user.pk), pk=kanal)
    ownership.check_officer(channel, user_of(request))
    typed = request.POST if request.method == "POST" else initial_post(request)
    reason = clean_text(typed.get("alasan", "")) if typed else ""
    seen = typed.get("hasil", "") if typed else ""
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems = _problems(seen, reason)
        if not problems:
            _act(request, channel, seen, reason)
            return redirect("approvals:proof_queue")
    context: dict[str, Any] = {
        "channel": channel,
        "standing": standing(channel.pk),
        "rows": show.history(channel),
        "reason": reason,
        "seen": seen,
        "errors": problems,
        "problem": dict(problems),
        "choices": _choices(),
    }
    return render(request, "approvals/proof_judge.html", context, status=422 if problems else 200)


def _choices() -> list[tuple[str, str]]:
    return [
        (Method.REVIEWER, _("Kode terlihat di halaman kanal")),
        (Method.PICTURE, _("Kode terlihat di tangkapan layar yang dikirim")),
        (Method.PERSON, _("Pemilik memperlihatkan kanal langsung kepada saya")),
        ("belum", _("Belum terlihat, kembalikan kepada ASN")),
    ]


def _problems(seen: str, reason: str) -> list[tuple[str, str]]:
    if seen not in dict(_choices()):
        return [("hasil", _("Pilih apa yang Anda lihat"))]
    if seen == "belum" and len(reason) < REASON_MIN:
        return [("id_alasan", _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN)]
    if len(reason) > TEXT_LIMIT:
        return [("id_alasan", _("Alasan paling banyak 2.000 karakter"))]
    return []


def _act(request: HttpRequest, channel: Channel, seen: str, reason: str) -> None:
    if seen == "belum":
        ownership.send_back(channel, by=user_of(request), reason=reason)
        messages.success(request, _("Dikembalikan. ASN diberi tahu lewat email."))
    else:
        ownership.confirm(channel, by=user_of(request), method=Method(seen))
        messages.success(request, _("Kanal dicatat terbukti. ASN diberi tahu lewat email."))
