"""/kelola/kalender/: what an administrator reads and changes there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal import clock
from portal.calendar import days
from portal.calendar.models import Change, Holiday, PatternUse, Ramadan, WorkPattern
from tests.factories import World, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar_rows")]
PAGE = "/kelola/kalender/"
WHY = "SKB Tiga Menteri nomor 5"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.administrator)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def next_plain_day() -> date:
    day = clock.add_working_days(clock.today(), 2)
    days.seed(day.year)
    return day


def test_a_year_without_rows_shows_the_library_and_can_be_loaded(officer: Client) -> None:
    page = text(officer.get(PAGE, {"tahun": "2027"}))
    assert "Muat tahun 2027" in page
    assert "Cuti Bersama Hari Raya Idul Fitri" in page
    assert not Holiday.objects.exists()
    answer = officer.post(f"{PAGE}muat/", {"tahun": "2027"})
    assert answer["Location"] == f"{PAGE}?tahun=2027"
    page = text(officer.get(answer["Location"]))
    assert 'data-hari="2027-03-12"' in page
    assert "sumber: Pustaka hari libur" in page


def test_adding_removing_and_restoring_a_day(officer: Client, world: World) -> None:
    day = next_plain_day()
    case = sent(world.teacher)
    before = case.due_on
    typed = {"tanggal": day.isoformat(), "nama": "Hari jadi kabupaten", "jenis": "local", "alasan": WHY}
    answer = officer.post(f"{PAGE}libur/tambah/", typed, follow=True)
    assert "1 tenggat dihitung ulang" in text(answer)
    case.refresh_from_db()
    assert before is not None
    assert case.due_on == clock.add_working_days(before, 1)
    row = Holiday.objects.get(day=day)
    page = text(officer.post(f"{PAGE}libur/{row.pk}/", {"alasan": "Dibatalkan oleh Bupati"}, follow=True))
    assert f'data-dihapus="{day.isoformat()}"' in page
    assert "Dibatalkan oleh Bupati" in page
    officer.post(f"{PAGE}libur/{row.pk}/", {"alasan": WHY})
    assert not clock.is_working_day(day)
    assert list(Change.objects.exclude(act="taken").values_list("act", flat=True)) == ["restored", "removed", "added"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"tanggal": ""}, "Pilih tanggal hari libur"),
        ({"tanggal": "besok"}, "Tulis tanggal seperti 24/12/2026"),
        ({"tanggal": "2026-12-26"}, "Sabtu, 26 Desember 2026 sudah bukan hari kerja"),
        ({"tanggal": "2019-01-02"}, "Pilih tanggal dari tahun 2025"),
        ({"tanggal": "2026-12-24"}, "Tanggal ini sudah libur: Cuti Bersama Hari Raya Natal"),
        ({"nama": ""}, "Tulis nama hari libur"),
        ({"jenis": ""}, "Pilih jenis hari libur"),
        ({"alasan": ""}, "Tulis alasan perubahan ini"),
        ({"alasan": "SKB"}, "Jelaskan alasan, sedikitnya 10 karakter"),
    ],
)
def test_a_wrong_line_says_what_to_do_and_keeps_what_was_typed(
    officer: Client, changed: dict[str, str], sentence: str
) -> None:
    days.seed(2026)
    typed = {"tanggal": "2026-12-09", "nama": "Pilkada", "jenis": "local", "alasan": WHY} | changed
    answer = officer.post(f"{PAGE}libur/tambah/", typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert all(value in text(answer) for value in typed.values())
    assert not Change.objects.exclude(act="taken").exists()


def test_a_removed_day_is_restored_not_added_twice(officer: Client) -> None:
    day = next_plain_day()
    row = Holiday.objects.create(day=day, name="Libur lama", kind="local", source="bkpsdm", removed_at=clock.now())
    typed = {"tanggal": day.isoformat(), "nama": "Libur", "jenis": "local", "alasan": WHY}
    assert "Pulihkan dari daftarnya" in text(officer.post(f"{PAGE}libur/tambah/", typed))
    assert Holiday.objects.get(day=day) == row


def test_ramadan_is_noted_refused_twice_and_taken_out(officer: Client) -> None:
    typed = {"mulai": "2027-02-08", "sampai": "2027-03-09", "alasan": WHY}
    page = text(officer.post(f"{PAGE}ramadan/tambah/", typed, follow=True))
    assert "8 Februari 2027 – 9 Maret 2027" in page
    assert "bertabrakan" in text(officer.post(f"{PAGE}ramadan/tambah/", typed))
    wrong = typed | {"sampai": "2027-02-20"}
    assert "Periksa kedua tanggal" in text(officer.post(f"{PAGE}ramadan/tambah/", wrong))
    officer.post(f"{PAGE}ramadan/{Ramadan.objects.get().pk}/", {"alasan": "Salah tahun, dicatat ulang"})
    assert not Ramadan.objects.exists()


def test_hours_are_prefilled_changed_and_checked_for_their_order(officer: Client) -> None:
    page = text(officer.get(f"{PAGE}jam/5HK/"))
    assert 'value="07:30"' in page
    typed = {
        "mulai": "2027-01-04",
        "senin_masuk": "08.00",
        "senin_istirahat": "12.00",
        "senin_kembali": "13.00",
        "senin_pulang": "16.30",
        "alasan": WHY,
    }
    late = officer.post(f"{PAGE}jam/5HK/", typed | {"senin_istirahat": "17.00"})
    assert (late.status_code, "urutannya masuk, istirahat, kembali, pulang" in text(late)) == (422, True)
    half = officer.post(f"{PAGE}jam/5HK/", typed | {"jumat_masuk": "08.00"})
    assert "Jumat: isi jam masuk dan jam pulang" in text(half)
    none = officer.post(f"{PAGE}jam/5HK/", {"mulai": "2027-01-04", "alasan": WHY})
    assert "Isi jam kerja sedikitnya untuk satu hari" in text(none)
    page = text(officer.post(f"{PAGE}jam/5HK/", typed, follow=True))
    assert "Berlaku mulai 4 Januari 2027, 30.00 jam seminggu" in page
    assert WorkPattern.objects.filter(code="5HK").count() == 2
    assert officer.get(f"{PAGE}jam/SHIFT/").status_code == 404


def test_a_unit_gets_its_pattern_and_loses_it(officer: Client, world: World) -> None:
    typed = {"untuk": f"unit:{world.dinas.pk}", "pola": "SHIFT", "alasan": WHY}
    page = text(officer.post(f"{PAGE}pola/tambah/", typed, follow=True))
    assert f"{world.dinas.name}: <b>Sif" in page
    bad = officer.post(f"{PAGE}pola/tambah/", typed | {"untuk": "unit:999999"})
    assert "Pilih unit dari daftar" in text(bad)
    officer.post(f"{PAGE}pola/{PatternUse.objects.get().pk}/", {"alasan": "Kembali lima hari kerja"})
    assert not PatternUse.objects.exists()


@pytest.mark.parametrize("year", ["", "1999", "9999", "abcd", "2026; --", "²⁰²⁶"])
def test_an_unknown_year_is_the_present_one(officer: Client, year: str) -> None:
    assert f"Kalender kerja {clock.today().year}" in text(officer.get(PAGE, {"tahun": year}))


def test_the_page_costs_the_same_with_many_changes(
    officer: Client,
    world: World,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    days.seed(2026)
    rows = [
        Change(year=2026, what="Rabu", act="added", reason=WHY, by=world.administrator, at=clock.now())
        for _each in range(60)
    ]
    Change.objects.bulk_create(rows)
    PatternUse.objects.create(opd=world.dinas, code="SHIFT")
    with django_assert_max_num_queries(18):
        assert officer.get(PAGE, {"tahun": "2026"}).status_code == 200
