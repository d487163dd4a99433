"""The pages of questions: content, limits, time, benefit, interest, statements."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations import drafts, flow, statements
from declarations.answers import (
    answers_of,
    channel_answers,
    items_of,
    last_duties,
    save_answers,
    save_channel_answers,
)
from declarations.completeness import is_exempt, problems
from declarations.forms.pages import PageForm
from declarations.forms.partners import MAX_PARTNERS, Partners, partner_set
from declarations.forms.statement import StatementForm
from declarations.models import Declaration, DeclarationChannel
from declarations.questions import is_commercial
from declarations.views.access import draft, item_of
from portal import clock
from portal.accounts.access import initial_post, login_required
from portal.dates import long_date
from portal.http import methods, row_key


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a page: number and name of the section, and the heading."""

    section: int
    name: str | Promise
    title: str | Promise
    intro: str | Promise = ""


_THIRD = gettext_lazy("Waktu, keuntungan, kepentingan")
HEADINGS = {
    "konten": Heading(2, gettext_lazy("Isi konten"), gettext_lazy("Isi konten di %s")),
    "batas": Heading(3, _THIRD, gettext_lazy("Batasan konten")),
    "waktu": Heading(3, _THIRD, gettext_lazy("Waktu dan sarana")),
    "komersial": Heading(
        3,
        _THIRD,
        gettext_lazy("Keuntungan dari %s"),
        gettext_lazy("Jawaban “Ya” tidak otomatis berarti melanggar. Peninjau perlu tahu sumbernya."),
    ),
    "komersial_umum": Heading(3, _THIRD, gettext_lazy("Gratifikasi dan izin usaha")),
    "kepentingan": Heading(3, _THIRD, gettext_lazy("Tugas dan kepentingan")),
    "pernyataan": Heading(4, gettext_lazy("Pernyataan"), gettext_lazy("Pernyataan dan komitmen")),
}


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, also when that is nothing at all, or what was rescued when the session had ended."""
    return request.POST if request.method == "POST" else initial_post(request)


def is_partial(request: HttpRequest) -> bool:
    """Tell whether nothing is required: 'Simpan, lanjutkan nanti', one more row, or a rescued form shown again."""
    return request.method != "POST" or "nanti" in request.POST or "tambah" in request.POST


def saved(request: HttpRequest, declaration: Declaration, known: set[str]) -> HttpResponse:
    """Go on after saving: to the list with the way back, or to the next page."""
    if "nanti" in request.POST:
        until = long_date(clock.now() + drafts.KEPT)
        text = _("Draf tersimpan. Buka “Deklarasi saya” dari ponsel atau komputer mana pun sebelum %s.") % until
        messages.success(request, text)
        return redirect("declarations:list")
    return redirect(flow.next_address(declaration, request.path, request.GET.get("kembali", ""), known))


def known_problems(request: HttpRequest, declaration: Declaration) -> set[str]:
    """Return what was missing before this change, where the person came from the check page."""
    wished = request.GET.get("kembali") == flow.BACK_TO_CHECK
    return {problem.text for problem in problems(declaration)} if wished else set()


def show(
    request: HttpRequest,
    declaration: Declaration,
    page: str,
    form: BaseForm,
    item: DeclarationChannel | None = None,
    **more: Any,
) -> HttpResponse:
    """Render one page of questions; a refused form answers 422 and keeps what was typed."""
    heading = HEADINGS[page]
    title = str(heading.title)
    if item is not None:
        title %= f"{item.channel.label} ({item.channel.get_platform_display()})"
    context = {
        "declaration": declaration,
        "heading": heading,
        "title": title,
        "form": form,
        "forms": [form],
        "item": item,
        "back": flow.back_address(declaration, request.path, request.GET.get("kembali", "")),
        "action": f"?kembali={flow.BACK_TO_CHECK}" if request.GET.get("kembali") == flow.BACK_TO_CHECK else "",
        **more,
    }
    refused = request.method == "POST" and any(not each.is_valid() for each in context["forms"])
    template = more.get("template", "declarations/page.html")
    return render(request, template, context, status=422 if refused else 200)


@login_required
@methods(read=["GET"], write=["POST"])
def content(request: HttpRequest, nomor: str, kanal: int) -> HttpResponse:
    """What one channel shows."""
    declaration = draft(request, nomor, "konten")
    item = item_of(declaration, kanal)
    if "salin" in request.POST:
        return _copy(request, declaration, item, ("C1", "C2", "C3", "C4"))
    own = channel_answers(item)
    known = known_problems(request, declaration) if request.method == "POST" else set()
    form = PageForm("konten", sent(request), answers=own, partial=is_partial(request))
    if request.method == "POST" and form.is_valid():
        save_channel_answers(item, form.values())
        return saved(request, declaration, known)
    return show(request, declaration, "konten", form, item, **_channel_context(declaration, item, "C1"))


def _channel_context(declaration: Declaration, item: DeclarationChannel, code: str) -> dict[str, Any]:
    """Which of the channels this is, and the channel before it whose answers may be copied."""
    items = items_of(declaration)
    place = next((number for number, each in enumerate(items) if each.pk == item.pk), 0)
    source = next((each for each in reversed(items[:place]) if each.answers.get(code)), None)
    return {"position": place + 1, "count": len(items), "source": source}


def _copy(
    request: HttpRequest, declaration: Declaration, item: DeclarationChannel, codes: tuple[str, ...]
) -> HttpResponse:
    """Copy the answers of another channel of the same declaration, then show the page to be looked over."""
    source = item_of(declaration, row_key(request.POST["salin"]))
    save_channel_answers(item, {code: source.answers.get(code) for code in codes})
    return redirect(request.get_full_path())


def _once(request: HttpRequest, nomor: str, page: str, **initial: Any) -> HttpResponse:
    """A page of questions asked once."""
    declaration = draft(request, nomor, page)
    answers = answers_of(declaration)
    if page == "kepentingan" and "A3" not in answers:
        initial["A3"] = last_duties(declaration.declarant, declaration)
    channels = [channel_answers(item) for item in items_of(declaration)]
    known = known_problems(request, declaration) if request.method == "POST" else set()
    shown = {**answers, **initial} if request.method == "GET" else answers
    form = PageForm(page, sent(request), answers=shown, channels=channels, partial=is_partial(request))
    if request.method == "POST" and form.is_valid():
        save_answers(declaration, form.values())
        return saved(request, declaration, known)
    return show(request, declaration, page, form)


@login_required
@methods(read=["GET"], write=["POST"])
def limits(request: HttpRequest, nomor: str) -> HttpResponse:
    """What the content must not hold."""
    return _once(request, nomor, "batas")


@login_required
@methods(read=["GET"], write=["POST"])
def time(request: HttpRequest, nomor: str) -> HttpResponse:
    """When and by what means it is made."""
    return _once(request, nomor, "waktu")


@login_required
@methods(read=["GET"], write=["POST"])
def commercial(request: HttpRequest, nomor: str) -> HttpResponse:
    """Gratification and permission, asked once when any channel brings a benefit; else the channels' own pages."""
    declaration = draft(request, nomor, "komersial_umum")
    items = items_of(declaration)
    if not any(is_commercial(channel_answers(item).get("E1")) for item in items):
        name, more = ("commercial_channel", [items[0].pk]) if items else ("channels", [])
        return redirect(f"declarations:{name}", nomor, *more)
    return _once(request, nomor, "komersial_umum")


