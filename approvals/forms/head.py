"""The head's decision: four outcomes, nothing preselected, fields of other outcomes ignored."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import Outcome
from approvals.verdicts import REASON_MIN, Mark, Verdict
from declarations.questions import PARTS

OUTCOMES = [
    (Outcome.ENDORSED, _("Setujui"), _("Diteruskan ke tahap berikutnya")),
    (Outcome.ENDORSED_NOTE, _("Setujui dengan catatan"), _("Catatan dibaca ASN dan BKPSDM")),
    (Outcome.RETURNED, _("Kembalikan untuk diperbaiki"), _("ASN memperbaiki lalu mengirim ulang kepada Bapak/Ibu")),
    (
        Outcome.OBJECTED,
        _("Tidak setuju"),
        _("Diteruskan ke BKPSDM beserta alasan Bapak/Ibu; BKPSDM yang memutuskan akhir"),
    ),
]
REASONS = [
    ("tugas", _("Mengganggu tugas")),
    ("aturan", _("Bertentangan dengan aturan")),
    ("risiko", _("Berisiko bagi OPD")),
    ("lainnya", _("Lainnya")),
]
_NO_CONTROL = str.maketrans({chr(code): None for code in [*range(9), 11, 12, *range(14, 32), 127]})


class HeadDecisionForm(forms.Form):
    """Field names follow the prototype: keputusan, catatan, bagian, penjelasan, alasan, alasan_isi."""

    keputusan = forms.ChoiceField(
        choices=[(value, label) for value, label, _hint in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih keputusan Anda"), "invalid_choice": _("Pilih keputusan Anda")},
    )
    catatan = forms.CharField(required=False, max_length=500)
    bagian = forms.MultipleChoiceField(required=False, choices=list(PARTS.items()))
    penjelasan = forms.CharField(required=False, max_length=2000)
    alasan = forms.ChoiceField(required=False, choices=[("", ""), *REASONS])
    alasan_isi = forms.CharField(required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in PARTS:
            self.fields[f"catatan_{part}"] = forms.CharField(required=False, max_length=500)

    def parts(self) -> list[tuple[str, Any, bool, forms.BoundField]]:
        """Return each part that can be marked: key, word, whether marked, the field of its note."""
        marked = self["bagian"].value() or []
        return [(key, label, key in marked, self[f"catatan_{key}"]) for key, label in PARTS.items()]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in ("catatan", "penjelasan", "alasan_isi", *(f"catatan_{part}" for part in PARTS)):
            data[name] = str(data.get(name) or "").translate(_NO_CONTROL).strip()
        outcome = data.get("keputusan")
        if outcome == Outcome.ENDORSED_NOTE and not data["catatan"]:
            self._once("catatan", _("Tulis catatan Anda"))
        if outcome == Outcome.RETURNED:
            if not data.get("bagian"):
                self._once("bagian", _("Pilih bagian yang perlu diperbaiki"))
            if not data["penjelasan"]:
                self._once("penjelasan", _("Tulis penjelasan agar ASN tahu yang harus diubah"))
        if outcome == Outcome.OBJECTED:
            if not data.get("alasan"):
                self._once("alasan", _("Pilih alasan"))
            if len(data["alasan_isi"]) < REASON_MIN:
                self._once("alasan_isi", _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN)
        return data

    def _once(self, field: str, sentence: Any) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)

    def verdict(self) -> Verdict:
        """Return the decision as a value; only what belongs to the chosen outcome is taken."""
        data = self.cleaned_data
        outcome = Outcome(data["keputusan"])
        if outcome == Outcome.ENDORSED_NOTE:
            return Verdict(outcome, reason=data["catatan"])
        if outcome == Outcome.RETURNED:
            marks = tuple(Mark(part, data.get(f"catatan_{part}") or "") for part in data["bagian"])
            return Verdict(outcome, reason=data["penjelasan"], marks=marks)
        if outcome == Outcome.OBJECTED:
            return Verdict(outcome, reason=data["alasan_isi"], reason_code=data["alasan"])
        return Verdict(outcome)


class PaperForm(HeadDecisionForm):
    """What a reviewer reads from a signed sheet: the decision, and the day of the signature."""

    tanggal = forms.DateField(
        label=_("Tanggal ditandatangani"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w-tgl"}),
        error_messages={
            "required": _("Isi tanggal ditandatangani"),
            "invalid": _("Tulis tanggal seperti 24/12/2026"),
        },
    )
    berkas = forms.FileField(label=_("Foto atau pindaian lembar"), required=False)  # the store checks what came


class ByHandForm(forms.Form):
    """The way without a link: number and code typed from the mail."""

    nomor = forms.CharField(
        label=_("Nomor deklarasi"),
        max_length=40,
        error_messages={"required": _("Tulis nomor deklarasi, misalnya DK-2611-00482-7")},
    )
    kode = forms.CharField(
        label=_("Kode dari email"),
        help_text=_("8 angka, boleh pakai tanda hubung"),
        max_length=20,
        error_messages={"required": _("Tulis 8 angka kode")},
    )
