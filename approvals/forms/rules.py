"""The next version of a rule, the reading of the commercial clause, a legal basis."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.models import LegalBasis, RuleText
from approvals.models.rules import ConflictSource
from approvals.rulebook import Draft
from approvals.screening.terms import BRANCHES, LIMITS
from declarations.models import PolicyMode
from portal import clock

_SEVERITIES = [
    ("block", _("Tinggi")),
    ("warn", _("Perlu perhatian")),
    ("info", _("Info")),
]
_TOO_SHORT = _("Tulis alasan perubahan, sedikitnya 20 karakter")


def _day() -> forms.DateField:
    return forms.DateField(
        label=_("Berlaku mulai"),
        help_text=_("Paling cepat besok"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Isi tanggal mulai berlaku"), "invalid": _("Tulis tanggal seperti 31-12-2026")},
    )


def _why() -> forms.CharField:
    return forms.CharField(
        label=_("Alasan perubahan"),
        min_length=20,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _TOO_SHORT, "min_length": _TOO_SHORT},
    )


class RuleForm(forms.Form):
    """Severities of each branch, thresholds, texts, source, bases, day and reason of one rule."""

    def __init__(self, rule: RuleText, *args: Any, **options: Any) -> None:
        self.rule = rule
        options.setdefault("initial", self._initial(rule))
        super().__init__(*args, **options)
        for base, when in BRANCHES.get(rule.code, {}).items():
            label = gettext("Tingkat %s") % when
            self.fields[f"level_{base.value}"] = forms.ChoiceField(label=label, choices=_SEVERITIES)
        for name, limit in LIMITS.get(rule.code, {}).items():
            hint = gettext("%(least)d sampai %(most)d %(unit)s") % {
                "least": limit.least,
                "most": limit.most,
                "unit": limit.unit,
            }
            self.fields[f"limit_{name}"] = forms.IntegerField(
                label=limit.label, min_value=limit.least, max_value=limit.most, help_text=hint
            )
        self.fields["active"] = forms.BooleanField(label=_("Aturan ini dipakai"), required=False)
        self.fields["reason"] = forms.CharField(
            label=_("Alasan yang dibaca peninjau dan pejabat"),
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_("{mitra}, {opd} dan tanda sejenis diisi otomatis; biarkan seperti adanya."),
        )
        self.fields["topic"] = forms.CharField(label=_("Topik yang disebut kepada ASN"), max_length=150)
        sources = [("", _("Tidak berkaitan dengan benturan kepentingan")), *ConflictSource.choices]
        self.fields["source"] = forms.ChoiceField(label=_("Sumber benturan"), choices=sources, required=False)
        self.fields["bases"] = forms.ModelMultipleChoiceField(
            label=_("Dasar hukum"),
            queryset=LegalBasis.objects.all(),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.fields["effective_from"] = _day()
        self.fields["note"] = _why()

    @staticmethod
    def _initial(rule: RuleText) -> dict[str, Any]:
        return {
            "active": rule.active,
            "reason": rule.reason,
            "topic": rule.topic,
            "source": rule.source,
            "bases": [basis.pk for basis in rule.bases.all()],
            "effective_from": clock.today() + timedelta(days=1),
            **{f"level_{base}": level for base, level in rule.levels.items()},
            **{f"limit_{name}": value for name, value in rule.limits.items()},
        }

    def draft(self) -> Draft:
        """Return the typed version; only of a valid form."""
        data = self.cleaned_data
        return Draft(
            reason=data["reason"].strip(),
            topic=data["topic"].strip(),
            levels={key.removeprefix("level_"): value for key, value in data.items() if key.startswith("level_")},
            limits={key.removeprefix("limit_"): value for key, value in data.items() if key.startswith("limit_")},
            source=data["source"],
            active=data["active"],
            bases=tuple(basis.pk for basis in data["bases"]),
            effective_from=data["effective_from"],
            note=data["note"].strip(),
        )


class PolicyForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Unsur komersial dibaca"),
        choices=PolicyMode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih salah satu")},
    )
    effective_from = _day()
    note = _why()


class BasisForm(forms.Form):
    instrument = forms.CharField(
        label=_("Peraturan"), max_length=200, error_messages={"required": _("Tulis nama peraturannya")}
    )
    clause = forms.CharField(label=_("Pasal atau ayat"), max_length=80, required=False)
    summary = forms.CharField(
        label=_("Isi singkat"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    verified = forms.BooleanField(label=_("Saya sudah membandingkannya dengan naskah resmi"), required=False)
