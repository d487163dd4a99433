"""Registers come from files: a plan with row errors, history, undo, and workers that may die."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from declarations.registries import applying, tasks
from declarations.registries.matching import Asked, Certainty, election, match, sectors, touches
from declarations.registries.models import Entry, Registry, RegistryImport, State
from declarations.registries.reading import read_file
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from tests.factories import World

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
HEAD = "NAMA PENYEDIA;NPWP;NIB;OPD;PAKET;TANGGAL KONTRAK;TANGGAL SELESAI\n"


@pytest.fixture
def world() -> World:
    return World()


def stage(tmp_path: Path, text: str, registry: str = Registry.VENDOR, *, full: bool = False) -> RegistryImport:
    path = tmp_path / "register.csv"
    path.write_text(text)
    batch = applying.start(registry, source="Uji", full=full, by=None, content=b"", extension="csv")
    read_file(batch, path)
    batch.refresh_from_db()
    return batch


def vendors(tmp_path: Path, *lines: str, full: bool = False) -> RegistryImport:
    batch = stage(tmp_path, HEAD + "\n".join(lines) + "\n", full=full)
    return applying.apply(batch)


def live() -> list[str]:
    return list(Entry.objects.filter(ended_by=None).order_by("name").values_list("name", flat=True))


def line(
    world: World, name: str, *, nib: str = "", package: str = "Buku", on: str = "03-02-2026", ends: str = ""
) -> str:
    return f"{name};;{nib};{world.dinas.name};{package};{on};{ends}"


def test_rows_with_errors_are_named_and_the_others_come_in(world: World, tmp_path: Path) -> None:
    office = world.dinas.name
    batch = stage(
        tmp_path,
        HEAD
        + f"CV Maju Jaya;;;{office};Buku;03-02-2026;\n"
        + f"CV;;;{office};Meja;03-02-2026;\n"
        + f"Usaha Dua;;123;{office};Kursi;03-02-2026;\n"
        + "Usaha Tiga;;;Dinas Entah;Kursi;03-02-2026;\n"
        + f"Usaha Empat;;;{office};Kursi;32-02-2026;\n"
        + f"Usaha Lima;;;{office};;03-02-2026;\n"
        + f"PT Maju Jaya;;;{office};BUKU;03-02-2026;\n",
    )
    assert (batch.state, batch.rows, batch.new, batch.problems) == (State.PLANNED, 7, 1, 6)
    problems = dict(batch.staged.exclude(problem="").values_list("line", "problem"))
    assert problems[3].startswith("nama hanya berisi bentuk usaha")
    assert problems[4] == "NIB harus 13 angka"
    assert "“Dinas Entah” tidak dikenal" in problems[5]
    assert problems[6] == "Tanggal tidak dapat dibaca"
    assert problems[7] == "kolom PAKET kosong; isi"
    assert problems[8] == "sama dengan baris 2"
    applying.confirm(batch)
    assert tasks.work_on(batch.pk)
    assert live() == ["CV Maju Jaya"]
    assert AuditEvent.objects.filter(event="registry_imported").count() == 1


def test_a_file_that_is_none_fails_with_what_to_do(world: World, tmp_path: Path) -> None:
    batch = stage(tmp_path, "Nama;Umur\nA;3\n")
    assert batch.state == State.FAILED
    assert "PAKET" in batch.error


def test_the_next_file_changes_and_a_complete_one_ends_what_it_lacks(world: World, tmp_path: Path) -> None:
    vendors(tmp_path, line(world, "CV Maju Jaya"), line(world, "UD Lama"))
    second = vendors(tmp_path, line(world, "CV MAJU JAYA", ends="03-05-2026"), line(world, "CV Baru"), full=True)
    assert (second.new, second.changed, second.same, second.ended) == (1, 1, 0, 1)
    assert live() == ["CV Baru", "CV MAJU JAYA"]
    assert Entry.objects.count() == 4  # history stays
    again = stage(tmp_path, HEAD + line(world, "CV Baru") + "\n")
    assert (again.new, again.same) == (0, 1)
    with pytest.raises(Refused, match="Tidak ada yang berubah"):
        applying.confirm(again)


def test_only_the_newest_import_is_taken_back_and_then_the_one_before(world: World, tmp_path: Path) -> None:
    first = vendors(tmp_path, line(world, "CV Maju Jaya"))
    second = vendors(tmp_path, line(world, "CV Baru"), full=True)
    with pytest.raises(Refused, match="Hanya impor terakhir"):
        applying.undo(first, by=world.administrator)
    applying.undo(second, by=world.administrator)
    assert live() == ["CV Maju Jaya"]
    applying.undo(first, by=world.administrator)
    assert live() == []


def test_what_a_worker_left_is_taken_up_after_its_lease(world: World, tmp_path: Path) -> None:
    text = (HEAD + line(world, "CV Maju Jaya") + "\n").encode()
    batch = applying.start("vendor", source="Uji", full=False, by=world.administrator, content=text, extension="csv")
    assert tasks.resume() == 0
    with clock.pretend(clock.now() + timedelta(minutes=4)):
        assert tasks.resume() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.new, batch.content) == (State.PLANNED, 1, None)
    applying.confirm(batch)
    assert tasks.work_on(batch.pk)
    assert not tasks.work_on(batch.pk)
    assert live() == ["CV Maju Jaya"]


@pytest.mark.parametrize(
    ("asked", "certainty"),
    [
        (Asked("PT. MAJU JAYA TBK"), Certainty.PROBABLE),
        (Asked("Toko Lain", nib="1234567890123"), Certainty.CERTAIN),
        (Asked("Jaya Maju"), Certainty.POSSIBLE),
        (Asked("Maju Jaya Abadi"), None),
        (Asked("CV"), None),
        (Asked("Maju"), None),
    ],
)
def test_how_certain_a_match_is(world: World, tmp_path: Path, asked: Asked, certainty: Certainty | None) -> None:
    vendors(tmp_path, line(world, "CV Maju Jaya", nib="1234567890123"), line(world, "CV Sumber Rejeki"))
    assert [hit.certainty for hit in match([asked], on=ON)] == ([certainty] if certainty else [])


@pytest.mark.parametrize(
    ("signed", "ends", "counts"),
    [
        ("03-02-2025", "", True),
        ("03-02-2024", "", False),
        ("03-02-2023", "30-12-2024", True),
        ("03-12-2026", "", False),
    ],
)
def test_a_contract_counts_for_two_years(world: World, tmp_path: Path, signed: str, ends: str, counts: bool) -> None:
    vendors(tmp_path, line(world, "CV Maju Jaya", on=signed, ends=ends))
    assert bool(match([Asked("Maju Jaya")], on=ON)) is counts


def test_one_query_for_all_partners(world: World, tmp_path: Path, django_assert_num_queries: Any) -> None:
    vendors(tmp_path, *(line(world, f"Usaha Contoh {word}") for word in ("Satu", "Dua", "Tiga")))
    partners = [Asked(f"Usaha Contoh {word}") for word in ("Satu", "Dua", "Tiga", "Empat")]
    with django_assert_num_queries(1):
        found = match(partners, on=ON)
    assert {hit.asked.name for hit in found if hit.certainty == Certainty.PROBABLE} == {p.name for p in partners[:3]}


def test_sectors_and_elections(world: World, tmp_path: Path) -> None:
    applying.apply(stage(tmp_path, f"BIDANG;OPD;FUNGSI\nbuku;{world.dinas.name};\nobat;;TENAGA_KESEHATAN\n", "sector"))
    mine = sectors(world.dinas.pk, ["PENDIDIK"], on=ON)
    assert [row.name for row in mine] == ["buku"]
    assert touches(mine[0], "Toko buku dan alat tulis")
    assert not touches(mine[0], "Bukunya")
    assert [row.name for row in sectors(None, ["TENAGA_KESEHATAN"], on=ON)] == ["obat"]
    applying.apply(stage(tmp_path, "NAMA;MULAI;SAMPAI\nPemilu Contoh;01-11-2026;30-11-2026\n", "election"))
    assert election(ON) == "Pemilu Contoh"
    assert election(date(2026, 12, 1)) == ""


def test_a_row_by_hand_is_an_import_of_one(world: World) -> None:
    texts = {"name": "Pemilu Contoh", "starts": "01-11-2026", "ends": "30-11-2026"}
    applying.add_row("election", texts, source="Keputusan KPU", by=world.administrator)
    row = Entry.objects.get()
    assert election(ON) == "Pemilu Contoh"
    applying.end_row(row, by=world.administrator)
    assert election(ON) == ""
    with pytest.raises(Refused, match="sudah diakhiri"):
        applying.end_row(row, by=world.administrator)
