"""The roster import in the browser: columns, plan, errors to mend, two officers, undo; each act once."""

import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import clock
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from portal.rosters import saving, tasks
from portal.rosters.models import RosterImport, RosterRow, State
from tests.people.directory import head, person
from tests.people.files import csv_text, employee, nip

pytestmark = pytest.mark.django_db
URL = "/kelola/pegawai/impor/"
SIMPEG = ["Nomor Induk", "Pegawai", "Tempat Tugas", "Status Pegawai", "NIK"]


@pytest.fixture
def office(tree: SimpleNamespace) -> SimpleNamespace:
    tree.admin = person("Pengelola Satu", tree.school, "administrator")
    tree.second = person("Pengelola Dua", tree.school, "administrator")
    for number in range(500, 560):
        person(f"Orang {number}", tree.school, nip=nip(number))
    return tree


def signed_in(who: Employee) -> Client:
    client = Client()
    client.force_login(who)
    session = client.session
    session["proven"] = time.time()
    session.save()
    return client


def upload(client: Client, content: str | bytes, name: str = "pegawai.csv", **extra: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(URL, {"berkas": SimpleUploadedFile(name, raw), **extra})


def matched(client: Client, content: str, **chosen: str) -> RosterImport:
    """Upload a file, take the guessed columns (or the given ones) and read it."""
    answer = upload(client, content)
    assert answer.status_code == 302, answer.content.decode()
    batch = RosterImport.objects.latest("pk")
    rows = client.get(answer["Location"]).context["rows"]
    guessed = {f"kolom_{row['field']}": str("" if row["chosen"] is None else row["chosen"]) for row in rows}
    assert client.post(answer["Location"], {**guessed, **chosen, "tindakan": "cocokkan"}).status_code == 302
    tasks.work_on(batch.pk)
    batch.refresh_from_db()
    return batch


def act(client: Client, batch: RosterImport, what: str) -> Any:
    answer = client.post(f"{URL}{batch.pk}/", {"tindakan": what})
    tasks.work_on(batch.pk)
    batch.refresh_from_db()
    return answer


def directory() -> list[tuple[Any, ...]]:
    fields = ("nip", "name", "email", "email_gov", "unit_id", "post", "grade", "is_active", "legal_status", "roster_id")
    return list(Employee.objects.order_by("pk").values_list("pk", *fields))


def test_six_errors_are_named_mended_imported_and_undone(office: SimpleNamespace) -> None:
    client, before = signed_in(office.admin), directory()
    wrong = [
        employee(1, **{"NIP_BARU": "'197713011998031904"}),
        employee(2, NAMA=""),
        employee(3, EMAIL="bukan-alamat"),
        employee(4, UNOR_ID="U-TIDAK-ADA", UNOR_NAMA="Tidak Ada"),
        employee(5, JENIS_PEGAWAI_NAMA="Entah"),
        employee(6, GOL_AKHIR_NAMA="Z/9"),
    ]
    batch = matched(client, csv_text([*wrong, *(employee(number) for number in range(10, 20))]))
    assert (batch.state, batch.rows, batch.rejected, batch.changes["new"]) == (State.PLANNED, 16, 6, 10)
    page = client.get(f"{URL}{batch.pk}/").content.decode()
    assert len(re.findall("data-galat=", page)) == 6
    assert "1.99" not in page
    assert batch.content is None
    assert "RAHASIA-AGAMA" not in str(list(RosterRow.objects.values_list("data", flat=True)))
    act(client, batch, "simpan")
    assert batch.state == State.APPLIED
    assert batch.done["new"] == 10
    file = client.post(f"{URL}{batch.pk}/galat.csv").content.decode()
    assert file.count("\r\n") == 7
    assert "Kesalahan" in file
    right = [nip(1), "PEGAWAI BARU", "p3@demo.pasbar.example", "SD Negeri 91 Contoh", "", ""]
    mended = mend(file, right)
    again = matched(client, mended)
    assert (again.rows, again.rejected, again.changes["new"]) == (6, 0, 6)
    act(client, again, "simpan")
    act(client, again, "urungkan")
    assert again.state == State.UNDONE
    act(client, batch, "urungkan")
    assert directory() == before
    assert AuditEvent.objects.filter(event="roster_import_undone").count() == 2
    assert not [line for line in AuditEvent.objects.values_list("data", flat=True) if re.search(r"\d{18}", str(line))]


def mend(file: str, right: list[str]) -> str:
    """Mend the six rows as a person in a spreadsheet would."""
    import csv
    import io

    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";"))
    at = {title: index for index, title in enumerate(rows[0])}
    titles = ["NIP BARU", "NAMA", "EMAIL", "UNOR NAMA", "JENIS PEGAWAI NAMA", "GOL AKHIR NAMA"]
    for row, title, text in zip(rows[1:], titles, [*right[:4], "PNS", "III/a"], strict=True):
        row[at[title]] = text
    rows[4][at["UNOR ID"]] = "U-SD"
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue()


