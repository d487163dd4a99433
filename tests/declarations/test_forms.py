"""Forms from the question bank: what is needed depends on the other answers; text, dates and times forgive."""

from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from declarations.forms.fields import ClockField, DayField, tidy
from declarations.forms.pages import PageForm
from declarations.forms.partners import partner_set
from declarations.questions import PAGES

CONTENT = {"C1": ["EDUKATIF"], "C2": ["AGAMA"], "C3": "Isi.", "C4": "YA"}
CLEAN_LIMITS = {"C6AE": "TIDAK", "C6F": "TIDAK", "C6G": "TIDAK", "F4": "TIDAK", "C7": ["LOYAL"], "C8": "TIDAK"}
CLEAN_TIME = {"D1": "LUAR_JAM_KERJA", "D2": "TIDAK", "D3": ["TIDAK_ADA"], "D4": "TIDAK", "D5": ["TIDAK"]}


def form(page: str, data: dict[str, Any], **options: Any) -> PageForm:
    typed = QueryDict(mutable=True)
    for name, value in data.items():
        typed.setlist(name, value if isinstance(value, list) else [value])
    return PageForm(page, typed, **{"answers": {}, **options})


def errors(page: str, data: dict[str, Any], **options: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in form(page, data, **options).errors.items()}


def test_an_empty_page_names_every_question_with_its_own_sentence() -> None:
    assert errors("konten", {}) == {
        "C1": ["Pilih sedikitnya satu jenis konten"],
        "C2": ["Pilih sedikitnya satu topik"],
        "C3": ["Tulis isi konten Anda"],
        "C4": ["Pilih apakah konten mendukung program pemerintah daerah"],
    }


def test_saving_for_later_needs_nothing_but_refuses_what_is_wrong() -> None:
    assert errors("konten", {}, partial=True) == {}
    assert errors("konten", {"C3": "x" * 624}, partial=True) == {"C3": ["Terlalu panjang. Kurangi 24 karakter"]}


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("kanal", "komersial_umum")])
def test_unknown_options_are_refused_and_not_kept(page: str) -> None:
    data = {question.code: ["JAHAT"] for question in PAGES[page] if question.options}
    found = form(page, data, channels=[{"E1": "SUDAH"}], partial=True)
    assert set(found.errors) <= set(data)
    assert not any("JAHAT" in str(value) for value in found.values().values())


def test_an_explanation_is_needed_only_for_yes_and_unsure() -> None:
    assert errors("batas", CLEAN_LIMITS) == {}
    for answer in ("YA", "TIDAK_YAKIN"):
        assert errors("batas", {**CLEAN_LIMITS, "C6F": answer}) == {"C6F_TEXT": ["Jelaskan muatan politik itu"]}
    assert errors("batas", {**CLEAN_LIMITS, "C6F": "YA", "C6F_TEXT": "Pernah, sudah dihapus."}) == {}


def test_an_explanation_of_an_answer_not_chosen_is_ignored_not_refused() -> None:
    found = form("batas", {**CLEAN_LIMITS, "C6F_TEXT": "x" * 900})
    assert found.is_valid()
    assert "C6F_TEXT" not in found.values()


def test_fields_of_the_assignment_letter_are_needed_only_for_an_assignment() -> None:
    assert errors("waktu", {**CLEAN_TIME, "D1B_DATE": "besok"}) == {}
    assert set(errors("waktu", {**CLEAN_TIME, "D1": "TUGAS_KEDINASAN"})) == {"D1B_NUMBER", "D1B_DATE", "D1B_SIGNER"}
    given_date = {"D1": "TUGAS_KEDINASAN", "D1B_NUMBER": "1", "D1B_DATE": "besok", "D1B_SIGNER": "Kepala"}
    assert errors("waktu", {**CLEAN_TIME, **given_date}) == {
        "D1B_DATE": ["Tanggal ini tidak dikenali. Tulis seperti 3-11-2026"]
    }


def test_live_needs_days_and_hours() -> None:
    assert set(errors("waktu", {**CLEAN_TIME, "D2": "YA"})) == {"D2_DAYS", "D2_FROM", "D2_TO"}
    found = form("waktu", {**CLEAN_TIME, "D2": "YA", "D2_DAYS": ["7", "1"], "D2_FROM": "19.30", "D2_TO": "pukul 21"})
    assert found.is_valid()
    assert (found.values()["D2_DAYS"], found.values()["D2_FROM"], found.values()["D2_TO"]) == (
        ["1", "7"],
        "19:30",
        "21:00",
    )


def test_permission_is_asked_when_somebody_is_shown() -> None:
    assert errors("waktu", {**CLEAN_TIME, "D5": ["PASIEN"]}) == {
        "D5_PERMIT": ["Pilih apakah ada izin tertulis dari yang tampil"]
    }


