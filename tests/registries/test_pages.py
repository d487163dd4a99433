"""The pages of the registers: file, plan, errors, save, take back; one row by hand; cases are judged again."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.due import perform
from approvals.duties import rescreening
from approvals.models import WorkItem, WorkKind
from declarations.models import Declaration
from declarations.registries import tasks
from declarations.registries.models import Entry, RegistryImport, State
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal.audit.models import AuditEvent
from tests.factories import World, endorse, review, sent
from tests.registries.test_imports import HEAD, line, vendors

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Client:
    client = Client()
    client.force_login(world.reviewer)
    session = client.session
    session["proven"] = time.time()
    session.save()
    return client


def upload(client: Client, text: str, **fields: Any) -> Any:
    file = SimpleUploadedFile("penyedia.csv", text.encode())
    return client.post(reverse("registries:one", args=["penyedia"]), {"berkas": file, "sumber": "SPSE", **fields})


def test_a_file_is_read_shown_saved_and_taken_back(world: World, officer: Client) -> None:
    nameless = f";;;{world.dinas.name};Buku;03-02-2026;"
    rows = [line(world, "CV Maju Jaya"), line(world, "=1+1"), nameless]
    answer = upload(officer, HEAD + "\n".join(rows) + "\n")
    batch = RegistryImport.objects.get()
    page = reverse("registries:batch", args=[batch.pk])
    assert answer["Location"] == page
    assert "Sedang dibaca" in officer.get(page).content.decode()
    assert tasks.work_on(batch.pk)
    shown = officer.get(page).content.decode()
    assert "CV Maju Jaya" in shown
    assert "kolom NAMA PENYEDIA kosong; isi" in shown
    errors = officer.get(reverse("registries:problems", args=[batch.pk])).content.decode()
    assert "kosong; isi" in errors
    officer.post(page, {"tindakan": "simpan"})
    assert tasks.work_on(batch.pk)
    assert "Tersimpan" in officer.get(page).content.decode()
    assert "CV Maju Jaya" in officer.get(reverse("registries:one", args=["penyedia"]) + "?q=pt maju").content.decode()
    officer.post(page, {"tindakan": "tarik"})
    assert not Entry.objects.filter(ended_by=None).exists()
    assert set(AuditEvent.objects.values_list("event", flat=True)) >= {"registry_imported", "registry_import_undone"}


def test_what_is_missing_is_said_and_what_was_typed_is_kept(officer: Client) -> None:
    answer = officer.post(reverse("registries:one", args=["penyedia"]), {"sumber": "SPSE UKPBJ"})
    assert answer.status_code == 422
    assert "Pilih berkasnya" in answer.content.decode()
    assert "SPSE UKPBJ" in answer.content.decode()
    assert officer.get(reverse("registries:one", args=["entah"])).status_code == 404


def test_one_row_by_hand_and_its_end(world: World, officer: Client) -> None:
    url = reverse("registries:add", args=["bidang"])
    refused = officer.post(url, {"name": "buku", "sumber": "Rapat"})
    assert refused.status_code == 422
    assert "Isi OPD atau fungsi" in refused.content.decode()
    assert officer.post(url, {"name": "buku", "opd": world.dinas.name, "sumber": "Rapat"}).status_code == 302
    row = Entry.objects.get()
    officer.post(reverse("registries:end", args=[row.pk]))
    row.refresh_from_db()
    assert row.ended_by is not None


def test_pages_ask_a_fixed_number_of_queries(
    world: World, officer: Client, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    vendors(tmp_path, *(line(world, f"Usaha {number:04}") for number in range(60)))
    for url in (reverse("registries:list"), reverse("registries:one", args=["penyedia"])):
        with django_assert_max_num_queries(12):
            assert officer.get(url).status_code == 200


def paid_case(world: World) -> Declaration:
    partner = {"name": "Maju Jaya", "form": "ENDORSE", "sector": "alat tulis", "nib": "", "starts": "", "ends": ""}
    return sent(world.teacher, SampleChannel("@uji.mitra", answers={**PAID_CHANNEL, "E3": [partner]}), **PAID_ANSWERS)


def test_a_new_vendor_is_asked_about_in_open_cases_and_told_of_approved_ones(world: World, tmp_path: Path) -> None:
    approved = review(endorse(paid_case(world)), world.reviewer)
    assert approved.status == Status.APPROVED
    sent(world.colleague)
    vendors(tmp_path, line(world, "CV Maju Jaya"))
    assert rescreening.rescreen_after_imports() == 1
    assert rescreening.rescreen_after_imports() == 0
    assert approved.snapshot is not None
    finding = approved.snapshot.findings.get(code="KK-01")
    assert finding.added_at is not None
    approved.refresh_from_db()
    assert approved.status == Status.APPROVED
    assert WorkItem.objects.filter(kind=WorkKind.RESCREENED, declaration=approved).count() == 1
    lines = AuditEvent.objects.filter(chain=approved.audit_chain, event="rescreened").count()
    vendors(tmp_path, line(world, "CV Lain"))
    perform()
    assert AuditEvent.objects.filter(chain=approved.audit_chain, event="rescreened").count() == lines


def test_imports_left_lying_are_states_that_people_see(officer: Client, world: World) -> None:
    upload(officer, "bukan;register\n1;2\n")
    batch = RegistryImport.objects.get()
    tasks.work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.FAILED
    assert "Kolom tidak ditemukan" in officer.get(reverse("registries:batch", args=[batch.pk])).content.decode()


def test_a_file_that_breaks_the_reader_fails_once(
    officer: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(officer, HEAD + line(world, "CV Maju Jaya") + "\n")
    batch = RegistryImport.objects.get()

    def broken(_batch: RegistryImport) -> None:
        raise ValueError

    monkeypatch.setattr(tasks, "read_stored", broken)
    assert tasks.work_on(batch.pk)
    assert not tasks.work_on(batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.FAILED
    assert "tidak dapat diproses" in batch.error
