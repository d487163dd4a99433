"""The public check of a letter: what its code says today, and whether a file is the one that was issued."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from approvals.forms.verify import CodeForm, FileForm
from approvals.letter_pdf import in_groups
from approvals.letters import read_code
from approvals.models import Letter, LetterFile
from declarations.status import Status
from portal import clock
from portal.accounts.access import client_address
from portal.accounts.limits import hit
from portal.dates import day, long_date
from portal.http import methods

_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Standing:
    """What a letter is worth today: the status that colours the page, and the words."""

    status: str
    words: str


def standing_of(letter: Letter) -> Standing:
    """Tell whether the letter is valid, replaced, suspended, revoked or expired, the gravest first."""
    status = letter.declaration.status
    if letter.revoked_at is not None or status == Status.REVOKED:
        on = day(letter.revoked_at or letter.declaration.since)
        return Standing(Status.REVOKED, _("Dicabut %s") % long_date(on))
    if status == Status.SUPERSEDED:
        return Standing(Status.SUPERSEDED, _("Sudah diganti oleh surat lain"))
    if status == Status.EXPIRED or letter.valid_until < clock.today():
        return Standing(Status.EXPIRED, _("Berakhir %s") % long_date(letter.valid_until))
    if status == Status.SUSPENDED:
        return Standing(Status.SUSPENDED, _("Ditangguhkan sementara"))
    return Standing(Status.APPROVED, _("Berlaku sampai %s") % long_date(letter.valid_until))


@methods(read=["GET"], write=["POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Ask for a code; a known one leads to its page. Guesses are counted, so this is a POST."""
    if request.method != "POST":
        return _page(request, "approvals/verify.html", {"form": CodeForm()})
    hit("letter_code", client_address(request), limit=30, window=_AN_HOUR)
    code_form = CodeForm(request.POST)
    if code_form.is_valid():
        code = code_form.cleaned_data["kode"]
        if Letter.objects.filter(code=code).exists():
            return redirect("verify_code", code)
        code_form.add_error("kode", _("Kode tidak dikenali. Kode tidak memuat huruf O dan I atau angka 0 dan 1"))
    return _page(request, "approvals/verify.html", {"form": code_form}, status=422)


@methods(read=["GET"], write=["POST"])
def show(request: HttpRequest, kode: str) -> HttpResponse:
    """Show what the letter with this code says today; a POST compares a file with the one that was issued."""
    code = read_code(kode)
    letter = Letter.objects.select_related("declaration").filter(code=code).first()
    if letter is None:
        unknown = {"form": CodeForm(initial={"kode": kode[:60]}), "unknown": True}
        return _page(request, "approvals/verify.html", unknown, status=404)
    if code != kode:
        return redirect("verify_code", code)
    context: dict[str, Any] = {
        "letter": letter,
        "facts": letter.facts,
        "number": letter.official_number or letter.number,
        "standing": standing_of(letter),
        "conditions": letter.facts["conditions"] != [],
        "groups": in_groups(code),
        "checked_at": clock.now(),
        "form": CodeForm(),
        "file_form": FileForm(),
    }
    status = 200
    if request.method == "POST":
        hit("letter_file", client_address(request), limit=30, window=_AN_HOUR)
        file_form = FileForm(request.POST, request.FILES)
        context["file_form"] = file_form
        if file_form.is_valid():
            context["same"] = _same(letter, file_form)
        else:
            status = 422
    return _page(request, "approvals/verify_letter.html", context, status=status)


def _same(letter: Letter, file_form: FileForm) -> bool:
    digest = hashlib.sha256()
    for chunk in file_form.cleaned_data["berkas"].chunks():
        digest.update(chunk)
    return LetterFile.objects.filter(letter=letter, sha256=digest.hexdigest()).exists()


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
