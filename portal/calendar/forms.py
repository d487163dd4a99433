"""Forms of the calendar: a free day, a Ramadan, the hours of a pattern, who follows it; each asks for the reason."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.calendar.changes import Hours
from portal.calendar.models import Holiday, HolidayKind, PatternCode, Ramadan, WorkPattern
from portal.dates import weekday_date
from portal.people.models import DECIDING, Opd, UnitKind

FIRST_YEAR, YEARS_AHEAD = 2025, 3
REASON_LEAST = 10
_BLOCKS = (("senin", (1, 2, 3, 4), _("Senin–Kamis")), ("jumat", (5,), _("Jumat")), ("sabtu", (6,), _("Sabtu")))


def years() -> range:
    """Return the years the calendar can be kept for."""
    return range(FIRST_YEAR, clock.today().year + YEARS_AHEAD + 1)


def _date(label: Any, *, missing: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w-tgl"}),
        error_messages={"required": missing, "invalid": _("Tulis tanggal seperti 24/12/2026")},
    )


class ReasonForm(forms.Form):
    """Why the calendar is changed; everybody who keeps it reads the reason."""

    alasan = forms.CharField(
        label=_("Alasan"),
        help_text=_("Misalnya nomor SKB atau surat edaran. Tampil di riwayat kalender."),
        min_length=REASON_LEAST,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Tulis alasan perubahan ini"),
            "min_length": _("Jelaskan alasan, sedikitnya %d karakter") % REASON_LEAST,
            "max_length": _("Alasan paling panjang 500 karakter"),
        },
    )


class HolidayForm(ReasonForm):
    tanggal = _date(_("Tanggal"), missing=_("Pilih tanggal hari libur"))
    nama = forms.CharField(
        label=_("Nama hari libur"),
        max_length=150,
        error_messages={"required": _("Tulis nama hari libur"), "max_length": _("Nama paling panjang 150 karakter")},
    )
    jenis = forms.ChoiceField(
        label=_("Jenis"),
        choices=HolidayKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis hari libur"), "invalid_choice": _("Pilih jenis hari libur")},
    )
    field_order = ["tanggal", "nama", "jenis", "alasan"]

    def clean_tanggal(self) -> date:
        day: date = self.cleaned_data["tanggal"]
        if day.year not in years():
            span = {"first": years()[0], "last": years()[-1]}
            raise forms.ValidationError(gettext("Pilih tanggal dari tahun %(first)d sampai %(last)d") % span)
        if day.weekday() >= 5:
            raise forms.ValidationError(gettext("%s sudah bukan hari kerja") % weekday_date(day))
        known = Holiday.objects.filter(day=day).first()
        if known is not None and known.removed_at is None:
            raise forms.ValidationError(gettext("Tanggal ini sudah libur: %s") % known.name)
        if known is not None:
            raise forms.ValidationError(
                gettext("Tanggal ini pernah dihapus (%s). Pulihkan dari daftarnya.") % known.name
            )
        return day


class RamadanForm(ReasonForm):
    mulai = _date(_("Hari pertama"), missing=_("Pilih hari pertama Ramadan"))
    sampai = _date(_("Hari terakhir"), missing=_("Pilih hari terakhir Ramadan"))
    field_order = ["mulai", "sampai", "alasan"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("mulai"), data.get("sampai")
        if first and last:
            if not 28 <= (last - first).days + 1 <= 31:
                self.add_error("sampai", gettext("Ramadan berlangsung 29 atau 30 hari. Periksa kedua tanggal."))
            elif Ramadan.objects.filter(starts__lte=last, ends__gte=first).exists():
                self.add_error("mulai", gettext("Tanggal ini bertabrakan dengan Ramadan lain yang sudah tercatat."))
        return data


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "w-tgl"}),
        error_messages={"invalid": _("Tulis jam seperti 07.30")},
    )


class HoursForm(ReasonForm):
    """The hours of a pattern from a day on: Monday to Thursday alike, Friday, Saturday; empty is a free day."""

    mulai = _date(_("Berlaku mulai"), missing=_("Pilih tanggal mulai berlaku"))

    def __init__(self, *args: Any, code: PatternCode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, weekdays, label in _BLOCKS:
            words = {
                "masuk": gettext("%s: masuk"),
                "istirahat": gettext("%s: istirahat mulai"),
                "kembali": gettext("%s: istirahat sampai"),
                "pulang": gettext("%s: pulang"),
            }
            for part, text in words.items():
                self.fields[f"{name}_{part}"] = _time(text % label)
            self._prefill(name, weekdays[0], code)
        self.order_fields(["mulai", *(name for name in self.fields if name not in ("mulai", "alasan")), "alasan"])

    def _prefill(self, name: str, weekday: int, code: PatternCode) -> None:
        row = WorkPattern.objects.filter(code=code).order_by("-starts").first()
        day = row.days.filter(weekday=weekday).first() if row else None
        if day:
            for part, value in zip(
                ("masuk", "istirahat", "kembali", "pulang"),
                (day.opens, day.break_starts, day.break_ends, day.closes),
                strict=True,
            ):
                self.fields[f"{name}_{part}"].initial = value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, _weekdays, label in _BLOCKS:
            opens, rest, back, closes = (data.get(f"{name}_{p}") for p in ("masuk", "istirahat", "kembali", "pulang"))
            if bool(opens) != bool(closes):
                part = "pulang" if opens else "masuk"
                self.add_error(
                    f"{name}_{part}", gettext("%s: isi jam masuk dan jam pulang, atau kosongkan keduanya") % label
                )
            elif bool(rest) != bool(back):
                part = "kembali" if rest else "istirahat"
                self.add_error(
                    f"{name}_{part}", gettext("%s: isi awal dan akhir istirahat, atau kosongkan keduanya") % label
                )
            elif not _in_order([each for each in (opens, rest, back, closes) if each]) or (rest and not opens):
                self.add_error(f"{name}_masuk", gettext("%s: urutannya masuk, istirahat, kembali, pulang") % label)
        if not self.errors and not self.hours():
            self.add_error("senin_masuk", gettext("Isi jam kerja sedikitnya untuk satu hari"))
        return data

    def hours(self) -> list[Hours]:
        """Return what was typed, a line for each weekday."""
        data = self.cleaned_data
        return [
            {
                "weekday": weekday,
                "opens": data[f"{name}_masuk"],
                "closes": data[f"{name}_pulang"],
                "break_starts": data.get(f"{name}_istirahat"),
                "break_ends": data.get(f"{name}_kembali"),
            }
            for name, weekdays, _label in _BLOCKS
            for weekday in weekdays
            if data.get(f"{name}_masuk")
        ]


def _in_order(times: list[time]) -> bool:
    return all(first < second for first, second in zip(times, times[1:], strict=False))


def _targets() -> list[tuple[str, Any]]:
    kinds = [UnitKind.SEKOLAH, UnitKind.PUSKESMAS, UnitKind.RSUD, UnitKind.KECAMATAN]
    units = Opd.objects.filter(kind__in=DECIDING, is_active=True).order_by("name").values_list("pk", "name")
    return [
        ("", gettext("Pilih")),
        (gettext("Jenis unit"), [(f"jenis:{kind.value}", gettext("Semua unit: %s") % kind.label) for kind in kinds]),
        (gettext("Perangkat daerah"), [(f"unit:{pk}", name) for pk, name in units]),
    ]


class UseForm(ReasonForm):
    untuk = forms.ChoiceField(
        label=_("Untuk"),
        choices=lazy(_targets, list),
        error_messages={"required": _("Pilih unit"), "invalid_choice": _("Pilih unit dari daftar")},
    )
    pola = forms.ChoiceField(
        label=_("Pola kerja"),
        choices=[(code.value, code.label) for code in PatternCode if not code.value.endswith("RAMADAN")],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih pola kerja"), "invalid_choice": _("Pilih pola kerja")},
    )
    field_order = ["untuk", "pola", "alasan"]

    def target(self) -> Opd | str:
        """Return the unit, or the kind of unit, that was chosen."""
        what, _colon, value = self.cleaned_data["untuk"].partition(":")
        return Opd.objects.get(pk=value) if what == "unit" else str(value)
