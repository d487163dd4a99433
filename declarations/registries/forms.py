"""The file of a register, and one row typed by hand."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from declarations.questions import BY_CODE
from declarations.registries.columns import COLUMNS, FUNCTIONS
from portal.limits import IMPORT

_SOURCE_ERRORS = {"required": _("Tulis asal datanya, misalnya ekspor SPSE UKPBJ 3 November 2026")}


class UploadForm(forms.Form):
    berkas = forms.FileField(
        label=_("Berkas CSV atau XLSX"),
        help_text=_("Paling besar 25 MB dan 200.000 baris."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Pilih berkasnya"), "empty": _("Berkas kosong. Pilih berkas lain.")},
    )
    sumber = forms.CharField(label=_("Asal data"), max_length=150, error_messages=_SOURCE_ERRORS)
    lengkap = forms.BooleanField(
        label=_("Berkas ini daftar lengkap: baris yang tidak ada lagi di dalamnya diakhiri"), required=False
    )

    def clean_berkas(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["berkas"]
        if (file.size or 0) > IMPORT:
            raise forms.ValidationError(_("Berkas lebih besar dari 25 MB. Bagi menjadi beberapa berkas."))
        return file


class RowForm(forms.Form):
    """One row: the columns of the register, as texts that the reader of files understands."""

    sumber = forms.CharField(label=_("Asal data"), max_length=150, error_messages=_SOURCE_ERRORS)

    def __init__(self, registry: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for column in reversed(COLUMNS[registry]):
            label = str(column.heading).capitalize() if column.field not in ("nib", "npwp", "opd") else column.heading
            field = self._field(column.field)
            field.label, field.help_text, field.required = label, column.hint, column.needed
            field.error_messages["required"] = _("Isi kolom ini")
            self.fields = {column.field: field, **self.fields}

    @staticmethod
    def _field(name: str) -> forms.Field:
        if name in ("starts", "ends"):
            return forms.CharField(max_length=10, widget=forms.DateInput(attrs={"type": "date"}))
        if name == "function":
            duties = [(each.value, each.label) for each in BY_CODE[FUNCTIONS].options if each.value != "TIDAK_ADA"]
            return forms.ChoiceField(choices=[("", _("Semua fungsi")), *duties])
        return forms.CharField(max_length=200 if name == "detail" else 150)
