"""`import_registry unit`: the tree out of HierarkiUnor."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.audit.models import AuditEvent
from portal.people.models import Opd, UnitKind
from portal.people.registries.units import kind_of
from tests.people.directory import unit

pytestmark = pytest.mark.django_db
TREE = """ID,NAMA_UNOR,ID_ATASAN
d,SD Negeri 91 Contoh,c
b,Sekretariat,c
c,Dinas Pendidikan,a
a,Pemerintah Kabupaten Contoh,
e,Kecamatan Kinali,a
f,Sekretariat Daerah,a
g,Asisten Administrasi Umum,f
h,Bagian Umum,g
"""


def load(tmp_path: Path, text: str, *, apply: bool = True) -> None:
    path = tmp_path / "unor.csv"
    path.write_text(text)
    call_command("import_registry", "unit", path, apply=apply)


def test_children_before_parents_make_a_tree_with_kinds_and_offices(tmp_path: Path) -> None:
    load(tmp_path, TREE, apply=False)
    assert not Opd.objects.exists()
    load(tmp_path, TREE)
    kinds = {each.roster_id: (each.kind, each.office and each.office.roster_id) for each in Opd.objects.all()}
    assert kinds == {
        "a": ("pemkab", "a"),
        "c": ("opd", "c"),
        "d": ("sekolah", "c"),
        "b": ("unit", "c"),
        "e": ("kecamatan", "e"),
        "f": ("setda", "f"),
        "g": ("asisten", "g"),
        "h": ("bagian", "g"),
    }


def test_a_second_time_changes_nothing_and_a_move_moves_the_offices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path, TREE)
    load(tmp_path, TREE)
    assert "Tidak ada perubahan." in capsys.readouterr().out
    load(tmp_path, "ID;NAMA_UNOR;ID_ATASAN\nb;Sekretariat;e\nz;Seksi Baru;b\n")
    offices = {each.roster_id: each.office and each.office.roster_id for each in Opd.objects.all()}
    assert (offices["b"], offices["z"], offices["d"]) == ("e", "e", "c")
    assert AuditEvent.objects.filter(event="units_imported").count() == 2


@pytest.mark.parametrize("line", ["c,Dinas Pendidikan,d", "c,Dinas Pendidikan,c"])
def test_a_loop_is_refused_as_a_whole(tmp_path: Path, line: str) -> None:
    with pytest.raises(CommandError, match="berputar"):
        load(tmp_path, TREE.replace("c,Dinas Pendidikan,a", line))
    assert not Opd.objects.exists()


def test_a_loop_over_a_unit_that_is_known_already_is_refused(tmp_path: Path) -> None:
    load(tmp_path, TREE)
    with pytest.raises(CommandError, match="berputar"):
        load(tmp_path, "ID,NAMA_UNOR,ID_ATASAN\nc,Dinas Pendidikan,d\n")


def test_bad_rows_are_named_with_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(tmp_path, TREE + "x,,a\ny,Unit,tidak-ada\nyy,Bawahan,y\na2,Satu,a\na2,Dua,a\n")
    output = capsys.readouterr().out
    assert [line.split(":")[0] for line in output.splitlines() if line.startswith("DITOLAK")] == [
        "DITOLAK  Baris 10",
        "DITOLAK  Baris 14",
        "DITOLAK  Baris 13",
        "DITOLAK  Baris 11",
        "DITOLAK  Baris 12",
    ]
    assert Opd.objects.count() == 8


def test_there_is_one_pemkab(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    top = unit("Pemkab Lama", UnitKind.PEMKAB)
    load(tmp_path, TREE)
    top.refresh_from_db()
    assert (top.roster_id, top.name) == ("a", "Pemerintah Kabupaten Contoh")
    load(tmp_path, "ID,NAMA_UNOR,ID_ATASAN\nlain,Pemerintah Kabupaten Lain,\n")
    assert "sudah tercatat" in capsys.readouterr().out


def test_other_kinds_say_which_exist(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Yang ada: unit"):
        call_command("import_registry", "entah", tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("RSUD Pasaman Barat", "rsud"),
        ("UPT Puskesmas Talu", "puskesmas"),
        ("SMP Negeri 1", "sekolah"),
        ("Subbagian Umum", "unit"),
    ],
)
def test_kinds_are_read_from_names(name: str, kind: str) -> None:
    assert kind_of(name, below_top=False) == kind
