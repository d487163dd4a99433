"""The two forms of the public letter check: a code typed from paper, and a file to compare."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from approvals.letters import CODE_LENGTH, read_code
from portal.limits import LETTER


class CodeForm(forms.Form):
    kode = forms.CharField(
        label=_("Kode verifikasi"),
        help_text=_("Ada di bawah kode QR, %d huruf dan angka") % CODE_LENGTH,
        max_length=200,
        error_messages={
            "required": _("Tulis kode verifikasi"),
            "max_length": _("Kode verifikasi terdiri atas 26 huruf dan angka"),
        },
        widget=forms.TextInput(
            attrs={"class": "mono", "autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}
        ),
    )

    def clean_kode(self) -> str:
        return read_code(self.cleaned_data["kode"])


class FileForm(forms.Form):
    berkas = forms.FileField(
        label=_("Berkas surat"),
        help_text=_("PDF, paling besar 2 MB"),
        error_messages={
            "required": _("Pilih berkas PDF"),
            "empty": _("Berkas kosong. Pilih berkas PDF surat"),
            "invalid": _("Pilih berkas PDF"),
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_berkas(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["berkas"]
        if (file.size or 0) > LETTER:
            raise forms.ValidationError(_("Berkas lebih besar dari 2 MB"))
        return file
