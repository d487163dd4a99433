"""The routing table of domain.md 3.5, one row per line, over an invented kabupaten that needs no database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from approvals.models import Because
from approvals.routing import Route, route
from portal.people.models import Capacity, Employee, HeadAssignment, Opd, UnitKind

ON = date(2026, 11, 23)
K = UnitKind


class Region:
    """Units, people and who heads what; `heads` and `headed` are the finders that `route` is given."""

    def __init__(self) -> None:
        self.units: dict[str, Opd] = {}
        self.people: dict[str, Employee] = {}
        self.assignments: list[HeadAssignment] = []
        for code, kind, parent, title in [
            ("PEMKAB", K.PEMKAB, "", "Bupati Pasaman Barat"),
            ("SETDA", K.SETDA, "PEMKAB", "Sekretaris Daerah"),
            ("ASISTEN-1", K.ASISTEN, "SETDA", "Asisten Pemerintahan dan Kesra"),
            ("HUKUM", K.BAGIAN, "ASISTEN-1", "Kepala Bagian Hukum"),
            ("SAHLI", K.STAF_AHLI, "PEMKAB", ""),
            ("DISDIKBUD", K.OPD, "PEMKAB", "Kepala Dinas Pendidikan dan Kebudayaan"),
            ("SD-91", K.SEKOLAH, "DISDIKBUD", "Kepala SD"),
            ("DINKES", K.OPD, "PEMKAB", "Kepala Dinas Kesehatan"),
            ("PKM-TALU", K.PUSKESMAS, "DINKES", "Kepala Puskesmas"),
            ("RSUD", K.RSUD, "DINKES", "Direktur RSUD"),
            ("KEC-08", K.KECAMATAN, "SETDA", "Camat Pasaman"),
            ("SETWAN", K.OPD, "SETDA", "Sekretaris DPRD"),
            ("ITDA", K.OPD, "PEMKAB", "Inspektur"),
            ("BKPSDM", K.OPD, "PEMKAB", "Kepala BKPSDM"),
            ("BIDANG-MUTASI", K.UNIT, "BKPSDM", ""),
        ]:
            self.units[code] = Opd(
                pk=len(self.units) + 1, code=code, name=code, kind=kind, head_title=title, parent=self.units.get(parent)
            )
            if title:
                self.appoint(f"head of {code}", code)

    def person(self, name: str, where: str, **fields: Any) -> Employee:
        if name not in self.people:
            pk = len(self.people) + 1
            fields.setdefault("contact_email", f"p{pk}@demo.pasbar.example")
            self.people[name] = Employee(pk=pk, name=name, unit=self.units[where], **fields)
        return self.people[name]

    def appoint(self, name: str, where: str, capacity: str = Capacity.DEFINITIVE, **fields: Any) -> HeadAssignment:
        fields.setdefault("starts", ON - timedelta(days=100))
        assignment = HeadAssignment(person=self.person(name, where), opd=self.units[where], capacity=capacity, **fields)
        self.assignments.append(assignment)
        return assignment

    def vacate(self, where: str) -> None:
        self.assignments = [each for each in self.assignments if each.opd.code != where]

    def heads(self, unit: Opd, on: date) -> Sequence[HeadAssignment]:
        order = [Capacity.PLH, Capacity.DEFINITIVE, Capacity.PJ, Capacity.PLT]
        found = [each for each in self.assignments if each.opd == unit and each.covers(on)]
        return sorted(found, key=lambda each: order.index(Capacity(each.capacity)))

    def headed(self, person: Employee, on: date) -> list[Opd]:
        return [each.opd for each in self.assignments if each.person == person and each.covers(on)]

    def ask(self, name: str, where: str, on: date = ON, **flags: bool) -> Route:
        declarant = self.person(name, where)
        return route(
            declarant,
            self.units[where],
            on,
            heads=self.heads,
            headed=self.headed,
            secretariat=lambda: self.units["SETDA"],
            **flags,
        )


@pytest.fixture
def region() -> Region:
    return Region()


ROWS = [
    # line, declarant, unit, who is asked, why, second look, Inspektorat decides
    ("R1", "staff", "DISDIKBUD", "head of DISDIKBUD", Because.HEAD_OF_OPD, False, False),
    ("R2", "teacher", "SD-91", "head of DISDIKBUD", Because.HEAD_OF_OPD, False, False),
    ("R3", "head of SD-91", "SD-91", "head of DISDIKBUD", Because.HEAD_OF_OPD, False, False),
    ("R4", "nurse", "PKM-TALU", "head of DINKES", Because.HEAD_OF_OPD, False, False),
    ("R4", "head of PKM-TALU", "PKM-TALU", "head of DINKES", Because.HEAD_OF_OPD, False, False),
    ("R5", "doctor", "RSUD", "head of RSUD", Because.HEAD_OF_OPD, False, False),
    ("R6", "head of RSUD", "RSUD", "head of DINKES", Because.SELF_IS_HEAD, False, False),
    ("R7", "sekcam", "KEC-08", "head of KEC-08", Because.HEAD_OF_OPD, False, False),
    ("R8", "head of KEC-08", "KEC-08", "head of SETDA", Because.SELF_IS_HEAD, False, False),
    ("R9", "drafter", "HUKUM", "head of ASISTEN-1", Because.HEAD_OF_OPD, False, False),
    ("R10", "head of HUKUM", "HUKUM", "head of SETDA", Because.SELF_IS_HEAD, False, False),
    ("R11", "clerk", "SETWAN", "head of SETWAN", Because.HEAD_OF_OPD, False, False),
    ("R12", "auditor", "ITDA", "head of ITDA", Because.HEAD_OF_OPD, False, False),
    ("R13", "head of DINKES", "DINKES", "head of SETDA", Because.SELF_IS_HEAD, True, False),
    ("R14", "head of ITDA", "ITDA", "head of SETDA", Because.SELF_IS_HEAD, True, False),
    ("R15", "head of ASISTEN-1", "ASISTEN-1", "head of SETDA", Because.SELF_IS_HEAD, True, False),
    ("R16", "staf ahli", "SAHLI", "head of SETDA", Because.SENIOR_POST, True, False),
    ("R17", "head of SETDA", "SETDA", "head of PEMKAB", Because.SELF_IS_HEAD, False, True),
    ("R18", "analyst", "BIDANG-MUTASI", "head of BKPSDM", Because.HEAD_OF_OPD, True, False),
    ("R19", "head of BKPSDM", "BKPSDM", "head of SETDA", Because.SELF_IS_HEAD, False, True),
    ("R21", "seconded", "DISDIKBUD", "head of DISDIKBUD", Because.HEAD_OF_OPD, False, False),
]


@pytest.mark.parametrize(("line", "who", "where", "asked", "because", "second", "inspectorate"), ROWS)
def test_row_of_the_table(
    region: Region, line: str, who: str, where: str, asked: str, because: Because, second: bool, inspectorate: bool
) -> None:
    found = region.ask(who, where)
    assert found.approver is not None, line
    assert (found.approver.name, found.because, found.second_look, found.inspectorate_decides) == (
        asked,
        because,
        second,
        inspectorate,
    )


def test_r14_inspektur_with_a_block_finding_is_decided_by_the_bupati(region: Region) -> None:
    found = region.ask("head of ITDA", "ITDA", has_block=True)
    assert found.approver == region.people["head of PEMKAB"]
    assert found.because == Because.SENIOR_POST
    assert (found.second_look, found.second_reviewer) == (True, True)


def test_a_block_finding_changes_nothing_for_other_heads(region: Region) -> None:
    assert region.ask("head of DINKES", "DINKES", has_block=True).approver == region.people["head of SETDA"]


def test_r20_plt_head_goes_one_level_above_the_acting_post(region: Region) -> None:
    """[L15]"""
    region.vacate("DINKES")
    region.person("sekretaris dinas", "DISDIKBUD")
    region.appoint("sekretaris dinas", "DINKES", Capacity.PLT)
    found = region.ask("sekretaris dinas", "DISDIKBUD")
    assert found.approver == region.people["head of SETDA"]
    assert (found.because, found.second_look) == (Because.SELF_IS_HEAD, True)


def test_r20_no_longer_acting_the_day_after_the_end(region: Region) -> None:
    region.vacate("DINKES")
    region.person("sekretaris dinas", "DISDIKBUD")
    region.appoint("sekretaris dinas", "DINKES", Capacity.PLT, ends=ON)
    assert region.ask("sekretaris dinas", "DISDIKBUD", ON).approver == region.people["head of SETDA"]
    after = region.ask("sekretaris dinas", "DISDIKBUD", ON + timedelta(days=1))
    assert after.approver == region.people["head of DISDIKBUD"]
    assert not after.second_look


def test_plt_of_bkpsdm_is_treated_as_its_head(region: Region) -> None:
    region.vacate("BKPSDM")
    region.appoint("analyst", "BKPSDM", Capacity.PLT)
    found = region.ask("analyst", "BKPSDM")
    assert found.approver == region.people["head of SETDA"]
    assert found.inspectorate_decides


@pytest.mark.parametrize(
    ("who", "where", "asked"),
    [
        ("teacher", "SD-91", "head of SETDA"),
        ("doctor", "RSUD", "head of DINKES"),
        ("drafter", "HUKUM", "head of SETDA"),
        ("head of KEC-08", "KEC-08", "head of PEMKAB"),
    ],
)
def test_r22_related_official_is_passed_over(region: Region, who: str, where: str, asked: str) -> None:
    found = region.ask(who, where, related=True)
    assert (found.approver.name if found.approver else "", found.because) == (asked, Because.RELATED)


def test_r22_nobody_is_above_the_bupati(region: Region) -> None:
    found = region.ask("head of SETDA", "SETDA", related=True)
    assert (found.approver, found.because, found.inspectorate_decides) == (None, Because.NO_APPROVER, True)


def test_r23_vacant_post_has_no_approver_and_is_not_climbed_over(region: Region) -> None:
    region.vacate("DINKES")
    found = region.ask("nurse", "PKM-TALU")
    assert (found.approver, found.because, found.capacity) == (None, Because.NO_APPROVER, None)
    assert found.opd == region.units["DINKES"]


@pytest.mark.parametrize(
    ("capacity", "because", "post"),
    [
        (Capacity.PLH, Because.ACTING_DAILY, "Plh. Kepala Dinas Kesehatan"),
        (Capacity.PLT, Because.ACTING_VACANT, "Plt. Kepala Dinas Kesehatan"),
        (Capacity.PJ, Because.ACTING_PJ, "Pj. Kepala Dinas Kesehatan"),
    ],
)
def test_acting_head_decides_in_his_capacity(region: Region, capacity: str, because: Because, post: str) -> None:
    region.vacate("DINKES")
    region.person("stand-in", "DINKES")
    region.appoint("stand-in", "DINKES", capacity)
    found = region.ask("nurse", "PKM-TALU")
    assert (found.approver, found.capacity, found.because, found.post) == (
        region.people["stand-in"],
        capacity,
        because,
        post,
    )


def test_plh_precedes_the_definitive_head_only_on_his_days(region: Region) -> None:
    region.person("stand-in", "DINKES")
    region.appoint("stand-in", "DINKES", Capacity.PLH, starts=ON, ends=ON)
    assert region.ask("nurse", "PKM-TALU").approver == region.people["stand-in"]
    assert region.ask("nurse", "PKM-TALU", ON + timedelta(days=1)).approver == region.people["head of DINKES"]


def test_head_on_leave_is_not_decided_by_his_own_stand_in(region: Region) -> None:
    region.person("stand-in", "DINKES")
    region.appoint("stand-in", "DINKES", Capacity.PLH)
    assert region.ask("head of DINKES", "DINKES").approver == region.people["head of SETDA"]
    assert region.ask("stand-in", "DINKES").approver == region.people["head of SETDA"]


@pytest.mark.parametrize("vacancy", ["vacant", "no address"])
def test_r9_falls_back_to_the_sekda(region: Region, vacancy: str) -> None:
    if vacancy == "vacant":
        region.vacate("ASISTEN-1")
    else:
        region.people["head of ASISTEN-1"].contact_email = None
    found = region.ask("drafter", "HUKUM")
    assert (found.approver, found.opd) == (region.people["head of SETDA"], region.units["SETDA"])


@pytest.mark.parametrize("address", [None, "shared@demo.pasbar.example", "SHARED@demo.pasbar.example"])
def test_head_without_an_address_of_his_own_cannot_be_asked(region: Region, address: str | None) -> None:
    region.person("nurse", "PKM-TALU", contact_email="own@demo.pasbar.example", email="shared@demo.pasbar.example")
    region.people["head of DINKES"].contact_email = address
    assert region.ask("nurse", "PKM-TALU").because == Because.NO_APPROVER


def test_head_who_left_cannot_be_asked(region: Region) -> None:
    region.people["head of DINKES"].is_active = False
    assert region.ask("nurse", "PKM-TALU").approver is None


def test_sekda_who_stands_in_for_the_bupati_never_decides_for_himself(region: Region) -> None:
    region.appoint("head of SETDA", "PEMKAB", Capacity.PLH)
    assert region.ask("head of SETDA", "SETDA").approver is None


def test_inspektorat_staff_acting_elsewhere_are_not_looked_at_by_their_own_office(region: Region) -> None:
    region.vacate("DINKES")
    region.person("auditor", "ITDA")
    region.appoint("auditor", "DINKES", Capacity.PLT)
    found = region.ask("auditor", "ITDA")
    assert (found.second_look, found.second_reviewer) == (True, True)
