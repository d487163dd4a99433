"""People, units and cases for tests; a case reaches a status only by driving the real workflow."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import connection

from approvals import desk, mending, workflow
from approvals.models import Outcome, Stage, Step, Via
from approvals.queries import pending_step
from approvals.verdicts import Mark, NewCondition, Verdict
from declarations.models import Declaration
from declarations.samples import SampleChannel, filled_draft
from declarations.status import Status
from portal import clock
from portal.people.models import Capacity, Employee, HeadAssignment, Opd, PostKind, UnitKind

_serial = count(1)
NEXT_UNITS = "SELECT nextval(pg_get_serial_sequence('people_opd', 'id')) FROM generate_series(1, %s)"
PASSWORD = "sandi-uji-yang-panjang"


@cache
def hashed() -> str:
    """Argon2 is slow on purpose: one hash serves all people of a run."""
    return make_password(PASSWORD)


def tamper(sql: str, *params: Any) -> None:
    """Change the audit log as somebody would who owns the database and switches its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(sql, params)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def nip(serial: int | None = None) -> str:
    """Return a well-formed fictitious NIP: the next one, or always the same one for a number.

    The two kinds never meet, or a test would depend on how many people were made before it.
    """
    month, number = (3, next(_serial)) if serial is None else (4, serial)
    turn, day = divmod(number, 7000)
    born = date(1980, 1, 1) + timedelta(days=day)
    return f"{born:%Y%m%d}20100{month}1{900 + turn % 100:03d}"


def unit(name: str, kind: str = UnitKind.OPD, parent: Opd | None = None, **fields: Any) -> Opd:
    return Opd.objects.create(name=name, kind=kind, parent=parent, **fields)


def someone(name: str, where: Opd, **fields: Any) -> Employee:
    """Return an employee who is not stored yet, with a proven address and a password."""
    address = fields.pop("contact_email", f"p{next(_serial)}@demo.pasbar.example")
    fields.setdefault("employment_type", "pns")
    fields.setdefault("grade", "III/c")
    fields.setdefault("post", "Staf")
    fields.setdefault("post_kind", PostKind.FUNCTIONAL)
    fields.setdefault("nip", nip())
    return Employee(password=hashed(), name=name, unit=where, contact_email=address, **fields)


def person(name: str, where: Opd, *groups: str, **fields: Any) -> Employee:
    """Return an employee with a proven address and a password."""
    employee = someone(name, where, **fields)
    employee.save()
    for group in groups:
        employee.groups.add(Group.objects.get_or_create(name=group)[0])
    return employee


def head(who: Employee, where: Opd, capacity: str = Capacity.DEFINITIVE, **fields: Any) -> HeadAssignment:
    fields.setdefault("starts", clock.today() - timedelta(days=400))
    return HeadAssignment.objects.create(person=who, opd=where, capacity=capacity, **fields)


