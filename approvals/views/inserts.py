"""The named inserts of mails: what they say, the next text with the mails as they will look, and the history."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals.forms.inserts import InsertForm, tomorrow
from approvals.inserts import samples, texts
from approvals.inserts.models import InsertText, Language
from approvals.mailqueue import KINDS
from approvals.policies import ADMINISTRATOR
from approvals.views.guard import only, user_of
from portal import clock
from portal.accounts.access import initial_post, recently_proven
from portal.errors import Refused
from portal.http import methods, row_key
from portal.mail.views import mail_page

_SALT = "sisipan"


def _mails(insert: texts.Insert) -> list[str]:
    """Return in words which mails carry the insert."""
    if insert.mails is None:
        return [_("Semua email")]
    return [str(label) for name, label in KINDS.items() if name in insert.mails]


@only(ADMINISTRATOR)
@methods(read=["GET"])
def show(request: HttpRequest) -> HttpResponse:
    """Every insert: where it stands, in which mails, what it says now and what it will say."""
    today = clock.today()
    now = texts.rows_on(today)
    planned = {(row.key, row.language): row for row in InsertText.objects.filter(cancelled_at=None, starts__gt=today)}
    rows = [
        {
            "insert": insert,
            "mails": _mails(insert),
            "languages": [
                (language, texts.words(insert, language, now), planned.get((insert.key, language)))
                for language in Language
            ],
        }
        for insert in texts.INSERTS.values()
    ]
    return render(request, "inserts/list.html", {"rows": rows})


def _chosen(sisipan: str, bahasa: str) -> tuple[texts.Insert, Language]:
    if sisipan not in texts.INSERTS or bahasa not in Language.values:
        raise Http404
    return texts.INSERTS[sisipan], Language(bahasa)


@only(ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
@recently_proven
def edit(request: HttpRequest, sisipan: str, bahasa: str) -> HttpResponse:
    """One insert in one language: the next text, first looked at, then saved; a waiting one is taken back here."""
    insert, language = _chosen(sisipan, bahasa)
    rows = InsertText.objects.filter(key=insert.key, language=language).select_related("made_by", "cancelled_by")
    if request.method == "POST" and request.POST.get("tindakan") == "batal":
        return _cancel(request, insert, language)
    data = request.POST if request.method == "POST" else initial_post(request)
    form = InsertForm(data or None, initial={"text": _first_words(request, insert, language), "starts": tomorrow()})
    preview: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if request.POST.get("tindakan") == "simpan":
            try:
                texts.plan(insert, language, **form.cleaned_data, by=user_of(request))
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, _("Teks tersimpan dan berlaku pada tanggalnya."))
                return redirect("approvals:insert", insert.key, language)
        elif request.POST.get("tindakan") != "ubah":
            preview = _preview(insert, language, form.cleaned_data["text"])
    context = {
        "insert": insert,
        "language": language,
        "now": texts.words(insert, language, texts.rows_on(clock.today())),
        "mails": _mails(insert),
        "versions": rows,
        "planned": next((row for row in rows if row.planned(clock.today())), None),
        "form": form,
        "preview": preview,
    }
    return render(request, "inserts/edit.html", context, status=422 if form.is_bound and form.errors else 200)


def _first_words(request: HttpRequest, insert: texts.Insert, language: Language) -> str:
    """Return what the field holds first: an old text that is to come back (?versi=), else what stands now."""
    rows = InsertText.objects.filter(key=insert.key, language=language)
    old = rows.filter(pk=row_key(request.GET.get("versi", "")) or 0).first()
    return old.text if old is not None else texts.words(insert, language, texts.rows_on(clock.today()))


def _cancel(request: HttpRequest, insert: texts.Insert, language: Language) -> HttpResponse:
    rows = InsertText.objects.filter(key=insert.key, language=language)
    texts.cancel(get_object_or_404(rows, pk=row_key(request.POST.get("versi", ""))), by=user_of(request))
    messages.success(request, _("Teks yang belum berlaku dibatalkan."))
    return redirect("approvals:insert", insert.key, language)


def _preview(insert: texts.Insert, language: Language, text: str) -> list[dict[str, Any]]:
    """Return each mail with the text as it would go out; the frame gets the text signed, so only checked ones show."""
    signed = signing.dumps(text, salt=_SALT)
    trial = {(insert.key, language.value): text}
    found = []
    for name in samples.kinds(insert):
        message = samples.sample(name, language, trial)
        found.append({"name": name, "label": KINDS[name], "message": message, "signed": signed})
    return found


@only(ADMINISTRATOR)
@methods(read=["GET"])
def mail(request: HttpRequest, sisipan: str, bahasa: str, contoh: str) -> HttpResponse:
    """The HTML body of one mail with the text under trial, or with what stands now; shown in a frame."""
    insert, language = _chosen(sisipan, bahasa)
    if contoh not in samples.kinds(insert):
        raise Http404
    trial = {}
    if "teks" in request.GET:
        try:
            trial[insert.key, language.value] = signing.loads(request.GET["teks"], salt=_SALT, max_age=3600)
        except signing.BadSignature as problem:
            raise Http404 from problem
    return mail_page(samples.sample(contoh, language, trial).html, framed=True)
