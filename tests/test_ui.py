"""Dates in words, NIP groups, tags, query strings, and the field templates."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.utils import translation

from portal.templatetags import ui
from portal.templatetags.fields import error_links

NOON = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)  # 14.05 WIB


def show(source: str, **values: object) -> str:
    return Template(source).render(Context(values)).strip()


def test_dates_are_written_in_indonesian() -> None:
    assert ui.tanggal(date(2025, 11, 3)) == "3 November 2025"
    assert ui.tanggal_hari(date(2025, 11, 3)) == "Senin, 3 November 2025"
    assert ui.tanggal_pendek(date(2026, 8, 7)) == "7 Agu 2026"
    assert ui.waktu(NOON) == "24 November 2026 pukul 14.05 WIB"
    assert ui.waktu_pendek(NOON) == "Selasa, 24 Nov 2026, 14.05 WIB"
    assert ui.iso(NOON) == "2026-11-24T14:05:00+07:00"


def test_dates_follow_the_language() -> None:
    with translation.override("en"):
        assert ui.tanggal_hari(date(2025, 10, 3)) == "Friday, 3 October 2025"
        assert ui.waktu(NOON) == "24 November 2026 at 14:05 WIB"


def test_a_moment_late_in_the_evening_of_utc_is_the_next_day_here() -> None:
    assert ui.tanggal(datetime(2026, 12, 31, 18, 0, tzinfo=UTC)) == "1 Januari 2027"


def test_nothing_is_written_without_a_date() -> None:
    assert [f(None) for f in (ui.tanggal, ui.tanggal_hari, ui.tanggal_pendek, ui.waktu, ui.lalu, ui.iso)] == [""] * 6


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(seconds=20), "baru saja"),
        (timedelta(minutes=5), "5 menit lalu"),
        (timedelta(hours=2), "2 jam lalu"),
        (timedelta(days=1), "kemarin"),
        (timedelta(hours=15), "kemarin"),
        (timedelta(days=4), "4 hari lalu"),
        (-timedelta(days=1), "besok"),
        (-timedelta(days=14), "14 hari lagi"),
        (-timedelta(minutes=10), "10 menit lagi"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_relative_times(back: timedelta, words: str) -> None:
    assert ui.lalu(NOON - back) == words


@time_machine.travel(NOON, tick=False)
def test_a_day_is_compared_by_the_calendar() -> None:
    assert ui.lalu(date(2026, 11, 24)) == "hari ini"
    assert ui.lalu(date(2026, 11, 20)) == "4 hari lalu"


def test_the_nip_is_grouped_so_that_a_copy_holds_plain_digits() -> None:
    html = ui.nip("198504122010012901")
    assert html == '<span class="num">19850412<i>201001</i><i>2</i><i>901</i></span>'
    assert ui.nip("<b>") == '<span class="num">&lt;b&gt;</span>'
    assert ui.nip_masked("198504122010012901") == "1985•••••••••••901"
    assert ui.nip_masked("123") == "•••"
    assert ui.nip_masked(None) == ""


def test_a_status_is_symbol_and_word_with_its_code() -> None:
    html = show('{% status_tag status="approved" label="Disetujui dengan syarat" conditions=True %}')
    assert 'data-status="approved" data-syarat' in html
    assert "<svg" in html
    assert "Disetujui dengan syarat" in html


def test_the_level_of_a_finding_is_symbol_and_word() -> None:
    assert "Tinggi (2)" in show('{% finding_tag "block" 2 %}')
    assert "Perlu perhatian" in show('{% finding_tag "warn" %}')


def test_query_strings_keep_what_they_do_not_change() -> None:
    request = HttpRequest()
    request.GET = request.GET.copy()
    request.GET.setlist("status", ["a", "b"])
    request.GET["hal"] = "3"
    context = Context({"request": request})
    assert ui.query(context, hal=4) == "?status=a&status=b&hal=4"
    assert ui.query(context, status=None) == "?hal=3"
    assert ui.query(Context({})) == "?"


def test_pages_are_listed_with_gaps() -> None:
    pages = Paginator(range(180), 10)
    assert ui.page_numbers(pages, 1) == [1, 2, 0, 18]
    assert ui.page_numbers(pages, 9) == [1, 0, 8, 9, 10, 0, 18]


class Sample(forms.Form):
    name = forms.CharField(label="Nama", help_text="Sesuai SK", error_messages={"required": "Tulis nama"})
    side = forms.ChoiceField(
        label="Pilihan",
        choices=[("a", "Satu"), ("b", "Dua")],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih"},
    )
    why = forms.CharField(label="Alasan", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="Setuju", error_messages={"required": "Centang"})

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["side"].widget.hints = {"a": "Petunjuk satu"}  # type: ignore[attr-defined]
        self.fields["side"].widget.reveals = {"b": ["why"]}  # type: ignore[attr-defined]

    def clean(self) -> None:
        if not self.cleaned_data.get("name"):
            raise forms.ValidationError("Isi dulu")


def test_hint_and_error_stand_between_label_and_control() -> None:
    html = show("{% load crispy_forms_filters %}{{ form|crispy }}", form=Sample({}))
    order = ['for="id_name"', 'id="id_name_bantuan"', 'id="id_name_galat"', '<input type="text"']
    assert [html.index(part) for part in order] == sorted(html.index(part) for part in order)
    assert 'aria-describedby="id_name_bantuan id_name_galat"' in html
    assert 'aria-invalid="true"' in html
    assert "required" not in html
    assert "asterisk" not in html
    assert html.count("Kesalahan: ") == 3


def test_a_choice_shows_its_hint_and_holds_the_fields_it_reveals_once() -> None:
    html = show("{% load crispy_forms_filters %}{{ form|crispy }}", form=Sample())
    assert '<span class="form-text">Petunjuk satu</span>' in html
    assert html.count('name="why"') == 1
    assert html.index('class="reveal"') < html.index('name="why"')


def test_the_error_summary_links_to_the_first_control_of_each_field() -> None:
    assert error_links(Sample({})) == [
        ("", "Isi dulu"),
        ("id_name", "Tulis nama"),
        ("id_side_0", "Pilih"),
        ("id_agree", "Centang"),
    ]
    assert error_links([Sample({"name": "x", "side": "a", "agree": "on"}), Sample()]) == []


def test_a_whole_crispy_form_is_not_checked_by_the_browser() -> None:
    form = Sample()
    form.helper = FormHelper()  # type: ignore[attr-defined]
    html = render_crispy_form(form)
    assert "novalidate" in html
    assert 'action="#ada-kesalahan"' in html


def test_typed_markup_comes_back_as_text() -> None:
    html = show("{% load crispy_forms_filters %}{{ form|crispy }}", form=Sample({"name": '"><script>x</script>'}))
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("days", "words"), [(3, "sisa 3 hari kerja"), (0, "batas hari ini"), (-2, "lewat 2 hari kerja")]
)
def test_the_days_left_are_told_in_words(days: int, words: str) -> None:
    html = show('({% include "components/days_left.html" with days=days only %})', days=days)
    assert html == f"({words})"
