"""The next text of a named insert."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.forms.review import clean_text
from approvals.inserts.texts import LENGTH, check
from portal import clock

_NO_DAY = _("Tulis tanggal seperti 31-12-2026")


def _day(label: object, hint: object, **options: object) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget, **options)  # type: ignore[arg-type]


class InsertForm(forms.Form):
    """Text, first day, and a last day where it is to end by itself."""

    text = forms.CharField(
        label=_("Teks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LENGTH}),
        help_text=_(
            "Paling banyak 300 karakter, tanpa tautan. {bantuan} menjadi nomor bantuan, {portal} alamat portal."
        ),
    )
    starts = _day(
        _("Berlaku mulai"),
        _("Paling cepat besok"),
        error_messages={"required": _("Isi tanggal mulai berlaku"), "invalid": _NO_DAY},
    )
    ends = _day(
        _("Berlaku sampai (opsional)"),
        _("Sesudahnya teks bawaan berlaku lagi"),
        required=False,
        error_messages={"invalid": _NO_DAY},
    )

    def clean_text(self) -> str:
        text = " ".join(clean_text(self.cleaned_data["text"]).split())
        if problem := check(text):
            raise forms.ValidationError(problem)
        return text

    def clean_starts(self) -> object:
        starts = self.cleaned_data["starts"]
        if starts <= clock.today():
            raise forms.ValidationError(_("Teks baru berlaku paling cepat besok"))
        return starts

    def clean(self) -> None:
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("Hari terakhir harus sama dengan atau setelah hari pertama"))


def tomorrow() -> object:
    return clock.today() + timedelta(days=1)
