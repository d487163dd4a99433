"""The evidence bundle of a case for the Inspektorat: made behind a purpose, and checked when it comes back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.bundles import checking, making
from approvals.exports.purpose import stated
from approvals.models import Via
from approvals.policies import INSPECTORATE
from approvals.queries import cases_for
from approvals.views.guard import case_of, only, user_of
from portal.accounts.access import initial_post, recently_proven
from portal.accounts.limits import hit
from portal.audit.log import record
from portal.errors import Refused
from portal.http import methods
from portal.limits import BUNDLE

_AN_HOUR = 3600
inspectors = only(INSPECTORATE)


class BundleForm(forms.Form):
    berkas = forms.FileField(
        label=gettext_lazy("Berkas paket bukti"),
        help_text=gettext_lazy("ZIP, paling besar 100 MB. Nama berkasnya jangan diganti."),
        error_messages={
            "required": gettext_lazy("Pilih berkas ZIP paket bukti"),
            "empty": gettext_lazy("Berkas kosong. Pilih berkas ZIP paket bukti"),
            "invalid": gettext_lazy("Pilih berkas ZIP paket bukti"),
        },
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_berkas(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["berkas"]
        if (file.size or 0) > BUNDLE:
            raise forms.ValidationError(_("Berkas lebih besar dari 100 MB"))
        return file


@inspectors
@recently_proven
@methods(read=["GET"], write=["POST"])
def make(request: HttpRequest, nomor: str) -> HttpResponse:
    """Ask for the purpose, then send the ZIP."""
    declaration = case_of(request, nomor)
    typed: Mapping[str, Any] = request.POST if request.method == "POST" else initial_post(request) or {}
    sensitive = typed.get("sensitif") == "ya"
    purpose, problem = stated(request) if request.method == "POST" else (typed.get("keperluan", "")[:300], "")
    if request.method == "POST" and not problem:
        hit("bundle", str(user_of(request).pk), limit=30, window=_AN_HOUR)
        bundle, file = making.make(declaration, by=user_of(request), purpose=purpose, sensitive=sensitive)
        name = f"paket-bukti-{declaration.number}-{bundle.public_id}.zip"
        answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
        return answer  # type: ignore[return-value]
    context = {
        "declaration": declaration,
        "purpose": purpose,
        "problem": problem,
        "sensitive": sensitive,
        "query": request.GET.urlencode(),
        "made": declaration.bundles.select_related("made_by")[:20],
    }
    return render(request, "bundles/make.html", context, status=422 if problem else 200)


@inspectors
@methods(read=["GET"], write=["POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Say of an uploaded bundle that it is intact, or name what was changed in it; the upload is not kept."""
    if request.method != "POST":
        return render(request, "bundles/check.html", {"form": BundleForm()})
    hit("bundle_check", str(user_of(request).pk), limit=60, window=_AN_HOUR)
    form = BundleForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "bundles/check.html", {"form": form}, status=422)
    upload: UploadedFile[bytes] = form.cleaned_data["berkas"]
    checked = checking.check(upload.file, upload.name or "")  # type: ignore[arg-type]
    if checked is not None and checked.bundle is not None:
        _note(request, checked)
    context: dict[str, Any] = {"form": BundleForm(), "checked": checked, "unknown": checked is None}
    return render(request, "bundles/check.html", context)


def _note(request: HttpRequest, checked: checking.Checked) -> None:
    """Write down who read which bundle; one about a case kept from this person is not told about."""
    bundle, who = checked.bundle, user_of(request)
    assert bundle is not None
    if not cases_for(who).filter(pk=bundle.declaration_id).exists():
        raise Refused(_("Paket ini tentang perkara yang tidak Anda tangani. Serahkan pemeriksaannya kepada rekan."))
    record(
        "bundle_checked",
        bundle.declaration,
        by=who,
        via=Via.DASHBOARD,
        bundle=str(bundle.public_id),
        intact=checked.intact,
        altered=len(checked.altered),
    )
