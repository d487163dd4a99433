"""Forms of a term of office: from the decree into the portal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.backends import clean_address
from portal.people.head_changes import Term
from portal.people.models import Capacity


def _date(label: Any, missing: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w-tgl"}),
        error_messages={"required": missing, "invalid": _("Tulis tanggal seperti 24/12/2026")},
    )


class TermForm(forms.Form):
    """Capacity, days and decree of one term."""

    kapasitas = forms.ChoiceField(
        label=_("Sebagai"),
        choices=Capacity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih kapasitasnya"), "invalid_choice": _("Pilih kapasitasnya")},
    )
    mulai = _date(_("Mulai tanggal"), _("Isi tanggal mulai"))
    sampai = _date(_("Sampai tanggal"), "", required=False, hint=_("Kosongkan bila belum ditentukan; Plh. wajib diisi"))
    sk = forms.CharField(
        label=_("Nomor SK atau surat perintah"),
        max_length=80,
        error_messages={
            "required": _("Tulis nomor SK atau surat perintah"),
            "max_length": _("Paling panjang 80 karakter"),
        },
    )
    ganti = forms.BooleanField(
        label=_("Akhiri masa tugas pejabat yang ada, sehari sebelum tanggal mulai"), required=False
    )

    def term(self) -> Term:
        """Return what was typed as a value."""
        data = self.cleaned_data
        return Term(Capacity(data["kapasitas"]), data["mulai"], data["sampai"], data["sk"], data["ganti"])


class EndForm(forms.Form):
    sampai = _date(_("Hari terakhir"), _("Isi hari terakhir"))


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Alamat email dinas yang baru"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Tulis alamat email"),
            "invalid": _("Tulis alamat email seperti nama@pasamanbaratkab.go.id"),
        },
    )

    def clean_email(self) -> str:
        address = clean_address(self.cleaned_data["email"])
        if not address:
            raise forms.ValidationError(self.fields["email"].error_messages["invalid"])
        return address
