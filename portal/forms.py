"""The self-check before login: five questions, nothing stored."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

YES, NO, UNSURE = "ya", "tidak", "tidak_yakin"


def _radios(label: Any, options: list[tuple[str, Any]], *, error: Any, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=options,
        help_text=hint,
        widget=forms.RadioSelect,
        error_messages={"required": error, "invalid_choice": error},
    )


class SelfCheckForm(forms.Form):
    """What the content is, whether something in it is barred, when it is made, who pays, what ties it to the office."""

    kind = _radios(
        _("Apa isi utama konten Anda?"),
        [
            ("edukatif", _("Mengajarkan atau berbagi pengetahuan (edukatif)")),
            ("informatif", _("Menyampaikan informasi (informatif)")),
            ("inspiratif", _("Memberi semangat atau teladan (inspiratif)")),
            ("lainnya", _("Hiburan, ulasan, jualan, atau lainnya")),
        ],
        hint=_("Pilih yang paling dekat"),
        error=_("Pilih isi utama konten Anda"),
    )
    barred = _radios(
        _("Apakah yang Anda buat, bagikan, atau komentari memuat salah satu dari yang dilarang?"),
        [(YES, _("Ya")), (NO, _("Tidak")), (UNSURE, _("Tidak yakin"))],
        error=_("Pilih salah satu jawaban untuk pertanyaan 2"),
    )
    hours = _radios(
        _("Kapan Anda membuat dan mengunggahnya?"),
        [
            ("di_luar", _("Selalu di luar jam kerja")),
            ("kadang", _("Kadang pada jam kerja")),
            ("tugas", _("Bagian dari tugas saya")),
        ],
        hint=_("Jam kerja mengikuti ketentuan OPD Anda"),
        error=_("Pilih kapan Anda membuat konten"),
    )
    benefit = _radios(
        _("Apakah Anda menerima uang, barang, atau keuntungan dari konten itu?"),
        [(YES, _("Ya")), ("rencana", _("Belum, tetapi berencana")), (NO, _("Tidak"))],
        hint=_("Termasuk iklan dari platform, endorse, hadiah penonton, dan produk gratis"),
        error=_("Pilih salah satu jawaban untuk pertanyaan 4"),
    )
    office = _radios(
        _("Apakah konten atau pemberi keuntungan itu berkaitan dengan jabatan atau OPD Anda?"),
        [(YES, _("Ya")), (NO, _("Tidak")), (UNSURE, _("Tidak yakin"))],
        hint=_("Misalnya penyedia, pemohon izin, atau pihak yang Anda awasi"),
        error=_("Pilih salah satu jawaban untuk pertanyaan 5"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # stands below the legend like a hint, so it is read out with the question
        self.fields["barred"].help_text = _(
            "Yang dilarang: ujaran kebencian, provokasi, atau fitnah; pornografi atau hal yang melanggar kesusilaan; "
            "dukungan atau penolakan terhadap partai atau calon; merendahkan pemerintah, pimpinan, instansi, atau "
            "sesama ASN. Membagikan ulang dan berkomentar juga dihitung."
        )
