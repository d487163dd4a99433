"""Every row of the routing table and every arrow of the state table, walked by link, dashboard and clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from approvals.models import Because, Condition, Stage
from declarations import statements, succession
from declarations.answers import save_answers
from declarations.models import Declaration, Origin
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import TRANSITIONS, Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.people.models import Capacity, Employee, HeadAssignment, UnitKind
from tests.factories import World, answer_points, draft, head, person, unit
from tests.lifecycle.driver import Driver

pytestmark = pytest.mark.django_db
S = Status


@pytest.fixture
def drive() -> Driver:
    return Driver(World())


# -- rows of domain.md 3.5 -----------------------------------------------------------------------------------------


class Kabupaten(World):
    """The world of the tests, with every kind of unit that a row of the table names."""

    def __init__(self) -> None:
        super().__init__()
        self.health = unit("Dinas Kesehatan", UnitKind.OPD, self.setda, code="DINKES")
        self.clinic = unit("Puskesmas Contoh", UnitKind.PUSKESMAS, self.health)
        self.hospital = unit("RSUD Contoh", UnitKind.RSUD, self.health, code="RSUD")
        self.district = unit("Kecamatan Contoh", UnitKind.KECAMATAN, self.setda, code="KEC-01")
        self.assistant = unit("Asisten I", UnitKind.ASISTEN, self.setda, code="ASISTEN-1")
        self.section = unit("Bagian Hukum", UnitKind.BAGIAN, self.assistant)
        self.council = unit("Sekretariat DPRD", UnitKind.OPD, self.setda, code="SETWAN")
        self.advisers = unit("Staf Ahli Bupati", UnitKind.STAF_AHLI, self.pemkab)
        self.field = unit("Bidang Mutasi", UnitKind.UNIT, self.bkpsdm)
        self.heads: dict[str, Employee] = {}
        for name, where in [
            ("kadinkes", self.health),
            ("kapus", self.clinic),
            ("direktur", self.hospital),
            ("camat", self.district),
            ("asisten", self.assistant),
            ("kabag", self.section),
            ("sekwan", self.council),
            ("inspektur", self.inspektorat),
            ("kepsek", self.school),
        ]:
            self.heads[name] = person(f"Kepala {where.name}", where, post=f"Kepala {where.name}", echelon="II.b")
            head(self.heads[name], where)

    def of(self, name: str) -> Employee:
        """Return a head by his short name, or a new member of staff of the unit that bears the name."""
        known = {"sekda": self.sekda, "bupati": self.bupati, "kepala bkpsdm": self.bkpsdm_head, "kadisdik": self.head}
        if name in known or name in self.heads:
            return known.get(name) or self.heads[name]
        return person("Pegawai Contoh", getattr(self, name), post="Analis")


# row, who declares, who is asked first, stages after the head
REVIEW, LOOK = (Stage.REVIEW,), (Stage.REVIEW, Stage.INSPECTORATE, Stage.REVIEW)
SECOND, ALONE = (Stage.REVIEW, Stage.SECOND, Stage.REVIEW), (Stage.INSPECTORATE,)
ROWS: list[tuple[str, str, str, tuple[Stage, ...]]] = [
    ("R1", "dinas", "kadisdik", REVIEW),
    ("R2", "school", "kadisdik", REVIEW),
    ("R3", "kepsek", "kadisdik", REVIEW),
    ("R4", "clinic", "kadinkes", REVIEW),
    ("R4", "kapus", "kadinkes", REVIEW),
    ("R5", "hospital", "direktur", REVIEW),
    ("R6", "direktur", "kadinkes", REVIEW),
    ("R7", "district", "camat", REVIEW),
    ("R8", "camat", "sekda", REVIEW),
    ("R9", "section", "asisten", REVIEW),
    ("R10", "kabag", "sekda", REVIEW),
    ("R11", "council", "sekwan", REVIEW),
    ("R12", "inspektorat", "inspektur", REVIEW),
    ("R13", "kadinkes", "sekda", LOOK),
    ("R14", "inspektur", "sekda", SECOND),
    ("R15", "asisten", "sekda", LOOK),
    ("R16", "advisers", "sekda", LOOK),
    ("R17", "sekda", "bupati", ALONE),
    ("R18", "field", "kepala bkpsdm", LOOK),
    ("R19", "kepala bkpsdm", "sekda", ALONE),
    ("R21", "dinas", "kadisdik", REVIEW),
]


@pytest.mark.parametrize(("row", "who", "asked", "stages"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS])
def test_row(row: str, who: str, asked: str, stages: tuple[Stage, ...]) -> None:
    world = Kabupaten()
    drive, declarant = Driver(world), world.of(who)
    case = drive.send(draft(declarant))
    step = drive.step(case)
    assert (step.assigned_to, step.stage) == (world.of(asked), Stage.HEAD)
    case = drive.by_link(case)
    for position, stage in enumerate(stages):
        assert drive.step(case).stage == stage
        last = position == len(stages) - 1
        opinion = stage in (Stage.INSPECTORATE, Stage.SECOND) and not last
        case = drive.at_dashboard(case, "opinion" if opinion else "approved" if last else "forwarded")
    assert case.status == S.APPROVED
    parts = set(case.steps.values_list("decided_by", "stage"))
    assert declarant.pk not in {person for person, _stage in parts}
    assert len({person for person, _stage in parts}) == len(parts), "somebody decided two stages"


def test_r20_a_plt_head_is_never_asked_about_himself() -> None:
    world = Kabupaten()
    acting = person("Sekretaris Dinas", world.health, post="Sekretaris")
    HeadAssignment.objects.filter(opd=world.health).delete()
    head(acting, world.health, Capacity.PLT)
    drive = Driver(world)
    case = drive.by_link(drive.send(draft(acting)))
    assert case.steps.get(stage=Stage.HEAD).assigned_to == world.sekda
    case = drive.at_dashboard(case, "forwarded")
    assert case.status == S.AWAITING_INSPECTORATE


def test_r14_the_bupati_decides_on_the_inspektur_when_a_finding_is_tinggi() -> None:
    world = Kabupaten()
    case = Driver(world).send(paid(world.of("inspektur")))
    assert case.worst == "block"
    assert Driver(world).step(case).assigned_to == world.bupati


def test_r22_declared_family_is_passed_over() -> None:
    world = Kabupaten()
    case = Driver(world).send(draft(world.teacher, F8="YA"))
    step = Driver(world).step(case)
    assert (step.assigned_to, step.because) == (world.sekda, Because.RELATED)


def test_r23_a_vacant_post_waits_visibly_until_somebody_is_named() -> None:
    world = Kabupaten()
    HeadAssignment.objects.filter(opd=world.dinas).delete()
    drive = Driver(world)
    case = drive.clock_strikes(drive.send(draft(world.teacher)), 30)
    assert (case.status, drive.step(case).assigned_to) == (S.AWAITING_HEAD, None)
    head(world.head, world.dinas)
    case = drive.clock_strikes(case, 0)
    assert drive.by_link(case).status == S.AWAITING_REVIEW


# -- arrows of the state table -------------------------------------------------------------------------------------


def paid(who: Employee) -> Declaration:
    channel = SampleChannel("@uji.bisnis", answers={**PAID_CHANNEL, "C2": ["ULASAN_PRODUK_USAHA"]})
    return draft(who, channel, A3=["PERIZINAN"], F2="YA", **PAID_ANSWERS)


def sent(drive: Driver) -> Declaration:
    return drive.send(draft(drive.world.teacher))


def in_review(drive: Driver) -> Declaration:
    return drive.by_link(sent(drive))


def at_inspectorate(drive: Driver) -> Declaration:
    """A case on which the Inspektorat decides in BKPSDM's place (R19)."""
    return drive.by_link(drive.send(draft(drive.world.bkpsdm_head)))