def test_headings_of_ones_own_are_matched_by_hand_and_remembered(office: SimpleNamespace) -> None:
    client = signed_in(office.admin)
    text = ";".join(SIMPEG) + f"\n{nip(1)};SITI CONTOH;SD Negeri 91 Contoh;PNS;1312010101800001\n"
    batch = RosterImport.objects.get(pk=int(upload(client, text)["Location"].rstrip("/").split("/")[-1]))
    url = f"{URL}{batch.pk}/"
    page = client.get(url).content.decode()
    assert "1312010101800001" not in page
    assert "Kolom yang dibuang saat dibaca: NIK" in page
    assert client.post(url, {"tindakan": "cocokkan", "kolom_name": "1"}).status_code == 422
    twice = client.post(url, {"tindakan": "cocokkan", "kolom_nip": "0", "kolom_name": "0", "kolom_unit": "2"})
    assert twice.status_code == 422
    assert "dipasangkan dua kali" in twice.content.decode()
    columns = {each["title"]: str(each["column"]) for each in batch.headings}
    chosen = {
        "kolom_nip": columns["Nomor Induk"],
        "kolom_name": columns["Pegawai"],
        "kolom_unit": columns["Tempat Tugas"],
        "kolom_employment": columns["Status Pegawai"],
    }
    assert client.post(url, {"tindakan": "cocokkan", **chosen}).status_code == 302
    tasks.work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.changes["new"] == 1
    again = upload(client, text)["Location"]
    rows = client.get(again).context["rows"]
    assert {row["field"]: str(row["chosen"]) for row in rows if row["chosen"] is not None} == {
        name.removeprefix("kolom_"): column for name, column in chosen.items()
    }


def test_a_heads_address_waits_for_a_second_officer_and_the_old_one_is_told(office: SimpleNamespace) -> None:
    chief = person("Kepala Lama", office.school, nip=nip(9), email="lama@demo.pasbar.example")
    head(chief, office.dinas)
    client = signed_in(office.admin)
    batch = matched(client, csv_text([employee(9, EMAIL="baru@demo.pasbar.example"), employee(1)]))
    assert batch.held == 1
    act(client, batch, "simpan")
    assert batch.state == State.WAITING
    chief.refresh_from_db()
    assert chief.email == "lama@demo.pasbar.example"
    assert act(client, batch, "setuju").status_code == 409  # one officer alone never
    other = signed_in(office.second)
    assert f"{URL}{batch.pk}/" in other.get("/kelola/konfirmasi/").content.decode()
    act(other, batch, "setuju")
    chief.refresh_from_db()
    assert (batch.state, chief.email) == (State.APPLIED, "baru@demo.pasbar.example")
    assert batch.done["new"] == 1
    assert OutgoingEmail.objects.filter(purpose="address_changed", to="lama@demo.pasbar.example").count() == 1
    assert act(client, batch, "urungkan").status_code == 403
    act(other, batch, "urungkan")
    chief.refresh_from_db()
    assert chief.email == "baru@demo.pasbar.example"  # two officers changed it: one does not change it back
    assert batch.left == [str(chief)]


def test_the_second_officer_may_refuse_and_the_rest_stands(office: SimpleNamespace) -> None:
    chief = person("Kepala Lama", office.school, nip=nip(9), email="lama@demo.pasbar.example")
    head(chief, office.dinas)
    batch = matched(signed_in(office.admin), csv_text([employee(9, EMAIL="baru@x.example"), employee(1)]))
    act(signed_in(office.admin), batch, "simpan")
    act(signed_in(office.second), batch, "tolak")
    chief.refresh_from_db()
    assert (batch.state, batch.accepted, chief.email) == (State.APPLIED, False, "lama@demo.pasbar.example")
    assert Employee.objects.filter(nip=nip(1)).exists()


def test_more_than_five_percent_of_known_people_is_unusual(office: SimpleNamespace) -> None:
    rows = [employee(number, JABATAN_NAMA="Guru Lain") for number in range(500, 520)]
    client = signed_in(office.admin)
    batch = matched(client, csv_text(rows))
    assert batch.held == 20
    assert "Perubahan tidak biasa" in client.get(f"{URL}{batch.pk}/").content.decode()


def test_saving_twice_saves_once(office: SimpleNamespace) -> None:
    client = signed_in(office.admin)
    batch = matched(client, csv_text([employee(1)]))
    act(client, batch, "simpan")
    assert act(client, batch, "simpan").status_code == 409
    assert act(client, batch, "batal").status_code == 409
    assert AuditEvent.objects.filter(event="roster_imported").count() == 1


