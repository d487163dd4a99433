"""The partners of a channel (E3): rows that can be added without JavaScript, up to twenty."""

import re
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations.forms.fields import DayField, TidyField
from declarations.questions import BY_CODE

MAX_PARTNERS = 20
_FORMS = [("", gettext_lazy("Pilih bentuk")), *((option.value, option.label) for option in BY_CODE["E2"].options)]


class PartnerForm(forms.Form):
    """One partner; an empty row counts as none."""

    use_required_attribute = False
    name = TidyField(label=gettext_lazy("Nama pihak"), limit=150)
    form = forms.ChoiceField(
        label=gettext_lazy("Bentuk kerja sama"),
        choices=_FORMS,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Pilih bentuk kerja sama dari daftar")},
    )
    sector = TidyField(label=gettext_lazy("Bidang usaha"), limit=150, help_text=gettext_lazy("Misalnya: kuliner"))
    nib = TidyField(label=gettext_lazy("NIB (opsional)"), limit=30, help_text=gettext_lazy("13 angka, bila diketahui"))
    starts = DayField(label=gettext_lazy("Mulai (opsional)"), limit=40, help_text=gettext_lazy("Contoh: 3-11-2026"))
    ends = DayField(label=gettext_lazy("Sampai (opsional)"), limit=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("nib", "starts", "ends"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
            self.fields[name].widget.attrs["class"] = "w-tgl"

    def clean_nib(self) -> str:
        nib = re.sub(r"[\s.-]", "", self.cleaned_data["nib"])
        if nib and not re.fullmatch(r"\d{13}", nib, re.ASCII):
            raise ValidationError(_("NIB terdiri atas 13 angka. Kosongkan bila tidak diketahui"))
        return nib

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        filled = any(cleaned.get(name) for name in self.fields if name != "name") or self.errors
        if filled and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Tulis nama pihak yang memberi"))
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("Tanggal sampai harus sesudah tanggal mulai"))
        return cleaned


class Partners(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows of partners; the number of rows comes with the form, never more than twenty."""

    def values(self) -> list[dict[str, str]]:
        """Return the partners that have a name."""
        keys = ("name", "form", "sector", "nib", "starts", "ends")
        rows = [getattr(form, "cleaned_data", {}) for form in self.forms]
        return [{key: row.get(key) or "" for key in keys} for row in rows if row.get("name")]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "use_required_attribute": False}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


PartnerSet = forms.formset_factory(
    PartnerForm, formset=Partners, extra=0, max_num=MAX_PARTNERS, absolute_max=MAX_PARTNERS, validate_max=False
)


def partner_set(data: Mapping[str, Any] | None, stored: list[dict[str, str]], *, more: int = 0) -> Partners:
    """Return the rows typed (with `more` empty ones added), or the stored ones with at least one empty row."""
    if data is None:
        return PartnerSet(initial=stored or [{}], prefix="E3")  # type: ignore[return-value]
    copied = {key: data.get(key) for key in data if key.startswith("E3-")}
    copied["E3-TOTAL_FORMS"] = str(min(_rows(data) + more, MAX_PARTNERS))
    copied["E3-INITIAL_FORMS"] = "0"
    return PartnerSet(copied, prefix="E3")  # type: ignore[return-value]


def _rows(data: Mapping[str, Any]) -> int:
    """Return how many rows were sent; a missing or false number is no reason to fail."""
    text = str(data.get("E3-TOTAL_FORMS") or "")
    number = int(text) if re.fullmatch(r"\d{1,3}", text, re.ASCII) else 1
    return max(1, min(number, MAX_PARTNERS))