def returned(drive: Driver, by: str) -> Declaration:
    if by == "head":
        return drive.by_link(sent(drive), "returned")
    case = in_review(drive) if by == "review" else at_inspectorate(drive)
    return drive.at_dashboard(case, "returned")


def mended(drive: Driver, by: str) -> Declaration:
    case = returned(drive, by)
    save_answers(case, {"C7": ["HARMONIS"]})
    answer_points(case)
    return drive.send(case)


def approved(drive: Driver) -> Declaration:
    return drive.at_dashboard(in_review(drive), "approved_conditions")


def rejected(drive: Driver) -> Declaration:
    return drive.at_dashboard(in_review(drive), "rejected")


def objected(drive: Driver) -> Declaration:
    return drive.object_to(rejected(drive))


def expired(drive: Driver, case: Declaration) -> Declaration:
    assert case.valid_until is not None
    return drive.clock_strikes(case, (case.valid_until - clock.today()).days + 1)


def overdue(drive: Driver) -> Declaration:
    """An approval whose condition has been due for a week."""
    case = approved(drive)
    Condition.objects.filter(step__declaration=case).update(due_on=clock.today() - timedelta(days=7))
    return case


def suspended(drive: Driver) -> Declaration:
    return drive.suspend(overdue(drive))


def lifted(drive: Driver) -> Declaration:
    case = suspended(drive)
    drive.prove(case)
    return drive.lift(case)


def replaced(drive: Driver, old: Declaration) -> Declaration:
    """File a change of the approval and bring it through: only that supersedes the old one."""
    new = succession.follow_up(old, Origin.AMENDMENT, ["lainnya"])
    statements.make(new, statements.ERRORS)
    drive.at_dashboard(drive.by_link(drive.send(new)), "approved")
    old.refresh_from_db()
    return old


