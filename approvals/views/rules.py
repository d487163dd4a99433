"""What BKPSDM sets about the rules: the list, one rule, its next version with a trial, the policy, legal bases."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from approvals import catalogue, rulebook
from approvals.forms.rules import BasisForm, PolicyForm, RuleForm
from approvals.models import LegalBasis, Policy, RuleText
from approvals.screening.terms import BRANCHES, LIMITS
from approvals.views.guard import user_of
from declarations.models import PolicyMode, Severity
from portal import clock
from portal.accounts.access import group_required, initial_post, recently_proven
from portal.errors import Refused
from portal.http import methods
from portal.people.roles import ADMINISTRATOR


@methods(read=["GET"])
@group_required(ADMINISTRATOR)
def show(request: HttpRequest) -> HttpResponse:
    """Every rule with what it weighs, the reading of the commercial clause, and the legal bases."""
    today = clock.today()
    context = {
        "rules": rulebook.overviews(),
        "policy": catalogue.policy_on(today),
        "next_policy": Policy.objects.filter(cancelled_at=None, effective_from__gt=today).first(),
        "bases": LegalBasis.objects.all(),
    }
    return render(request, "rules/list.html", context)


def _rule(code: str) -> RuleText:
    found = catalogue.versions_on(clock.today()).get(code)
    if found is None:
        raise Http404
    return found


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One rule with its versions; a version that has not begun can be cancelled here."""
    rule = _rule(code)
    versions = RuleText.objects.filter(code=code).select_related("made_by", "cancelled_by").order_by("-version")
    if request.method == "POST":
        chosen = versions.filter(version=_number(request.POST.get("versi", ""))).first()
        if chosen is None:
            raise Refused(_("Versi itu tidak ada. Muat ulang halamannya."))
        rulebook.cancel(chosen, by=user_of(request))
        messages.success(request, _("Versi itu dibatalkan."))
        return redirect("approvals:rule", code)
    context = {
        "rule": rule,
        "versions": versions,
        "levels": _levels(rule),
        "limits": [
            {"label": limit.label, "value": rule.limits.get(name, limit.standard), "unit": limit.unit}
            for name, limit in LIMITS.get(code, {}).items()
        ],
        "today": clock.today(),
    }
    return render(request, "rules/one.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _levels(rule: RuleText) -> list[dict[str, Any]]:
    branches = BRANCHES.get(rule.code, {})
    return [
        {"when": when, "severity": Severity(rule.levels.get(base.value, base.value))} for base, when in branches.items()
    ]


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The next version: try it on the last declarations as often as wanted, then save it."""
    rule = _rule(code)
    data = request.POST if request.method == "POST" else initial_post(request)
    form, tried = RuleForm(rule, data or None), None
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        if request.POST.get("tindakan") == "simpan":
            try:
                rulebook.plan(code, draft, by=user_of(request))
            except Refused as refused:
                form.add_error("effective_from", refused.message)
            else:
                messages.success(request, _("Versi baru tersimpan dan berlaku pada tanggalnya."))
                return redirect("approvals:rule", code)
        else:
            tried = rulebook.trial(code, draft)
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "rules/edit.html", {"rule": rule, "form": form, "trial": tried}, status=status)


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def policy(request: HttpRequest) -> HttpResponse:
    """How the commercial clause is read: now, from a day to come, and before."""
    today = clock.today()
    planned = Policy.objects.filter(cancelled_at=None, effective_from__gt=today).first()
    form = PolicyForm(request.POST if request.POST.get("tindakan") == "simpan" else None)
    if request.method == "POST" and request.POST.get("tindakan") == "batal":
        if planned is None:
            raise Refused(_("Tidak ada kebijakan yang belum berlaku."))
        rulebook.cancel(planned, by=user_of(request))
        messages.success(request, _("Kebijakan yang belum berlaku dibatalkan."))
        return redirect("approvals:policy")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            rulebook.plan_policy(
                PolicyMode(data["mode"]), data["effective_from"], data["note"].strip(), by=user_of(request)
            )
        except Refused as refused:
            form.add_error("effective_from", refused.message)
        else:
            messages.success(request, _("Kebijakan tersimpan dan berlaku pada tanggalnya."))
            return redirect("approvals:policy")
    context = {
        "now": catalogue.policy_on(today),
        "planned": planned,
        "rows": Policy.objects.select_related("made_by").order_by("-effective_from", "-pk")[:20],
        "form": form,
        "today": today,
    }
    return render(request, "rules/policy.html", context, status=422 if form.errors else 200)


@methods(read=["GET"], write=["POST"])
@group_required(ADMINISTRATOR)
@recently_proven
def basis(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a legal text and say whether it was compared with the official one."""
    found = get_object_or_404(LegalBasis, pk=pk)
    was = {name: getattr(found, name) for name in ("instrument", "clause", "summary")}
    form = BasisForm(request.POST or None, initial={**was, "verified": found.verified_at is not None})
    if request.method == "POST" and form.is_valid():
        rulebook.correct_basis(found, form.cleaned_data, by=user_of(request))
        messages.success(request, _("Dasar hukum diperbarui. Temuan lama tetap memuat teks pada waktunya."))
        return redirect("approvals:rules")
    context = {"basis": found, "form": form, "rules": found.rules.values_list("code", flat=True).distinct()}
    return render(request, "rules/basis.html", context, status=422 if form.errors else 200)
