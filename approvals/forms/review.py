"""The decision of BKPSDM and of the Inspektorat: nothing preselected, fields of other outcomes ignored."""

import unicodedata
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.casework.comments import carried
from approvals.casework.models import ReasonText
from approvals.casework.reasons import choices
from approvals.models import ControlMeasure, Outcome, Stage, Step
from approvals.verdicts import APPROVALS, REASON_MIN, Exclusion, Mark, NewCondition, Verdict
from approvals.workflow import last_valid_day
from declarations.answers import read_items
from declarations.questions import PARTS
from portal import clock

MOST_CONDITIONS = 20
_HINTS = {
    Outcome.APPROVED: (gettext_lazy("Setujui"), gettext_lazy("Surat berlaku paling lama 12 bulan")),
    Outcome.APPROVED_CONDITIONS: (
        gettext_lazy("Setujui dengan syarat"),
        gettext_lazy("Syarat menjadi daftar tugas ASN"),
    ),
    Outcome.RETURNED: (gettext_lazy("Minta perbaikan"), gettext_lazy("Kembali ke ASN, 7 hari kerja")),
    Outcome.REJECTED: (gettext_lazy("Tidak disetujui"), gettext_lazy("ASN dapat mengajukan keberatan")),
    Outcome.FORWARDED: (gettext_lazy("Teruskan ke Inspektorat"), gettext_lazy("Minta pendapat sebelum memutus")),
    Outcome.OPINION: (gettext_lazy("Berikan pendapat"), gettext_lazy("Kembali ke BKPSDM, yang memutus")),
}
# What the last button says: the act itself.
ACTS = {
    Outcome.APPROVED: gettext_lazy("Setujui dan kirim"),
    Outcome.APPROVED_CONDITIONS: gettext_lazy("Setujui dengan syarat dan kirim"),
    Outcome.RETURNED: gettext_lazy("Minta perbaikan dan kirim"),
    Outcome.REJECTED: gettext_lazy("Nyatakan tidak disetujui dan kirim"),
    Outcome.FORWARDED: gettext_lazy("Teruskan ke Inspektorat"),
    Outcome.OPINION: gettext_lazy("Kirim pendapat ke BKPSDM"),
}
_RESULTS = (Outcome.APPROVED, Outcome.APPROVED_CONDITIONS, Outcome.RETURNED, Outcome.REJECTED)
_DAY_FORMS = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d")