Arrow = tuple[Status, Status]
ARROWS: dict[Arrow, Callable[[Driver], Declaration]] = {
    (S.DRAFT, S.AWAITING_HEAD): sent,
    (S.DRAFT, S.WITHDRAWN): lambda drive: drive.withdraw(draft(drive.world.teacher)),
    (S.AWAITING_HEAD, S.AWAITING_REVIEW): in_review,
    (S.AWAITING_HEAD, S.AWAITING_INSPECTORATE): at_inspectorate,
    (S.AWAITING_HEAD, S.RETURNED): lambda drive: returned(drive, "head"),
    (S.AWAITING_HEAD, S.WITHDRAWN): lambda drive: drive.withdraw(sent(drive)),
    (S.RETURNED, S.AWAITING_HEAD): lambda drive: mended(drive, "head"),
    (S.RETURNED, S.AWAITING_REVIEW): lambda drive: mended(drive, "review"),
    (S.RETURNED, S.AWAITING_INSPECTORATE): lambda drive: mended(drive, "inspectorate"),
    (S.RETURNED, S.WITHDRAWN): lambda drive: drive.withdraw(returned(drive, "head")),
    (S.AWAITING_REVIEW, S.AWAITING_HEAD): lambda drive: drive.not_me(in_review(drive)),
    (S.AWAITING_REVIEW, S.AWAITING_INSPECTORATE): lambda drive: drive.at_dashboard(in_review(drive), "forwarded"),
    (S.AWAITING_REVIEW, S.APPROVED): approved,
    (S.AWAITING_REVIEW, S.REJECTED): rejected,
    (S.AWAITING_REVIEW, S.RETURNED): lambda drive: returned(drive, "review"),
    (S.AWAITING_REVIEW, S.WITHDRAWN): lambda drive: drive.withdraw(in_review(drive)),
    (S.AWAITING_INSPECTORATE, S.AWAITING_REVIEW): lambda drive: drive.at_dashboard(
        drive.at_dashboard(in_review(drive), "forwarded"), "opinion"
    ),
    (S.AWAITING_INSPECTORATE, S.APPROVED): lambda drive: drive.at_dashboard(at_inspectorate(drive), "approved"),
    (S.AWAITING_INSPECTORATE, S.REJECTED): lambda drive: drive.at_dashboard(at_inspectorate(drive), "rejected"),
    (S.AWAITING_INSPECTORATE, S.RETURNED): lambda drive: returned(drive, "inspectorate"),
    (S.AWAITING_INSPECTORATE, S.AWAITING_HEAD): lambda drive: drive.not_me(at_inspectorate(drive)),
    (S.AWAITING_INSPECTORATE, S.WITHDRAWN): lambda drive: drive.withdraw(at_inspectorate(drive)),
    (S.APPROVED, S.EXPIRED): lambda drive: expired(drive, approved(drive)),
    (S.APPROVED, S.REVOKED): lambda drive: drive.revoke(approved(drive)),
    (S.APPROVED, S.SUSPENDED): suspended,
    (S.APPROVED, S.SUPERSEDED): lambda drive: replaced(drive, approved(drive)),
    (S.SUSPENDED, S.APPROVED): lifted,
    (S.SUSPENDED, S.REVOKED): lambda drive: drive.revoke(suspended(drive)),
    (S.SUSPENDED, S.EXPIRED): lambda drive: expired(drive, suspended(drive)),
    (S.SUSPENDED, S.SUPERSEDED): lambda drive: replaced(drive, suspended(drive)),
    (S.SUSPENDED, S.WITHDRAWN): lambda drive: drive.withdraw(suspended(drive)),
    (S.REJECTED, S.OBJECTION): objected,
    (S.OBJECTION, S.APPROVED): lambda drive: drive.at_dashboard(objected(drive), "approved"),
    (S.OBJECTION, S.REJECTED): lambda drive: drive.at_dashboard(objected(drive), "rejected"),
    (S.OBJECTION, S.WITHDRAWN): lambda drive: drive.withdraw(objected(drive)),
}


def test_every_arrow_has_its_walk() -> None:
    assert set(ARROWS) == {(old, new) for old, targets in TRANSITIONS.items() for new in targets}


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: f"{arrow[0]}-{arrow[1]}")
def test_arrow(arrow: Arrow, drive: Driver) -> None:
    case = ARROWS[arrow](drive)
    assert case.status == arrow[1]
    moves = AuditEvent.objects.filter(chain=case.audit_chain, data__has_key="to").order_by("seq")
    last = moves.last()
    assert last is not None
    assert (last.data["from"], last.data["to"]) == arrow


@pytest.mark.parametrize("days", [1, 5, 40, 400])
@pytest.mark.parametrize("make", [sent, in_review, lambda drive: returned(drive, "head"), objected])
def test_time_alone_decides_nothing(drive: Driver, make: Callable[[Driver], Declaration], days: int) -> None:
    case = make(drive)
    before = case.status
    assert drive.clock_strikes(case, days).status == before
    assert case.valid_until is None
    assert clock.today() + timedelta(days=days) > clock.today()