def test_undoing_leaves_whoever_changed_or_is_used_since(office: SimpleNamespace) -> None:
    client = signed_in(office.admin)
    rows = [employee(500, JABATAN_NAMA="Guru Baru"), employee(501, JABATAN_NAMA="Guru Baru"), employee(1), employee(2)]
    batch = matched(client, csv_text(rows))
    act(client, batch, "simpan")
    Employee.objects.filter(nip=nip(501)).update(grade="IV/a")
    Employee.objects.filter(nip=nip(2)).update(contact_email="sudah@demo.pasbar.example")
    act(client, batch, "urungkan")
    assert (batch.done["restored"], batch.done["removed"], batch.done["left"]) == (1, 1, 2)
    assert not Employee.objects.filter(nip=nip(1)).exists()
    assert Employee.objects.filter(nip=nip(2)).exists()
    assert Employee.objects.get(nip=nip(501)).post == "Guru Baru"


def test_only_the_newest_import_of_a_day_is_undone(office: SimpleNamespace) -> None:
    client = signed_in(office.admin)
    first = matched(client, csv_text([employee(1)]))
    act(client, first, "simpan")
    second = matched(client, csv_text([employee(2)]))
    act(client, second, "simpan")
    assert act(client, first, "urungkan").status_code == 409
    with clock.pretend(clock.now() + saving.UNDO * 1.1):
        assert act(client, second, "urungkan").status_code == 409
        assert saving.forget_old() == 2
    assert not second.kept.exists()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "Berkas kosong"),
        (b"%PDF-1.7 bukan tabel", "a.xlsx", "bukan XLSX"),
        (b"\xd0\xcf\x11\xe0", "a.xls", "Format .xls lama"),
        (b"PK\x03\x04rusak", "a.xlsx", ""),
    ],
)
def test_a_file_that_is_none_is_told(office: SimpleNamespace, content: bytes, name: str, sentence: str) -> None:
    answer = upload(signed_in(office.admin), content, name)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not RosterImport.objects.exists()


def test_a_file_too_large_is_told(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.rosters.forms.IMPORT", 10)
    assert "25 MB" in upload(signed_in(office.admin), "NIP;NAMA\n1;2\n").content.decode()


def test_a_worker_that_died_is_followed_by_another(office: SimpleNamespace) -> None:
    client = signed_in(office.admin)
    answer = upload(client, csv_text([employee(1)]))
    batch = RosterImport.objects.latest("pk")
    rows = client.get(answer["Location"]).context["rows"]
    chosen = {f"kolom_{row['field']}": str("" if row["chosen"] is None else row["chosen"]) for row in rows}
    client.post(answer["Location"], {**chosen, "tindakan": "cocokkan"})
    assert "Sedang dibaca" in client.get(answer["Location"]).content.decode()
    assert tasks.resume() == 0
    with clock.pretend(clock.now() + saving.UNDO):
        assert tasks.resume() == 1
    batch.refresh_from_db()
    assert batch.state == State.PLANNED


def test_a_plan_costs_the_same_whatever_it_lists(office: SimpleNamespace) -> None:
    client = signed_in(office.admin)
    few = matched(client, csv_text([employee(1)]))
    many = matched(client, csv_text([employee(number) for number in range(1, 120)]))
    client.get(f"{URL}{few.pk}/")
    with CaptureQueriesContext(connection) as small:
        client.get(f"{URL}{few.pk}/")
    with CaptureQueriesContext(connection) as large:
        client.get(f"{URL}{many.pk}/")
    assert len(large) <= len(small) + 1  # the second page is counted


def test_only_administrators_and_the_head_of_personnel(office: SimpleNamespace, tmp_path: Path) -> None:
    batch = matched(signed_in(office.admin), csv_text([employee(1)]))
    other = signed_in(person("Guru", office.school))
    assert other.get(URL).status_code == 403
    assert other.get(f"{URL}{batch.pk}/").status_code == 403
    assert other.post(f"{URL}{batch.pk}/galat.csv").status_code == 403


def test_every_line_of_a_long_plan_is_listed(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.people.roster.plan.SHOWN", 7)
    client = signed_in(office.admin)
    batch = matched(client, csv_text([employee(number) for number in range(1, 61)]))
    assert batch.planned.count() == 60
    first, second = (client.get(f"{URL}{batch.pk}/?kelompok=new&hal={page}") for page in (1, 2))
    assert (len(first.context["page"]), len(second.context["page"])) == (50, 10)
    assert 'aria-label="Halaman 2"' in first.content.decode()
