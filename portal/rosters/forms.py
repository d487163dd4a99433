"""The file of the roster, and which of its columns holds what."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.limits import IMPORT


class UploadForm(forms.Form):
    berkas = forms.FileField(
        label=_("Berkas CSV atau XLSX"),
        help_text=_("Ekspor SIASN atau daftar SIMPEG. Paling besar 25 MB dan 200.000 baris."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Pilih berkas"), "empty": _("Berkas kosong. Pilih berkas lain.")},
    )
    lengkap = forms.BooleanField(
        label=_("Berkas ini daftar lengkap: sebutkan pegawai yang tidak ada di dalamnya (mereka tidak diubah)"),
        required=False,
    )

    def clean_berkas(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["berkas"]
        if (file.size or 0) > IMPORT:
            raise forms.ValidationError(_("Berkas lebih besar dari 25 MB. Bagi menjadi beberapa berkas."))
        return file
