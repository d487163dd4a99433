"""The roster import: what is new, changed, rejected, held; what is never touched."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee, HeadAssignment
from portal.people.roster import import_roster
from portal.people.roster.second_officer import Officers
from tests.people.directory import head, person
from tests.people.files import PPPK, SIASN, csv_text, employee, nip, write_csv

pytestmark = pytest.mark.django_db


def given(tmp_path: Path, *rows: dict[str, Any], **options: Any) -> Path:
    return write_csv(tmp_path / "roster.csv", rows, **options)


def known(count: int, where: Any, start: int = 500) -> None:
    """Put so many people into the directory that a single change is below 5 %."""
    for number in range(start, start + count):
        person(f"Orang {number}", where, nip=nip(number))


# -- new, same, changed --------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing_and_apply_writes_it(tree: SimpleNamespace, tmp_path: Path) -> None:
    path = given(tmp_path, employee(1), employee(2, JENIS_PEGAWAI_NAMA=PPPK, GOL_AKHIR_NAMA="IX"))
    before = Employee.objects.count()
    assert import_roster(path).totals.changes["new"] == 2
    assert Employee.objects.count() == before
    plan = import_roster(path, apply=True)
    assert plan.applied == {"new": 2, "changed": 0, "held": 0, "same": 0}
    someone = Employee.objects.get(nip=nip(1))
    assert someone.official_name == "Pegawai Nomor B, S.Pd."
    assert (someone.unit, someone.grade, someone.employment_type) == (tree.school, "III/c", "pns")
    assert (someone.post_kind, someone.post_since) == ("fungsional", date(2020, 4, 1))
    assert not someone.has_usable_password()
    assert someone.contact_email is None
    other = Employee.objects.get(nip=nip(2))
    assert (other.employment_type, other.grade) == ("pppk", "IX")
    assert len(someone.password) > 40
    assert someone.password != other.password
    assert someone.public_id != other.public_id


def test_the_same_file_twice_changes_nothing(tree: SimpleNamespace, tmp_path: Path) -> None:
    """[F08]"""
    path = given(tmp_path, employee(1), employee(2))
    import_roster(path, apply=True)
    plan = import_roster(path, apply=True)
    assert plan.applied == {"new": 0, "changed": 0, "held": 0, "same": 2}
    assert plan.people == ()


def test_a_person_who_moved_is_shown_with_both_units(tree: SimpleNamespace, tmp_path: Path) -> None:
    known(30, tree.school)
    path = given(tmp_path, employee(1))
    import_roster(path, apply=True)
    path = given(tmp_path, employee(1, UNOR_ID="U-PTSP", UNOR_NAMA="Dinas Penanaman Modal", JABATAN_NAMA="Analis"))
    plan = import_roster(path, apply=True)
    (mover,) = plan.people
    assert (mover.change, mover.before, mover.after) == ("moved", "SD Negeri 91 Contoh", "Dinas Penanaman Modal")
    assert mover.nip == f"{nip(1)[:4]}{'•' * 11}{nip(1)[-3:]}"
    someone = Employee.objects.get(nip=nip(1))
    assert (someone.unit, someone.post) == (tree.ptsp, "Analis")


def test_who_left_is_closed_and_an_officers_closing_is_not_undone(tree: SimpleNamespace, tmp_path: Path) -> None:
    known(60, tree.school)
    import_roster(given(tmp_path, employee(1), employee(2)), apply=True)
    Employee.objects.filter(nip=nip(2)).update(is_active=False)
    plan = import_roster(given(tmp_path, employee(1, KEDUDUKAN_HUKUM_NAMA="Pensiun"), employee(2)), apply=True)
    assert [each.change for each in plan.people] == ["left"]
    assert not Employee.objects.get(nip=nip(1)).is_active
    assert not Employee.objects.get(nip=nip(2)).is_active


def test_suspended_people_stay(tree: SimpleNamespace, tmp_path: Path) -> None:
    import_roster(given(tmp_path, employee(1, KEDUDUKAN_HUKUM_NAMA="Pemberhentian Sementara")), apply=True)
    assert Employee.objects.get(nip=nip(1)).is_active


def test_never_touches_password_contact_address_groups_or_staff(tree: SimpleNamespace, tmp_path: Path) -> None:
    known(60, tree.school)
    someone = person(
        "Rahmi", tree.school, "reviewer", nip=nip(1), contact_email="own@demo.pasbar.example", is_staff=True
    )
    before = (someone.password, someone.contact_email, someone.is_staff, someone.public_id, someone.is_demo)
    import_roster(given(tmp_path, employee(1)), apply=True)
    someone.refresh_from_db()
    assert someone.email == "p1@demo.pasbar.example"
    assert (someone.password, someone.contact_email, someone.is_staff, someone.public_id, someone.is_demo) == before
    assert list(someone.groups.values_list("name", flat=True)) == ["reviewer"]


def test_one_address_for_several_teachers_is_taken_and_counted(tree: SimpleNamespace, tmp_path: Path) -> None:
    shared = "sd91@demo.pasbar.example"
    plan = import_roster(given(tmp_path, employee(1, EMAIL=shared), employee(2, EMAIL=shared.upper())), apply=True)
    assert plan.totals.shared_addresses == 1
    assert Employee.objects.filter(email=shared).count() == 2


def test_a_full_file_lists_who_is_missing_and_deletes_nobody(tree: SimpleNamespace, tmp_path: Path) -> None:
    person("Tidak Ada", tree.school, nip=nip(7))
    person("Baris Rusak", tree.school, nip=nip(8))
    path = given(tmp_path, employee(1), employee(8, NAMA=""))
    assert import_roster(path).missing == ()
    plan = import_roster(path, apply=True, full=True)
    assert [each.name for each in plan.missing] == ["Dedi Putra", "Novri Saputra", "Tidak Ada"]
    assert Employee.objects.get(nip=nip(7)).is_active


def test_a_column_that_is_not_in_the_file_keeps_its_value(tree: SimpleNamespace, tmp_path: Path) -> None:
    known(60, tree.school)
    import_roster(given(tmp_path, employee(1)), apply=True)
    columns = ("Nip", " nama  lengkap ", "Pangkat/Gol.", "JABATAN", "Unit_Kerja", "OPD/SKPD", "No HP")
    row = {"Nip": nip(1), " nama  lengkap ": "Dra. Pegawai Nomor B, M.Pd.", "Pangkat/Gol.": "Pembina (IV/a)"}
    row |= {"JABATAN": "Guru Ahli Madya", "Unit_Kerja": "sd negeri 91  contoh", "No HP": "0812"}
    plan = import_roster(write_csv(tmp_path / "lokal.csv", [row], columns=columns, separator=";"), apply=True)
    assert plan.forbidden == ("NO HP",)
    someone = Employee.objects.get(nip=nip(1))
    assert (someone.title_prefix, someone.name, someone.title_suffix) == ("Dra.", "Pegawai Nomor B", "M.Pd.")
    assert (someone.grade, someone.email, someone.employment_type) == ("IV/a", "p1@demo.pasbar.example", "pns")


def test_a_local_list_brings_new_people_with_their_status(tree: SimpleNamespace, tmp_path: Path) -> None:
    row = {"NIP": nip(1), "NAMA LENGKAP": "Suci Rahayu, S.Pd.", "UNIT KERJA": "Sekretariat"}
    columns = ("NIP", "NAMA LENGKAP", "UNIT KERJA", "OPD/SKPD", "STATUS")
    rows = [row | {"OPD/SKPD": "Dinas Penanaman Modal", "STATUS": "PPPK Paruh Waktu"}, row | {"NIP": nip(2)}]
    plan = import_roster(write_csv(tmp_path / "lokal.csv", rows, columns=columns, separator="\t"), apply=True)
    assert Employee.objects.get(nip=nip(1)).unit == tree.twins[1]
    assert Employee.objects.get(nip=nip(1)).employment_type == "pppk_pw"
    assert sorted(problem.kind for problem in plan.problems) == ["employment", "unit_ambiguous"]


def test_new_people_need_a_kind_of_employment(tree: SimpleNamespace, tmp_path: Path) -> None:
    row = {"NIP": nip(1), "NAMA": "Suci Rahayu", "UNIT KERJA": "SD Negeri 91 Contoh"}
    plan = import_roster(write_csv(tmp_path / "lokal.csv", [row], columns=tuple(row)), apply=True)
    assert [(problem.line, problem.kind) for problem in plan.problems] == [(2, "employment")]
    assert plan.totals.rejected == 1
    assert not Employee.objects.filter(nip=nip(1)).exists()


def test_forbidden_columns_never_reach_the_database(tree: SimpleNamespace, tmp_path: Path) -> None:
    path = given(tmp_path, employee(1))
    plan = import_roster(path, apply=True)
    assert {"NIK", "AGAMA NAMA", "ALAMAT", "NPWP NOMOR", "NOMOR HP", "TANGGAL LAHIR"} <= set(plan.forbidden)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM people_employee e WHERE nip = %s", [nip(1)])
        (stored,) = cursor.fetchone()
    assert "RAHASIA" not in stored
    assert "1312010101800001" not in stored


# -- rejected ------------------------------------------------------------------------------------------------------

BAD: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("nip_number", {"NIP_BARU": "1.98609E+17"}, "NIP BARU", "1986•••+17", "ubah menjadi teks"),
    ("nip_number", {"NIP_BARU": "198609262015051000.0"}, "NIP BARU", "", "ubah menjadi teks"),
    ("nip_wrong", {"NIP_BARU": "19800101201001290"}, "NIP BARU", "1980••••••••••290", "Salin NIP"),
    ("nip_wrong", {"NIP_BARU": "198013012010012901"}, "NIP BARU", "1980•••••••••••901", "Salin NIP"),
    ("nip_wrong", {"NIP_BARU": "19800101201001٢901"}, "NIP BARU", "", "Salin NIP"),
    ("nip_empty", {"NIP_BARU": "'"}, "NIP BARU", "", "Isi NIP"),
    ("name_empty", {"NAMA": "  "}, "NAMA", "", "Isi nama"),
    ("unit_unknown", {"UNOR_ID": "U-X", "UNOR_NAMA": "Dinas Angkasa"}, "UNOR NAMA", "Dinas Angkasa", "import_registry"),
    ("unit_ambiguous", {"UNOR_ID": "", "UNOR_NAMA": "Sekretariat"}, "UNOR NAMA", "Sekretariat", "UNOR ID"),
    ("unit_empty", {"UNOR_ID": "", "UNOR_NAMA": ""}, "UNOR NAMA", "", "UNOR ID"),
    ("employment", {"JENIS_PEGAWAI_NAMA": "Honorer"}, "JENIS PEGAWAI NAMA", "Honorer", "PPPK"),
    ("email", {"EMAIL": "rahmi@"}, "EMAIL", "rahmi@", "kosongkan"),
    ("grade", {"GOL_AKHIR_NAMA": "Empat"}, "GOL AKHIR NAMA", "Empat", "III/d"),
    ("date", {"TMT_JABATAN": "31-02-2024"}, "TMT JABATAN", "31-02-2024", "2024-05-31"),
    ("formula", {"NAMA": '=HYPERLINK("http://x.example")'}, "NAMA", "=HYPERLINK", "Ganti rumus"),
    ("control", {"NAMA": "Rahmi\x00 Oktavia"}, "NAMA", "Rahmi� Oktavia", "tidak terlihat"),
    ("control", {"JABATAN_NAMA": "Guru\u202eilhA"}, "JABATAN NAMA", "Guru�ilhA", "tidak terlihat"),
    ("long", {"JABATAN_NAMA": "x" * 151}, "JABATAN NAMA", "xxx", "Ringkas"),
]


@pytest.mark.parametrize(("kind", "cells", "column", "value", "mend"), BAD)
def test_a_bad_row_is_rejected_with_line_column_value_and_mend(
    tree: SimpleNamespace, tmp_path: Path, kind: str, cells: dict[str, Any], column: str, value: str, mend: str
) -> None:
    plan = import_roster(given(tmp_path, employee(1), employee(2, **cells), employee(3)), apply=True)
    (problem,) = [each for each in plan.problems if each.kind == kind]
    assert (problem.line, problem.column) == (3, column)
    assert problem.value.startswith(value)
    assert len(problem.value) <= 60
    assert mend in problem.mend
    assert str(problem).startswith(f"Baris 3, kolom {column}")
    assert plan.totals.rejected == 1
    assert plan.applied is not None
    assert plan.applied["new"] == 2


def test_both_rows_of_one_nip_are_rejected(tree: SimpleNamespace, tmp_path: Path) -> None:
    """[F09]"""
    rows = [
        employee(1),
        employee(2),
        employee(1, PNS_ID="D-9", NAMA="LAIN"),
        employee(4, NIP_BARU=nip(1), UNOR_ID="", UNOR_NAMA="X"),
    ]
    plan = import_roster(given(tmp_path, *rows), apply=True)
    twins = [problem for problem in plan.problems if problem.kind == "nip_twice"]
    assert [(problem.line, problem.message) for problem in twins] == [
        (2, "NIP ini juga ada di baris 4, 5"),
        (4, "NIP ini juga ada di baris 2, 5"),
        (5, "NIP ini juga ada di baris 2, 4"),
    ]
    assert plan.totals.rejected == 3
    assert not Employee.objects.filter(nip=nip(1)).exists()
    assert nip(1) not in "".join(str(problem) for problem in plan.problems)


def test_a_pns_id_of_somebody_else_is_rejected(tree: SimpleNamespace, tmp_path: Path) -> None:
    import_roster(given(tmp_path, employee(1)), apply=True)
    rows = [employee(2, PNS_ID="D-000001"), employee(3, PNS_ID="D-5"), employee(4, PNS_ID="D-5"), employee(5)]
    plan = import_roster(given(tmp_path, *rows), apply=True)
    assert [(each.line, each.kind) for each in plan.problems] == [(line, "roster_id_twice") for line in (2, 3, 4)]
    assert Employee.objects.filter(nip__in=[nip(2), nip(3), nip(4), nip(5)]).count() == 1


def test_a_line_with_too_many_or_too_few_cells_is_rejected(tree: SimpleNamespace, tmp_path: Path) -> None:
    text = csv_text([employee(1), employee(2), employee(3)])
    header, one, two, three = text.splitlines()
    path = tmp_path / "rusak.csv"
    path.write_text(
        "\n".join([header + ",KOLOM", one + ",x,y", two + ",,,", ",".join(three.split(",")[:9])]), newline=""
    )
    plan = import_roster(path, apply=True)
    assert [(each.line, each.kind) for each in plan.problems] == [(2, "width"), (4, "width")]
    assert Employee.objects.filter(nip=nip(2)).exists()


def test_large_line_numbers_have_no_separators(tree: SimpleNamespace, tmp_path: Path) -> None:
    rows = [employee(number) for number in range(1200)]
    rows[1150]["NAMA"] = ""
    assert "Baris 1152," in str(import_roster(given(tmp_path, *rows)).problems[0])


# -- held ----------------------------------------------------------------------------------------------------------


def test_the_address_of_a_head_is_held_and_the_rest_goes_on(tree: SimpleNamespace, tmp_path: Path) -> None:
    known(60, tree.school)
    boss = person("Kepala", tree.dinas, nip=nip(1), email="lama@demo.pasbar.example")
    head(boss, tree.dinas)
    path = given(tmp_path, employee(1), employee(2))
    plan = import_roster(path, apply=True)
    assert [(each.change, each.held) for each in plan.people] == [("moved", "head"), ("new", "")]
    assert (plan.people[0].before, plan.people[0].after) == ("lama@demo.pasbar.example", "p1@demo.pasbar.example")
    assert plan.applied == {"new": 1, "changed": 0, "held": 1, "same": 0}
    boss.refresh_from_db()
    assert boss.email == "lama@demo.pasbar.example"
    assert boss.unit == tree.dinas


def test_two_officers_confirm_a_head_and_the_old_address_is_told(tree: SimpleNamespace, tmp_path: Path) -> None:
    known(60, tree.school)
    boss = person("Kepala", tree.dinas, nip=nip(1), email="lama@demo.pasbar.example", contact_email=None)
    head(boss, tree.dinas)
    path = given(tmp_path, employee(1))
    plan = import_roster(path, apply=True, officers=Officers(tree.administrator, tree.second))
    assert plan.applied == {"new": 0, "changed": 1, "held": 0, "same": 0}
    boss.refresh_from_db()
    assert boss.email == "p1@demo.pasbar.example"
    (mail,) = OutgoingEmail.objects.filter(purpose="address_changed")
    assert mail.to == "lama@demo.pasbar.example"
    assert nip(1) not in mail.text + mail.html + mail.subject
    events = list(AuditEvent.objects.order_by("seq").values_list("event", "actor_id"))
    assert events == [("roster_imported", tree.administrator.pk), ("address_changed", tree.administrator.pk)]


def test_more_than_five_percent_of_known_people_are_held_but_never_new_ones(
    tree: SimpleNamespace, tmp_path: Path
) -> None:
    """[F07]"""
    rows = [employee(number) for number in range(100)]
    import_roster(given(tmp_path, *rows), apply=True)
    few = [employee(number, JABATAN_NAMA="Guru Ahli Madya") for number in range(5)]
    assert import_roster(given(tmp_path, *few)).totals.held == 0
    many = [employee(number, JABATAN_NAMA="Guru Ahli Madya") for number in range(6)] + [employee(200)]
    plan = import_roster(given(tmp_path, *many), apply=True)
    assert plan.applied == {"new": 1, "changed": 0, "held": 6, "same": 0}
    assert {each.held for each in plan.people if each.change != "new"} == {"many"}
    assert Employee.objects.filter(post="Guru Ahli Madya").count() == 0


def test_the_command_says_that_a_second_officer_must_confirm(
    tree: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    boss = person("Kepala", tree.dinas, nip=nip(1), email="lama@demo.pasbar.example")
    head(boss, tree.dinas)
    path = given(tmp_path, employee(1), employee(2))
    with pytest.raises(CommandError, match="petugas kedua") as stopped:
        call_command("import_roster", path, apply=True)
    assert stopped.value.returncode == 3
    assert Employee.objects.filter(nip=nip(2)).exists()
    call_command("import_roster", path, apply=True, by=tree.administrator.nip, confirmed_by=tree.second.nip)
    output = capsys.readouterr().out
    assert "DITAHAN" in output
    assert nip(1) not in output
    assert Employee.objects.get(nip=nip(1)).email == "p1@demo.pasbar.example"


@pytest.mark.parametrize("pair", ["same", "no_administrator", "not_an_officer", "himself"])
def test_one_officer_alone_never_owns_the_approvals(tree: SimpleNamespace, tmp_path: Path, pair: str) -> None:
    """[Z10]"""
    boss = person("Kepala", tree.personnel, nip=nip(1), email="lama@demo.pasbar.example")
    head(boss, tree.personnel)
    nobody = person("Bukan Siapa", tree.school)
    officers = {
        "same": Officers(tree.administrator, tree.administrator),
        "no_administrator": Officers(nobody, tree.second),
        "not_an_officer": Officers(tree.administrator, nobody),
        "himself": Officers(tree.administrator, boss),
    }[pair]
    with pytest.raises(Refused):
        import_roster(given(tmp_path, employee(1)), apply=True, officers=officers)
    boss.refresh_from_db()
    assert boss.email == "lama@demo.pasbar.example"


def test_the_head_of_bkpsdm_may_be_the_second_officer(tree: SimpleNamespace, tmp_path: Path) -> None:
    boss = person("Kepala BKPSDM", tree.personnel)
    head(boss, tree.personnel)
    import_roster(given(tmp_path, employee(1)), apply=True)
    path = given(tmp_path, employee(1, JABATAN_NAMA="Pengawas"))
    plan = import_roster(path, apply=True, officers=Officers(tree.administrator, boss))
    assert plan.applied == {"new": 0, "changed": 1, "held": 0, "same": 0}


def test_the_departure_of_a_head_is_held(tree: SimpleNamespace, tmp_path: Path) -> None:
    known(60, tree.school)
    import_roster(given(tmp_path, employee(1)), apply=True)
    HeadAssignment.objects.create(person=Employee.objects.get(nip=nip(1)), opd=tree.dinas, starts=date(2025, 1, 1))
    plan = import_roster(given(tmp_path, employee(1, KEDUDUKAN_HUKUM_NAMA="Pensiun")), apply=True)
    assert plan.applied is not None
    assert plan.applied["held"] == 1
    assert Employee.objects.get(nip=nip(1)).is_active


# -- the command, the log, the lock --------------------------------------------------------------------------------


def test_fifty_bad_rows_of_ten_kinds_are_all_named(
    tree: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = [
        {"NIP_BARU": "1.98609E+17"},
        {"NIP_BARU": "1234"},
        {"NIP_BARU": ""},
        {"NAMA": ""},
        {"UNOR_ID": "?", "UNOR_NAMA": "Tidak Ada"},
        {"UNOR_ID": "", "UNOR_NAMA": "Sekretariat"},
        {"JENIS_PEGAWAI_NAMA": "THL"},
        {"EMAIL": "tanpa-at"},
        {"NAMA": "=1+1"},
        {"NIP_BARU": nip(777)},
    ]
    rows = [employee(number) for number in range(300)]
    for place in range(50):
        rows[place * 5 + 3] = employee(place * 5 + 3, **kinds[place % 10])
    path = given(tmp_path, *rows)
    call_command("import_roster", path, apply=True)
    output = capsys.readouterr()
    named = {int(line.split()[2].rstrip(",")) for line in output.out.splitlines() if line.startswith("DITOLAK")}
    assert named == {place * 5 + 5 for place in range(50)}
    assert "ditolak 50;" in output.out
    assert "Disimpan: 250 pegawai baru" in output.out
    assert "Membaca 100%" in output.err
    assert Employee.objects.filter(nip__in=[nip(number) for number in range(300)]).count() == 250


def test_the_log_keeps_counts_and_a_digest_but_no_person(tree: SimpleNamespace, tmp_path: Path) -> None:
    import_roster(given(tmp_path, employee(1), employee(2, NAMA="")), apply=True)
    (event,) = AuditEvent.objects.all()
    assert event.data["done"] == {"new": 1, "changed": 0, "held": 0, "same": 0}
    assert event.data["rejected"] == 1
    assert len(event.data["file"]) == 64


def test_a_file_without_the_needed_columns_is_refused(tree: SimpleNamespace, tmp_path: Path) -> None:
    for columns in (("NIP", "UNIT KERJA"), ("NIP", "NAMA"), ("NIP", "NIP BARU", "NAMA", "UNOR ID")):
        with pytest.raises(Refused):
            import_roster(write_csv(tmp_path / "x.csv", [{"NIP": nip(1), "NAMA": "A"}], columns=columns))


def test_titles_above_the_header_are_skipped_and_lines_still_count(tree: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "judul.csv"
    path.write_text("DAFTAR PEGAWAI\n\n" + csv_text([employee(1), employee(2, NAMA="")]), newline="")
    plan = import_roster(path)
    assert [each.line for each in plan.problems] == [5]
    assert plan.totals.changes["new"] == 1


def test_the_export_has_its_69_columns() -> None:
    assert len(SIASN) == 69
