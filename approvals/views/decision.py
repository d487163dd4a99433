"""The decision at the dashboard: the form is checked, shown once more with its mail, and only then carried out."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from approvals import dashboard, emails, workflow
from approvals.casework import comments, reasons
from approvals.forms.review import ReviewForm, act_of
from approvals.models import Outcome, Stage, Step, Via
from approvals.policies import check_stage, check_verdict, unhandled_blocks
from approvals.queries import read_steps
from approvals.verdicts import Verdict
from approvals.views import case as case_page
from approvals.views.guard import case_of, case_url, list_of, officers, user_of
from declarations.models import Declaration
from portal.accounts.access import initial_post
from portal.errors import Refused
from portal.http import methods, row_key
from portal.templatetags.fields import error_links

_SALT = "approvals.decision"
# the template writes these groups by hand and counts their options from 1
_TARGETS = {
    "id_keputusan_0": "id_keputusan_1",
    "id_syarat": "id_syarat_1",
    "id_bagian": "id_bagian_1",
    "id_keluarkan": "id_keluarkan_1",
}
_MAX_AGE = 12 * 60 * 60
_ANSWERS = ("keputusan", "syarat", "syarat_lain", "batas_syarat", "bagian", "sampai", "alasan", "keluarkan")


@officers
@methods(read=["GET"], write=["POST"])
def decide(request: HttpRequest, nomor: str) -> HttpResponse:
    """First POST: the form, answered by the confirm page. Second POST: the signed form, carried out once."""
    declaration = case_of(request, nomor)
    if request.method != "POST":
        typed = initial_post(request)
        if typed is None:
            return redirect(case_url(nomor, request, "#keputusan"))
        return _again(request, declaration, ReviewForm(_step(declaration, typed.get("langkah", "")), typed), status=200)
    if "isi" in request.POST:
        return _confirmed(request, declaration)
    step = _step(declaration, request.POST.get("langkah", ""))
    form = ReviewForm(step, request.POST)
    revision = request.POST.get("revisi", "")
    if step.decided_at or step.cancelled_at or revision != str(declaration.revision):
        return _overtaken(request, declaration, step, request.POST.get("alasan", ""))
    check_stage(step, user_of(request))
    if "pakai" in request.POST:
        return case_page.page(request, declaration, form=_with_example(step, request.POST))
    if not _ready(form):
        return _again(request, declaration, form)
    return _confirm_page(request, declaration, step, form)


def _with_example(step: Step, typed: QueryDict) -> ReviewForm:
    """Return the form as it was filled in so far, with the chosen example after what the officer wrote himself."""
    kept: dict[str, Any] = {name: typed.get(name) for name in typed}
    kept |= {name: typed.getlist(name) for name in ("syarat", "bagian", "keluarkan")}
    example = reasons.pick(typed.get("contoh", ""))
    if example is not None and example.text not in kept.get("alasan", ""):
        kept["alasan"] = "\n\n".join(filter(None, (kept.get("alasan", "").strip(), example.text)))
    return ReviewForm(step, initial=kept)


def _step(declaration: Declaration, key: str) -> Step:
    """Return the step the form was made for; without one, the step that waits now."""
    steps = [step for step in read_steps(declaration) if step.stage != Stage.HEAD]
    named = row_key(key)
    step = next((each for each in steps if (each.pending if named is None else each.pk == named)), None)
    if step is None:
        if named is not None:
            raise Http404
        raise Refused(_("Tidak ada keputusan yang menunggu pada deklarasi ini."))
    prefetch_related_objects([step.snapshot], "findings")
    return step


def _ready(form: ReviewForm) -> bool:
    """Check the form, then what only the case can tell: handled findings, the second look."""
    if not form.is_valid():
        return False
    try:
        check_verdict(form.step, form.verdict())
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True


def _again(request: HttpRequest, declaration: Declaration, form: ReviewForm, status: int = 422) -> HttpResponse:
    """Show the case again with the form as it was filled in, each error a link to where it is mended."""
    blocks = unhandled_blocks(form.step)
    first = f"temuan-{blocks[0].code}" if blocks else "keputusan"
    errors = [(_TARGETS.get(target, target) or first, text) for target, text in error_links(form)]
    return case_page.page(request, declaration, status=status, form=form, errors=errors)


def _confirm_page(request: HttpRequest, declaration: Declaration, step: Step, form: ReviewForm) -> HttpResponse:
    verdict = form.verdict()
    subject, text = emails.preview_decision(declaration, verdict)
    unsaid = 0 if verdict.outcome == Outcome.RETURNED else comments.waiting(declaration)
    names = [name for name in form.data if name in _ANSWERS or name.startswith(("catatan_", "alasan_kanal_"))]
    sealed = signing.dumps(
        {
            "step": step.pk,
            "revision": declaration.revision,
            "by": user_of(request).pk,
            "data": {name: form.data.getlist(name) for name in names if isinstance(form.data, QueryDict)},
        },
        salt=_SALT,
        compress=True,
    )
    context = {
        "declaration": declaration,
        "declarant": step.snapshot.content["declarant"],
        "verdict": verdict,
        "decision": next(label for value, label, _hint in form.options if value == verdict.outcome),
        "act": act_of(step, verdict.outcome),
        "parts": [(label, note.value()) for _key, label, marked, note in form.parts() if marked],
        "excluded": [(channel, reason.value()) for _key, channel, out, reason in form.channels() if out],
        "subject": subject,
        "text": text,
        "sealed": sealed,
        "unsaid": unsaid,
        "query": request.GET.urlencode(),
        "approves": verdict.outcome in (Outcome.APPROVED, Outcome.APPROVED_CONDITIONS),
    }
    return render(request, "approvals/decide_confirm.html", context)


def _confirmed(request: HttpRequest, declaration: Declaration) -> HttpResponse:
    person = user_of(request)
    try:
        sealed: dict[str, Any] = signing.loads(request.POST.get("isi", ""), salt=_SALT, max_age=_MAX_AGE)
    except signing.BadSignature as error:
        raise Refused(_("Halaman konfirmasi ini sudah tidak berlaku. Isi lagi keputusan Anda.")) from error
    step = _step(declaration, str(sealed["step"]))
    if sealed["by"] != person.pk:
        raise Refused(_("Halaman konfirmasi ini milik petugas lain. Isi lagi keputusan Anda."), status=403)
    data = QueryDict(mutable=True)
    for name, values in sealed["data"].items():
        data.setlist(name, values)
    form = ReviewForm(step, data)
    if _done_before(step, data, person.pk):
        return redirect(case_url(step.declaration.number, request))
    if step.decided_at or step.cancelled_at or sealed["revision"] != declaration.revision:
        return _overtaken(request, declaration, step, data.get("alasan", ""))
    if "ubah" in request.POST:
        return _again(request, declaration, form, status=200)
    if not _ready(form):
        return _again(request, declaration, form)
    following = _following(request, declaration)
    answer = _carry_out(request, declaration, step, form.verdict(), sealed["revision"])
    if answer is None:
        _thank(request, following)
        answer = redirect(case_url(declaration.number, request))
    return answer


def _done_before(step: Step, data: QueryDict, person: int) -> bool:
    """A second press of the same button by the same person is no conflict."""
    return step.decided_by_id == person and step.outcome == data.get("keputusan")


def _carry_out(
    request: HttpRequest, declaration: Declaration, step: Step, verdict: Verdict, revision: int
) -> HttpResponse | None:
    """Decide; None when it is done. Whoever came second gets the page that tells who was first."""
    person = user_of(request)
    try:
        workflow.decide(step, verdict, by=person, via=Via.DASHBOARD, revision=revision)
    except Refused as refused:
        if refused.status != 409:
            raise
        now = Step.objects.select_related("decided_by", "snapshot").get(pk=step.pk)
        if now.decided_by_id == person.pk and now.outcome == verdict.outcome:
            return redirect(case_url(declaration.number, request))
        declaration.refresh_from_db()
        return _overtaken(request, declaration, now, verdict.reason)
    return None


def _following(request: HttpRequest, declaration: Declaration) -> str:
    filters, known, _ignored = list_of(request)
    cases = dashboard.listed(user_of(request), filters, known)
    return dashboard.following(declaration, cases, filters.urut)


def _thank(request: HttpRequest, following: str) -> None:
    said = _("Keputusan tersimpan.")
    if following:
        said = format_html('{} <a href="{}">{}</a>', said, case_url(following, request), _("Kasus berikutnya"))
    messages.success(request, said)


def _overtaken(request: HttpRequest, declaration: Declaration, step: Step, typed: str) -> HttpResponse:
    """409: somebody decided, or a new version came in, while this form stood open; what was typed is not lost."""
    context = {"declaration": declaration, "step": step, "typed": typed, "query": request.GET.urlencode()}
    return render(request, "approvals/decide_conflict.html", context, status=409)
