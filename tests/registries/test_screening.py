"""A declared partner meets the registers: evidence names the row, a similar name says that it is only similar."""

from pathlib import Path
from typing import Any

import pytest

from approvals.models import Finding
from approvals.registryfacts import added
from declarations.facts import facts_of
from declarations.models import Declaration
from declarations.registries import applying
from declarations.registries.matching import Asked, match
from declarations.registries.models import Entry
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from portal import clock
from tests.factories import World, sent
from tests.registries.test_imports import line, stage, vendors

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def declared(world: World, name: str, **answers: Any) -> Declaration:
    partner = {"name": name, "form": "ENDORSE", "sector": "buku pelajaran", "nib": "", "starts": "", "ends": ""}
    channel = SampleChannel("@uji.mitra", answers={**PAID_CHANNEL, "E3": [partner]})
    return sent(world.teacher, channel, **{**PAID_ANSWERS, **answers})


def found(declaration: Declaration) -> dict[str, Finding]:
    assert declaration.snapshot is not None
    return {finding.code: finding for finding in declaration.snapshot.findings.all()}


def test_a_vendor_of_the_own_office_is_found_although_the_answer_is_no(world: World, tmp_path: Path) -> None:
    vendors(tmp_path, line(world, "CV Maju Jaya"))
    finding = found(declared(world, "PT. MAJU JAYA TBK", F1="TIDAK"))["KK-01"]
    assert finding.severity == "block"
    assert finding.reason.startswith("Menurut register, PT. MAJU JAYA TBK adalah")
    (row,) = [each for each in finding.evidence if each["code"] == "REGISTER"]
    assert row["entry"] == Entry.objects.get().pk
    assert row["answer"].startswith("CV Maju Jaya: penyedia Dinas Pendidikan, Buku, 3 Feb 2026 (nama sama; Uji, dimuat")
    assert row["answer"].endswith("baris 2)")


def test_a_similar_name_is_one_step_lower_and_says_so(world: World, tmp_path: Path) -> None:
    vendors(tmp_path, line(world, "CV Sumber Rejeki Mandiri"))
    finding = found(declared(world, "Sumber Rezeki Mandiri"))["KK-01"]
    assert finding.severity == "warn"
    assert finding.reason.startswith("Terdapat kemungkinan kesamaan nama dengan CV Sumber Rejeki Mandiri. Menurut")


def test_what_was_found_keeps_its_row_after_the_import_is_taken_back(world: World, tmp_path: Path) -> None:
    batch = vendors(tmp_path, line(world, "CV Maju Jaya"))
    case = declared(world, "Maju Jaya")
    applying.undo(batch, by=world.administrator)
    assert "KK-01" in found(case)
    assert not match([Asked("Maju Jaya")], on=clock.today())


def test_elections_weigh_on_family_ties(world: World, tmp_path: Path) -> None:
    assert found(sent(world.colleague, F4="YA"))["KK-23"].severity == "warn"
    applying.apply(stage(tmp_path, "NAMA;MULAI;SAMPAI\nPemilu Contoh;01-01-2020;31-12-2099\n", "election"))
    assert found(sent(world.teacher, F4="YA"))["KK-23"].severity == "block"


def test_a_clean_declaration_asks_the_registers_nothing(world: World, django_assert_num_queries: Any) -> None:
    case = sent(world.teacher)
    assert case.snapshot is not None
    assert case.declarant.office is not None
    facts = facts_of(case.snapshot.content, {})
    with django_assert_num_queries(0):
        assert added(facts, case).registered == ()


def test_many_rows_elsewhere_do_not_hide_the_own_office(world: World, tmp_path: Path) -> None:
    other = [f"CV Maju Jaya;;;{world.ptsp.name};Paket {number};03-02-2026;" for number in range(30)]
    vendors(tmp_path, *other, line(world, "CV Maju Jaya"))
    codes = found(declared(world, "Maju Jaya"))
    assert {"KK-01", "KK-02"} <= set(codes)


def test_a_vendor_of_a_school_is_one_of_its_office(world: World, tmp_path: Path) -> None:
    vendors(tmp_path, f"CV Maju Jaya;;;{world.school.name};Buku;03-02-2026;")
    codes = found(declared(world, "Maju Jaya"))
    assert "KK-01" in codes
    assert "KK-02" not in codes