def store_units(units: Sequence[Opd]) -> None:
    """Store new units, each after its parent, with one statement instead of two for each."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_UNITS, [len(units)])
        keys = [key for (key,) in cursor.fetchall()]
    for one, key in zip(units, keys, strict=True):
        one.pk, one.parent = key, one.parent
        above = one.parent.office_id if one.parent else None
        one.office_id = key if one.decides else above  # as Opd.save() does
    Opd.objects.bulk_create(units)


def store_people(people: Sequence[Employee], groups: dict[str, list[Employee]]) -> None:
    """Store new people and their groups with as few statements."""
    Employee.objects.bulk_create(people)
    Group.objects.bulk_create([Group(name=name) for name in groups], ignore_conflicts=True)
    known = {group.name: group for group in Group.objects.filter(name__in=groups)}
    through = Employee.groups.through
    through.objects.bulk_create(
        through(employee=one, group=known[name]) for name, members in groups.items() for one in members
    )


class World:
    """A small kabupaten: one dinas with a school, a licensing office, BKPSDM, Inspektorat, Sekda and Bupati.

    Almost every test makes one: it is stored with seven statements.
    """

    def __init__(self) -> None:
        self._units()
        self._people()
        starts = clock.today() - timedelta(days=400)
        HeadAssignment.objects.bulk_create(
            HeadAssignment(person=who, opd=where, capacity=Capacity.DEFINITIVE, starts=starts)
            for who, where in [
                (self.head, self.dinas),
                (self.ptsp_head, self.ptsp),
                (self.sekda, self.setda),
                (self.bupati, self.pemkab),
                (self.bkpsdm_head, self.bkpsdm),
            ]
        )

    def _units(self) -> None:
        self.pemkab = Opd(name="Pemerintah Kabupaten", kind=UnitKind.PEMKAB, code="PEMKAB", head_title="Bupati")
        self.setda = Opd(
            name="Sekretariat Daerah",
            kind=UnitKind.SETDA,
            parent=self.pemkab,
            code="SETDA",
            head_title="Sekretaris Daerah",
        )
        self.dinas = Opd(name="Dinas Pendidikan", kind=UnitKind.OPD, parent=self.setda, code="DISDIKBUD")
        self.school = Opd(name="SD Negeri 91 Contoh", kind=UnitKind.SEKOLAH, parent=self.dinas)
        self.ptsp = Opd(name="Dinas Penanaman Modal dan PTSP", kind=UnitKind.OPD, parent=self.setda, code="DPMPTSP")
        self.bkpsdm = Opd(name="BKPSDM", kind=UnitKind.OPD, parent=self.setda, code="BKPSDM")
        self.inspektorat = Opd(name="Inspektorat Daerah", kind=UnitKind.OPD, parent=self.setda, code="ITDA")
        store_units([*vars(self).values()])

    def _people(self) -> None:
        chief = {"post": "Kepala Dinas", "post_kind": "struktural", "echelon": "II.b"}
        licensing = {"post": "Kepala Bidang Perizinan", "post_kind": "struktural", "echelon": "III.b", "grade": "IV/a"}
        bupati = {"nip": None, "employment_type": "pejabat", "post": "Bupati"}
        self.teacher = someone("Rahmi Oktavia", self.school, title_suffix="S.Pd.", post="Guru Ahli Muda")
        self.colleague = someone("Suci Rahayu", self.school, post="Guru Ahli Pertama")
        self.licensing = someone("Hendra Efendi", self.ptsp, **licensing)
        self.head = someone("Zulfahmi Lubis", self.dinas, **chief)
        self.ptsp_head = someone("Erizal Candra", self.ptsp, **chief)
        self.sekda = someone("Rinaldi Hakim", self.setda, post="Sekretaris Daerah", echelon="II.a")
        self.bupati = someone("Afdal Amri", self.pemkab, **bupati)
        self.bkpsdm_head = someone("Wirda Sari", self.bkpsdm, post="Kepala BKPSDM", echelon="II.b")
        self.reviewer = someone("Yusnita Sari", self.bkpsdm, post="Analis SDM")
        self.second_reviewer = someone("Fadhil Amri", self.bkpsdm, post="Analis SDM")
        self.inspector = someone("Lusi Novita", self.inspektorat, post="Auditor")
        self.administrator = someone("Dedi Putra", self.bkpsdm, post="Pranata Komputer")
        groups = {
            "leadership": [self.sekda],
            "reviewer": [self.bkpsdm_head, self.reviewer, self.second_reviewer],
            "inspectorate": [self.inspector],
            "administrator": [self.administrator],
        }
        store_people([one for one in vars(self).values() if isinstance(one, Employee)], groups)


def draft(who: Employee, *sample: SampleChannel, **answers: Any) -> Declaration:
    """Return a complete draft; without channels it has one clean YouTube channel of its own."""
    channels = sample or (SampleChannel(f"@uji.kanal.{next(_serial)}"),)
    return filled_draft(who, channels, answers)


def sent(who: Employee, *sample: SampleChannel, **answers: Any) -> Declaration:
    """Return a declaration that waits for its head."""
    return workflow.submit(draft(who, *sample, **answers), by=who)


def step_of(declaration: Declaration) -> Step:
    step = pending_step(declaration)
    assert step is not None
    return step


def endorse(declaration: Declaration, outcome: Outcome = Outcome.ENDORSED, **verdict: Any) -> Declaration:
    """Let the asked head decide by the link."""
    step = step_of(declaration)
    assert step.assigned_to is not None
    assert step.stage == Stage.HEAD
    return workflow.decide(step, Verdict(outcome, **verdict), by=step.assigned_to, via=Via.LINK)


def answer_points(declaration: Declaration) -> None:
    """Answer everything that was asked when the case came back."""
    for point in mending.unanswered(declaration):
        workflow.answer_point(declaration, point.part, "Sudah saya periksa; isiannya benar.", by=declaration.declarant)


def judge_findings(declaration: Declaration, by: Employee) -> None:
    """Let a reviewer set every finding of severity block aside: one that is relevant asks for a control measure."""
    snapshot = declaration.snapshot
    assert snapshot is not None
    for finding in snapshot.findings.filter(relevant=None, severity="block"):
        desk.handle_finding(finding, relevant=False, handling="Sudah diperiksa; tidak berkaitan.", by=by)


def review(declaration: Declaration, by: Employee, outcome: Outcome = Outcome.APPROVED, **verdict: Any) -> Declaration:
    judge_findings(declaration, by)
    return workflow.decide(step_of(declaration), Verdict(outcome, **verdict), by=by, via=Via.DASHBOARD)


def declaration_at(status: Status, world: World, who: Employee | None = None) -> Declaration:
    """Drive the real workflow until the case has this status."""
    who = who or world.teacher
    if status == Status.DRAFT:
        return draft(who)
    declaration = sent(who)
    if status == Status.AWAITING_HEAD:
        return declaration
    if status == Status.RETURNED:
        return endorse(declaration, Outcome.RETURNED, reason="Mohon dijelaskan.", marks=(Mark("konten"),))
    if status == Status.WITHDRAWN:
        return workflow.withdraw(declaration, by=who, reason="batal")
    declaration = endorse(declaration)
    if status == Status.AWAITING_REVIEW:
        return declaration
    if status == Status.AWAITING_INSPECTORATE:
        return workflow.decide(step_of(declaration), Verdict(Outcome.FORWARDED), by=world.reviewer, via=Via.DASHBOARD)
    if status == Status.REJECTED:
        return review(
            declaration, world.reviewer, Outcome.REJECTED, reason="Belum sesuai dengan ketentuan surat edaran."
        )
    declaration = review(
        declaration, world.reviewer, Outcome.APPROVED_CONDITIONS, conditions=(NewCondition("Hanya di luar jam kerja"),)
    )
    if status == Status.REVOKED:
        return workflow.revoke(declaration, by=world.reviewer, reason="Keadaan sudah berubah sejak persetujuan.")
    if status == Status.EXPIRED:
        Declaration.objects.filter(pk=declaration.pk).update(valid_until=clock.today() - timedelta(days=1))
        return workflow.expire(declaration)
    return declaration
