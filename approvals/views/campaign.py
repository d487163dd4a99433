"""The yearly campaign: its name, its first and its last day."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.coverage import calling
from approvals.coverage.models import Campaign
from approvals.policies import ADMINISTRATOR
from approvals.views.guard import only, user_of
from declarations.forms.fields import DayField, TidyField
from portal import clock
from portal.accounts.access import initial_post
from portal.audit.log import record
from portal.http import methods


class CampaignForm(forms.Form):
    """Both days lie in the year; once it has begun the first day stays and the last one may not be in the past."""

    nama = TidyField(label=gettext_lazy("Nama kampanye"), limit=100)
    mulai = DayField(label=gettext_lazy("Mulai"), help_text=gettext_lazy("Misalnya 1-12-2026"))
    berakhir = DayField(label=gettext_lazy("Berakhir"), help_text=gettext_lazy("Hari terakhir, masih dihitung"))

    def __init__(self, *args: Any, campaign: Campaign | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.begun = campaign is not None and campaign.starts <= clock.today()
        if self.begun:
            del self.fields["mulai"]
        for name, css in (("nama", ""), ("mulai", "w-tgl"), ("berakhir", "w-tgl")):
            if name in self.fields:
                self.fields[name].widget.attrs.update({"class": css, "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name, sentence in (
            ("nama", _("Tulis nama kampanye")),
            ("mulai", _("Tulis tanggal mulai")),
            ("berakhir", _("Tulis tanggal berakhir")),
        ):
            if name in self.fields and name not in self.errors and not data.get(name):
                self.add_error(name, sentence)
        if not self.errors:
            self._check_days(*self.days())
        return data

    def days(self) -> tuple[date, date]:
        """Return the first and the last day."""
        assert self.campaign is not None or not self.begun
        first = self.campaign.starts if self.begun and self.campaign else date.fromisoformat(self.cleaned_data["mulai"])
        return first, date.fromisoformat(self.cleaned_data["berakhir"])

    def _check_days(self, first: date, last: date) -> None:
        if last < first:
            self.add_error("berakhir", _("Tanggal berakhir harus sama dengan atau setelah tanggal mulai."))
        elif last < clock.today():
            self.add_error("berakhir", _("Tanggal berakhir sudah lewat"))
        elif first.year != last.year:
            self.add_error("berakhir", _("Mulai dan berakhir harus dalam tahun yang sama"))
        elif self.campaign is not None and first.year != self.campaign.year:
            self.add_error("mulai", _("Kampanye ini untuk tahun %d") % self.campaign.year)
        elif self.campaign is None and Campaign.objects.filter(year=first.year).exists():
            self.add_error("mulai", _("Kampanye tahun %d sudah ada. Ubah yang itu.") % first.year)


@only(ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """All campaigns, and the form of a new one."""
    data = request.POST if request.method == "POST" else initial_post(request)
    form = CampaignForm(data, initial={"nama": _("Pendataan kanal %d") % clock.today().year})
    if request.method == "POST" and form.is_valid() and _create(request, form):
        messages.success(request, _("Kampanye disimpan."))
        return redirect("approvals:campaigns")
    context = {"campaigns": [_row(each) for each in Campaign.objects.all()[:20]], "form": form}
    return render(request, "coverage/campaigns.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _row(campaign: Campaign) -> dict[str, Any]:
    today = clock.today()
    word = _("Belum mulai") if today < campaign.starts else _("Selesai")
    if campaign.runs(today):
        word = _("Berjalan")
    return {"campaign": campaign, "word": word, "open": campaign.ends >= today}


def _create(request: HttpRequest, form: CampaignForm) -> bool:
    first, last = form.days()
    try:
        calling.plan(form.cleaned_data["nama"], first, last, by=user_of(request))
    except IntegrityError:  # a second officer was a moment faster
        form.add_error("mulai", _("Kampanye tahun %d sudah ada. Ubah yang itu.") % first.year)
        return False
    return True


@only(ADMINISTRATOR)
@methods(read=["GET"], write=["POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name and the days of a campaign that is not over."""
    campaign = get_object_or_404(Campaign.objects.filter(ends__gte=clock.today() - timedelta(days=1)), pk=pk)
    data = request.POST if request.method == "POST" else initial_post(request)
    initial = {"nama": campaign.name, "mulai": campaign.starts.isoformat(), "berakhir": campaign.ends.isoformat()}
    form = CampaignForm(data, campaign=campaign, initial=initial)
    if request.method == "POST" and form.is_valid():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        campaign.name = form.cleaned_data["nama"]
        campaign.starts, campaign.ends = form.days()
        campaign.save()
        days = {"starts": campaign.starts.isoformat(), "ends": campaign.ends.isoformat()}
        record("campaign_set", campaign, by=user_of(request), **days)
        messages.success(request, _("Kampanye disimpan."))
        return redirect("approvals:campaigns")
    context = {"campaign": campaign, "form": form}
    return render(request, "coverage/campaign.html", context, status=_status(request))