@login_required
@methods(read=["GET"], write=["POST"])
def interest(request: HttpRequest, nomor: str) -> HttpResponse:
    """Duties and interests."""
    return _once(request, nomor, "kepentingan")


@login_required
@methods(read=["GET"], write=["POST"])
def commercial_channel(request: HttpRequest, nomor: str, kanal: int) -> HttpResponse:
    """What benefit one channel brings, and from whom."""
    declaration = draft(request, nomor, "komersial")
    item = item_of(declaration, kanal)
    if "salin" in request.POST:
        return _copy(request, declaration, item, ("E1", "E2", "E3", "E5"))
    own = channel_answers(item)
    data = sent(request)
    known = known_problems(request, declaration) if request.method == "POST" else set()
    form = PageForm("komersial", data, answers=own, partial=is_partial(request))
    more = 1 if "tambah" in request.POST else 0
    partners = partner_set(data, own.get("E3") or [], more=more)
    if request.method == "POST" and not more and _is_complete(form, partners):
        values = form.values()
        if partners.is_valid():
            values["E3"] = partners.values()
        save_channel_answers(item, values)
        if is_exempt(channel_answers(item)):
            return redirect("declarations:exempt", nomor, item.pk)
        return saved(request, declaration, known)
    context = {
        **_channel_context(declaration, item, "E1"),
        "partners": partners,
        "template": "declarations/benefit.html",
    }
    context["full"] = len(partners.forms) >= MAX_PARTNERS
    return show(request, declaration, "komersial", form, item, forms=[form, partners], **context)


def _is_complete(form: PageForm, partners: Partners) -> bool:
    """Partners count only where a benefit is declared: rows left behind by a changed mind are no error."""
    return form.is_valid() and (form.merged().get("E1") in ("TIDAK", "", None) or partners.is_valid())


@login_required
@methods(read=["GET"])
def exempt(request: HttpRequest, nomor: str, kanal: int) -> HttpResponse:
    """An official account without benefit needs no declaration: say so, and offer the ways on."""
    declaration = draft(request, nomor)
    item = item_of(declaration, kanal)
    return render(request, "declarations/exempt.html", {"declaration": declaration, "item": item})


@login_required
@methods(read=["GET"], write=["POST"])
def statement(request: HttpRequest, nomor: str) -> HttpResponse:
    """The four statements, the seven commitments, and a note to the deciding official."""
    declaration = draft(request, nomor)
    known = known_problems(request, declaration) if request.method == "POST" else set()
    form = StatementForm(
        sent(request),
        statements=statements.statements_on(clock.today()),
        made=statements.made_codes(declaration),
        note=str(declaration.answers.get("NOTE") or ""),
        partial=is_partial(request),
    )
    if request.method == "POST" and form.is_valid():
        save_answers(declaration, {"NOTE": form.cleaned_data["NOTE"]})
        statements.make(declaration, form.ticked())
        return saved(request, declaration, known)
    return show(request, declaration, "pernyataan", form, template="declarations/statement.html")