def test_none_of_these_stands_alone() -> None:
    assert "Tidak ada" in errors("waktu", {**CLEAN_TIME, "D3": ["TIDAK_ADA", "RUANG"]})["D3"][0]


def test_questions_that_other_pages_rule_out_are_not_on_the_page() -> None:
    plain = form("kepentingan", {}, channels=[{"E1": "TIDAK", "C2": ["AGAMA"]}])
    assert list(plain.fields) == ["A3", "F2", "F8"]
    review = form("kepentingan", {}, channels=[{"E1": "TIDAK", "C2": ["ULASAN_PRODUK_USAHA"]}])
    assert list(review.fields) == ["A3", "F2", "F3", "F8"]
    paid = form("kepentingan", {}, channels=[{"E1": "DIRENCANAKAN"}])
    assert list(paid.fields) == ["A3", "F2", "F1", "F5", "F3", "F8"]


def test_sources_are_needed_only_where_there_is_benefit() -> None:
    assert errors("komersial", {"E1": "TIDAK"}) == {}
    assert set(errors("komersial", {"E1": "SUDAH"})) == {"E2", "E5"}
    assert set(errors("komersial", {})) == {"E1"}


def test_a_wrong_sample_link_is_told_by_its_place() -> None:
    found = form("konten", {**CONTENT, "C5_1": "youtu.be/abc", "C5_3": "https://evil.example/x"})
    assert list(found.errors) == ["C5_3"]
    assert found.errors["C5_3"][0].startswith("Tautan ke-3: ")
    kept = form("konten", {**CONTENT, "C5_1": "", "C5_2": "youtu.be/abc"})
    assert kept.is_valid()
    assert kept.values()["C5"] == ["https://youtu.be/abc"]


def test_hidden_characters_leave_the_text_and_line_feeds_stay() -> None:
    assert tidy("a\x00b\u202ec\ufeff\r\nd\ud800 \u0065\u0301", lines=True) == "abc\nd \u00e9"
    assert tidy("a\nb") == "a b"
    assert tidy("👩\u200d🌾") == "👩\u200d🌾"


@given(st.text(max_size=200))
def test_tidied_text_can_always_be_stored(text: str) -> None:
    stored = tidy(text, lines=True)
    assert stored.encode() is not None
    assert "\x00" not in stored
    assert tidy(stored, lines=True) == stored


@pytest.mark.parametrize(
    "text", ["3-11-2026", "03/11/2026", "3.11.2026", "3 November 2026", "2026-11-03", "3 nov 2026", " 3  -11- 2026 "]
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert DayField().clean(text) == "2026-11-03"


@pytest.mark.parametrize("text", ["31-2-2026", "0-1-2026", "3-13-2026", "kemarin", "3-11", "3-11-0001", "9" * 40])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DayField(limit=60).clean(text)


@pytest.mark.parametrize(("text", "time"), [("19.30", "19:30"), ("19:30", "19:30"), ("1930", "19:30"), ("7", "07:00")])
def test_a_time_is_read_with_dot_or_colon(text: str, time: str) -> None:
    assert ClockField().clean(text) == time


@pytest.mark.parametrize("text", ["25.00", "19.75", "malam", "１９.30", "19.30.00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        ClockField().clean(text)


@given(st.text(max_size=30))
def test_dates_and_times_never_fail_otherwise(text: str) -> None:
    for field in (DayField(), ClockField()):
        with suppress(ValidationError):
            field.clean(text)


def test_one_more_partner_row_keeps_what_was_typed() -> None:
    typed = {"E3-TOTAL_FORMS": "1", "E3-INITIAL_FORMS": "0", "E3-0-name": "CV Maju"}
    rows = partner_set(typed, [], more=1)
    assert len(rows.forms) == 2
    assert rows.is_valid()
    assert [row["name"] for row in rows.values()] == ["CV Maju"]


def test_a_partner_needs_a_name_and_days_in_order() -> None:
    typed = {"E3-TOTAL_FORMS": "2", "E3-0-sector": "kuliner", "E3-1-name": "A", "E3-1-starts": "2-1-2026"}
    rows = partner_set({**typed, "E3-1-ends": "1-1-2026", "E3-1-nib": "123"}, [])
    assert not rows.is_valid()
    assert rows.forms[0].errors["name"] == ["Tulis nama pihak yang memberi"]
    assert set(rows.forms[1].errors) == {"ends", "nib"}


@pytest.mark.parametrize("total", [None, "", "x", "-1", "0", "999", "1" * 50, "٣"])
def test_a_false_number_of_rows_does_no_harm(total: str | None) -> None:
    rows = partner_set({"E3-TOTAL_FORMS": total, "E3-0-name": "CV"}, [])
    assert 1 <= len(rows.forms) <= 20
    assert rows.is_valid()
