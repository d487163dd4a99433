"""Letters: numbers, frozen facts, the PDF and who may open it."""

import hashlib
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from approvals import letters, workflow
from approvals.letter_pdf import person_rows, render, words_of
from approvals.models import Letter, LetterFile, Outcome
from approvals.tasks import render_letter
from approvals.verdicts import NewCondition
from declarations.models import Declaration
from declarations.samples import SampleChannel
from declarations.status import Status
from portal import clock
from portal.people.models import Employee
from tests.factories import World, declaration_at, endorse, person, review, sent

FACTS: dict[str, Any] = {
    "number": "SK-2026-00001",
    "code": "7F3K9QWM2TX8RHC4VDNP6JBYG3",
    "address": "https://deklarasi.contoh.example/v/7F3K9QWM2TX8RHC4VDNP6JBYG3/",
    "declaration": "DK-2611-00001-7",
    "sent": "2026-11-20",
    "issued": "2026-11-23",
    "approved_at": "2026-11-23T07:05:00+00:00",
    "valid_until": "2027-11-22",
    "issuer": "BKPSDM",
    "decision": "approved_conditions",
    "person": {
        "name": "Rahmi Oktavia, S.Pd.",
        "masked": "R•••• O••••••",
        "nip": "198504122010012901",
        "employment": "pns",
        "grade": "III/d",
        "post": "Guru Ahli Muda",
        "unit": "SD Negeri 91 Contoh Kinali",
        "office": "Dinas Pendidikan dan Kebudayaan",
    },
    "channels": [
        {"platform": "YouTube", "label": "@belajar.contoh", "url": "https://www.youtube.com/@belajar.contoh"},
        {"platform": "TikTok", "label": "@belajar.contoh", "url": "https://www.tiktok.com/@belajar.contoh"},
    ],
    "conditions": [
        {"text": "Menonaktifkan monetisasi", "due": "2026-12-23"},
        {"text": "Hanya dilakukan di luar jam kerja", "due": ""},
    ],
    "demo": True,
}


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_letter_says_what_the_dossier_asks() -> None:
    """[V05]"""
    text = text_of(render(Letter(facts=FACTS)))
    for expected in [
        "PEMERINTAH KABUPATEN PASAMAN BARAT",
        "SURAT KETERANGAN HASIL TELAAH DEKLARASI KANAL",
        "NOMOR SK-2026-00001",
        "deklarasi nomor DK-2611-00001-7 tanggal 20 November 2026",
        "Rahmi Oktavia, S.Pd.",
        "19850412 201001 2 901",
        "Penata Tk. I (III/d)",
        "https://www.tiktok.com/@belajar.contoh",
        "DISETUJUI DENGAN SYARAT",
        "1. Menonaktifkan monetisasi (paling lambat 23 Desember 2026)",
        "bukan merupakan izin, tidak memberi kekebalan",
        "berlaku sampai dengan 22 November 2027",
        "Disetujui melalui Portal pada 23 November 2026 pukul 14.05 WIB",
        "7F3K 9QWM 2TX8 RHC4 VDNP 6JBY G3",
        "deklarasi.contoh.example/v/",
        "DATA FIKTIF",
    ]:
        assert expected in text
    assert "ditandatangani secara elektronik" not in text


def test_same_facts_give_the_same_bytes_and_other_facts_do_not() -> None:
    assert render(Letter(facts=FACTS)) == render(Letter(facts=FACTS))
    assert render(Letter(facts=FACTS)) != render(Letter(facts={**FACTS, "number": "SK-2026-00002"}))


def test_a_real_person_gets_no_demo_mark() -> None:
    assert "DATA FIKTIF" not in text_of(render(Letter(facts={**FACTS, "demo": False})))


def test_what_people_type_is_never_read_as_markup() -> None:
    """[X05]"""
    evil = '#panic("x") *tebal* $x$ <l> @rujuk \\ // ] ) "'
    facts = {
        **FACTS,
        "person": {**FACTS["person"], "name": evil},
        "conditions": [{"text": evil, "due": ""}],
        "channels": [{"platform": "YouTube", "label": evil, "url": evil}],
    }
    assert text_of(render(Letter(facts=facts))).count('#panic("x")') == 3


def test_a_letter_of_many_channels_and_conditions_runs_over_pages() -> None:
    facts = {
        **FACTS,
        "channels": FACTS["channels"] * 5,
        "conditions": [{"text": "Syarat panjang " * 30, "due": ""}] * 12,
    }
    reader = PdfReader(io.BytesIO(render(Letter(facts=facts))))
    assert len(reader.pages) > 1
    assert f"Halaman 2 dari {len(reader.pages)}" in reader.pages[1].extract_text()


def test_pppk_have_their_own_number_and_grade() -> None:
    rows = dict(person_rows({**FACTS["person"], "employment": "pppk", "grade": "IX"}))
    assert rows["NI PPPK"] == "19850412 201001 2 901"
    assert rows["Golongan"] == "IX"
    assert "NIP" not in rows


def test_the_official_number_stands_beside_ours() -> None:
    assert words_of(FACTS, "800.1.6.1/214/BKPSDM-2026")["number_line"] == (
        "NOMOR 800.1.6.1/214/BKPSDM-2026 (SK-2026-00001)"
    )