def clean_text(text: str) -> str:
    """Return the text in NFC without control and direction marks; line breaks stay."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    return "".join(char for char in lines if char == "\n" or unicodedata.category(char)[0] != "C").strip()


def _day_in(text: str) -> date | None:
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def outcomes_for(step: Step) -> tuple[Outcome, ...]:
    """Return what can be decided at this step, in the order of the form."""
    if step.stage == Stage.REVIEW:
        return (*_RESULTS, Outcome.FORWARDED)
    if step.stage == Stage.OBJECTION:
        return (Outcome.APPROVED, Outcome.APPROVED_CONDITIONS, Outcome.REJECTED)
    decides = step.stage == Stage.INSPECTORATE and step.inspectorate_decides
    return _RESULTS if decides else (Outcome.OPINION,)


def hint_of(step: Step, outcome: Outcome) -> tuple[str, str]:
    """Return label and hint of an outcome at this step."""
    if outcome == Outcome.FORWARDED and step.second_reviewer:
        return _("Minta pendapat peninjau kedua"), _("Petugas BKPSDM lain memberi pendapat sebelum diputus")
    if outcome == Outcome.REJECTED and step.stage == Stage.OBJECTION:
        return _("Tetap tidak disetujui"), _("Keputusan akhir; semua yang pernah memutus diberi tahu")
    label, hint = _HINTS[outcome]
    return str(label), str(hint)


def act_of(step: Step, outcome: Outcome) -> str:
    """Return what the last button says."""
    if outcome == Outcome.FORWARDED and step.second_reviewer:
        return _("Minta pendapat peninjau kedua")
    return str(ACTS[outcome])


class ReviewForm(forms.Form):
    """Field names follow the prototype: keputusan, syarat, syarat_lain, batas_syarat, bagian, sampai, alasan."""

    keputusan = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Pilih keputusan"), "invalid_choice": gettext_lazy("Pilih keputusan")},
    )
    syarat = forms.MultipleChoiceField(required=False)
    syarat_lain = forms.CharField(required=False, max_length=4000)
    batas_syarat = forms.CharField(required=False, max_length=20)
    bagian = forms.MultipleChoiceField(required=False, choices=list(PARTS.items()))
    sampai = forms.CharField(required=False, max_length=20)
    keluarkan = forms.MultipleChoiceField(required=False)
    alasan = forms.CharField(
        required=False,
        max_length=2000,
        error_messages={"max_length": gettext_lazy("Alasan paling banyak 2.000 karakter")},
    )

    def __init__(self, step: Step, *args: Any, **kwargs: Any) -> None:
        if not args and "initial" not in kwargs:
            first = {"sampai": f"{last_valid_day(step.declaration):%d-%m-%Y}", **carried(step.declaration)}
            kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.step = step
        labels = [(outcome.value, *hint_of(step, outcome)) for outcome in outcomes_for(step)]
        self.options = labels
        self.chooser("keputusan").choices = [(value, label) for value, label, _hint in labels]
        self.chooser("syarat").choices = lambda: [(code, measure.text) for code, measure in self.measures.items()]
        self.explained = self._findings()
        self.markable = {**PARTS, **self.explained}
        self.chooser("bagian").choices = list(self.markable.items())
        for part in self.markable:
            self.fields[f"catatan_{part}"] = forms.CharField(required=False, max_length=500)
        self._add_channels()

    @cached_property
    def measures(self) -> dict[str, ControlMeasure]:
        """The catalogue of control measures by code; a decision without conditions does not ask for it."""
        return {measure.code: measure for measure in ControlMeasure.objects.filter(active=True)}

    @cached_property
    def examples(self) -> list[tuple[str, list[ReasonText]]]:
        """The ready reasons for what can be decided here; only a form that is shown asks for them."""
        return choices(frozenset(value for value, _label, _hint in self.options))

    def _findings(self) -> dict[str, str]:
        """Return the findings that the declarant can be asked to explain, as codes with their words."""
        found = [each for each in self.step.snapshot.findings.all() if each.relevant is not False]
        return {each.code: _("Penjelasan: %s") % each.topic for each in sorted(found, key=lambda each: each.code)}

    def _add_channels(self) -> None:
        """One box and one reason per channel, where leaving one out leaves another in."""
        found = [item for item in read_items(self.step.declaration) if not item.excluded]
        may = any(outcome in APPROVALS for outcome in outcomes_for(self.step))
        self.items = {str(item.pk): item for item in found} if may and len(found) > 1 else {}
        self.chooser("keluarkan").choices = [(key, str(item.channel)) for key, item in self.items.items()]
        for key in self.items:
            self.fields[f"alasan_kanal_{key}"] = forms.CharField(required=False, max_length=2000)

    def chooser(self, name: str) -> forms.ChoiceField:
        """Return a field that has choices, as such."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def parts(self) -> list[tuple[str, Any, bool, forms.BoundField]]:
        """Return each part of the form that can be marked: key, word, whether marked, the field of its note."""
        marked = self["bagian"].value() or []
        return [(key, label, key in marked, self[f"catatan_{key}"]) for key, label in self.markable.items()]

    def channels(self) -> list[tuple[str, Any, bool, forms.BoundField]]:
        """Return each channel that can be left out: key, name, whether ticked, the field of the reason."""
        out = self["keluarkan"].value() or []
        return [(key, item.channel, key in out, self[f"alasan_kanal_{key}"]) for key, item in self.items.items()]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name, value in data.items():
            if isinstance(value, str):
                data[name] = clean_text(value)
        outcome = data.get("keputusan")
        if outcome in (Outcome.APPROVED, Outcome.APPROVED_CONDITIONS):
            self._clean_validity(data)
            self._clean_exclusions(data)
        if outcome == Outcome.APPROVED_CONDITIONS:
            self._clean_conditions(data)
        if outcome == Outcome.RETURNED:
            self._clean_marks(data)
        if outcome == Outcome.APPROVED_CONDITIONS and not data.get("alasan"):
            self._once("alasan", _("Tulis alasan yang akan dibaca ASN"))
        if outcome in (Outcome.REJECTED, Outcome.OPINION) and len(data.get("alasan") or "") < REASON_MIN:
            self._once("alasan", _("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN)
        return data

    def _clean_validity(self, data: dict[str, Any]) -> None:
        until = self._day(data, "sampai")
        today = clock.today()
        if until and until <= today:
            self._once("sampai", _("Tanggal berlaku harus setelah hari ini"))
        if until and until > last_valid_day(self.step.declaration):
            self._once("sampai", _("Masa berlaku paling lama 12 bulan"))

    def _clean_conditions(self, data: dict[str, Any]) -> None:
        own = [line.strip() for line in data.get("syarat_lain", "").split("\n") if line.strip()]
        data["syarat_lain"] = own
        chosen = data.get("syarat") or []
        if not (chosen or own) and "syarat" not in self.errors:
            self._once("syarat", _("Tambahkan sedikitnya satu syarat"))
        if any(len(line) > 500 for line in own):
            self._once("syarat_lain", _("Satu syarat paling banyak 500 karakter"))
        if len(chosen) + len(own) > MOST_CONDITIONS:
            self._once("syarat_lain", _("Paling banyak %d syarat") % MOST_CONDITIONS)
        due = self._day(data, "batas_syarat")
        if due and due <= clock.today():
            self._once("batas_syarat", _("Batas syarat harus setelah hari ini"))
        if due is None and any(self.measures[code].needs_proof for code in chosen):
            self._once("batas_syarat", _("Tulis sampai kapan bukti ditunggu"))

    def _clean_exclusions(self, data: dict[str, Any]) -> None:
        out = data.get("keluarkan") or []
        for key in out:
            if len(data.get(f"alasan_kanal_{key}") or "") < REASON_MIN:
                sentence = _("Jelaskan mengapa kanal dikeluarkan, sedikitnya %d karakter") % REASON_MIN
                self._once(f"alasan_kanal_{key}", sentence)
        if out and len(out) == len(self.items):
            sentence = _("Semua kanal dikeluarkan, jadi tidak ada yang disetujui. Pilih “Tidak disetujui”.")
            self._once("keluarkan", sentence)

    def _clean_marks(self, data: dict[str, Any]) -> None:
        if not data.get("bagian"):
            self._once("bagian", _("Pilih bagian yang perlu diperbaiki"))
        for part in data.get("bagian") or ():
            if not data.get(f"catatan_{part}"):
                self._once(f"catatan_{part}", _("Tulis apa yang perlu diperbaiki pada bagian %s") % self.markable[part])

    def _day(self, data: dict[str, Any], name: str) -> date | None:
        text = data.get(name) or ""
        day = _day_in(text)
        data[name] = day
        if text and day is None:
            self._once(name, _("Tulis tanggal seperti 23-11-2027"))
        return day

    def _once(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)

    def verdict(self) -> Verdict:
        """Return the decision as a value; only what belongs to the chosen outcome is taken."""
        data = self.cleaned_data
        outcome = Outcome(data["keputusan"])
        reason = data.get("alasan", "")
        if outcome == Outcome.RETURNED:
            marks = tuple(Mark(part, data[f"catatan_{part}"], self.explained.get(part, "")) for part in data["bagian"])
            return Verdict(outcome, reason=reason, marks=marks)
        if outcome == Outcome.APPROVED:
            return Verdict(outcome, reason=reason, valid_until=data["sampai"], exclusions=self._exclusions(data))
        if outcome == Outcome.APPROVED_CONDITIONS:
            return Verdict(
                outcome,
                reason=reason,
                conditions=self._conditions(data),
                valid_until=data["sampai"],
                exclusions=self._exclusions(data),
            )
        return Verdict(outcome, reason=reason)

    def _exclusions(self, data: dict[str, Any]) -> tuple[Exclusion, ...]:
        return tuple(Exclusion(int(key), data[f"alasan_kanal_{key}"]) for key in data.get("keluarkan") or ())

    def _conditions(self, data: dict[str, Any]) -> tuple[NewCondition, ...]:
        due = data["batas_syarat"]
        chosen = [self.measures[code] for code in data["syarat"]]
        return (
            *(NewCondition(each.text, each.code, due, each.needs_proof) for each in chosen),
            *(NewCondition(line, due_on=due) for line in data["syarat_lain"]),
        )