def test_codes_have_130_bits_of_signs_that_cannot_be_confused() -> None:
    codes = {letters.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {26}
    assert not set("".join(codes)) & set("O0I1")
    assert len(letters.ALPHABET) == len(set(letters.ALPHABET)) == 32


@pytest.mark.parametrize(
    ("name", "shown"), [("Rahmi Oktavia", "R•••• O••••••"), ("Slamet", "S•••••"), ("Ali Umar X", "A•• U••• X")]
)
def test_masked_name(name: str, shown: str) -> None:
    assert letters.masked(name) == shown


# -- with the workflow ----------------------------------------------------------------------------------------------


@pytest.fixture
def world(db: None) -> World:
    return World()


def approved(world: World, who: Employee | None = None, **verdict: Any) -> Declaration:
    return review(endorse(sent(who or world.teacher)), world.reviewer, **verdict)


def test_approval_issues_one_letter_with_frozen_facts(world: World) -> None:
    conditions = (NewCondition("Hanya di luar jam kerja", due_on=clock.today() + timedelta(days=30)),)
    declaration = approved(world, outcome=Outcome.APPROVED_CONDITIONS, conditions=conditions)
    letter = declaration.letters.get()
    assert letter.number == f"SK-{clock.today().year}-00001"
    assert letter.valid_until == declaration.valid_until
    assert letter.facts["conditions"][0]["text"] == "Hanya di luar jam kerja"
    before = render(letter)
    world.teacher.name = "Nama Baru"
    world.teacher.save()
    letter.refresh_from_db()
    assert render(letter) == before


@pytest.mark.parametrize(("by", "office"), [("second_reviewer", "Badan Kepegawaian"), ("inspector", "Inspektorat")])
def test_an_approval_after_an_objection_has_a_letter_of_its_office(world: World, by: str, office: str) -> None:
    declaration = declaration_at(Status.REJECTED, world)
    if by == "inspector":
        Employee.objects.filter(groups__name="reviewer").exclude(pk=world.reviewer.pk).update(is_active=False)
    workflow.object_to(declaration, "Bukti tayangan diunggah pada hari libur.", by=declaration.declarant)
    declaration.refresh_from_db()
    review(declaration, getattr(world, by), reason="Penjelasannya meyakinkan untuk dinilai kembali.")
    assert letters.render_missing() == 1
    assert office in text_of(bytes(declaration.letters.get().file.pdf))


def test_rejection_issues_no_letter(world: World) -> None:
    """[V08]"""
    assert not declaration_at(Status.REJECTED, world).letters.exists()


def test_numbers_have_no_gap_after_a_rolled_back_approval(world: World) -> None:
    """[V07]"""
    first = approved(world)
    with transaction.atomic():
        approved(world, world.colleague)
        transaction.set_rollback(True)
    second = approved(world, world.colleague)
    assert [each.letters.get().number[-5:] for each in (first, second)] == ["00001", "00002"]


def test_numbers_begin_again_each_year(world: World) -> None:
    with clock.pretend(clock.end_of_day(date(clock.today().year + 1, 1, 4))):
        assert approved(world).letters.get().number == f"SK-{clock.today().year}-00001"


def test_an_excluded_channel_is_not_in_the_letter(world: World) -> None:
    declaration = endorse(
        sent(world.teacher, SampleChannel("@uji.tetap"), SampleChannel("@uji.keluar", platform="tiktok"))
    )
    declaration.items.filter(channel__platform="tiktok").update(excluded=True, excluded_reason="Bukan milik pegawai.")
    letter = review(declaration, world.reviewer).letters.get()
    assert [channel["label"] for channel in letter.facts["channels"]] == ["@uji.tetap"]


def test_missing_files_are_made_once(world: World) -> None:
    """[V06]"""
    letter = approved(world).letters.get()
    assert letters.render_missing() == 1
    assert letters.render_missing() == 0
    file = LetterFile.objects.get(letter=letter)
    assert file.sha256 == hashlib.sha256(bytes(file.pdf)).hexdigest()
    assert render_letter(letter.pk) is False


def test_two_workers_leave_one_file(world: World) -> None:
    letter = approved(world).letters.get()
    letters.make_file(letter)
    letters.make_file(letter)
    assert LetterFile.objects.filter(letter=letter).count() == 1


def test_one_letter_that_cannot_be_made_does_not_hold_up_the_others(world: World) -> None:
    broken = approved(world).letters.get()
    Letter.objects.filter(pk=broken.pk).update(facts={})
    good = approved(world, world.colleague).letters.get()
    assert letters.render_missing() == 1
    assert LetterFile.objects.get().letter == good


def test_file_name_and_address_carry_no_nip(world: World, client: Client) -> None:
    declaration = approved(world)
    letters.render_missing()
    client.force_login(world.teacher)
    response = client.get(f"/deklarasi/{declaration.number}/surat.pdf")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="surat-{declaration.letters.get().number}.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF")


def test_until_the_file_is_made_a_page_says_so(world: World, client: Client) -> None:
    declaration = approved(world)
    client.force_login(world.teacher)
    response = client.get(f"/deklarasi/{declaration.number}/surat.pdf")
    assert response.status_code == 200
    assert "Surat sedang disiapkan" in response.content.decode()


def test_who_may_open_the_letter(world: World, client: Client) -> None:
    """[Z04]"""
    declaration = approved(world)
    letters.render_missing()
    address = f"/deklarasi/{declaration.number}/surat.pdf"
    assert client.get(address).status_code == 302
    stranger = person("Orang Lain", world.ptsp)
    for who, status in [
        (world.teacher, 200),
        (world.reviewer, 200),
        (world.inspector, 200),
        (world.colleague, 404),
        (world.head, 404),
        (world.administrator, 404),
        (stranger, 404),
    ]:
        client.force_login(who)
        assert client.get(address).status_code == status, who
    assert client.post(address).status_code == 405


def test_a_case_without_a_letter_answers_404(world: World, client: Client) -> None:
    declaration = sent(world.teacher)
    client.force_login(world.teacher)
    assert client.get(f"/deklarasi/{declaration.number}/surat.pdf").status_code == 404
    assert client.get("/deklarasi/DK-2611-99999-9/surat.pdf").status_code == 404
