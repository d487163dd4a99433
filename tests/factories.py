"""People, units and cases for tests; a case reaches a status only by driving the real workflow."""

from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

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
PASSWORD = "sandi-uji-yang-panjang"


@cache
def _hashed() -> str:
    """Argon2 is slow on purpose: one hash serves all people of a run."""
    return make_password(PASSWORD)


def nip(serial: int | None = None) -> str:
    """Return a well-formed fictitious NIP."""
    number = next(_serial) if serial is None else serial
    born = date(1980, 1, 1) + timedelta(days=number % 7000)
    return f"{born:%Y%m%d}2010011{900 + number % 100:03d}"


def unit(name: str, kind: str = UnitKind.OPD, parent: Opd | None = None, **fields: Any) -> Opd:
    return Opd.objects.create(name=name, kind=kind, parent=parent, **fields)


def person(name: str, where: Opd, *groups: str, **fields: Any) -> Employee:
    """Return an employee with a proven address and a password."""
    address = fields.pop("contact_email", f"p{next(_serial)}@demo.pasbar.example")
    fields.setdefault("employment_type", "pns")
    fields.setdefault("grade", "III/c")
    fields.setdefault("post", "Staf")
    fields.setdefault("post_kind", PostKind.FUNCTIONAL)
    fields.setdefault("nip", nip())
    someone = Employee.objects.create(password=_hashed(), name=name, unit=where, contact_email=address, **fields)
    for group in groups:
        someone.groups.add(Group.objects.get_or_create(name=group)[0])
    return someone


def head(who: Employee, where: Opd, capacity: str = Capacity.DEFINITIVE, **fields: Any) -> HeadAssignment:
    fields.setdefault("starts", clock.today() - timedelta(days=400))
    return HeadAssignment.objects.create(person=who, opd=where, capacity=capacity, **fields)


class World:
    """A small kabupaten: one dinas with a school, a licensing office, BKPSDM, Inspektorat, Sekda and Bupati."""

    def __init__(self) -> None:
        self.pemkab = unit("Pemerintah Kabupaten", UnitKind.PEMKAB, code="PEMKAB", head_title="Bupati")
        self.setda = unit(
            "Sekretariat Daerah", UnitKind.SETDA, self.pemkab, code="SETDA", head_title="Sekretaris Daerah"
        )
        self.dinas = unit("Dinas Pendidikan", UnitKind.OPD, self.setda, code="DISDIKBUD")
        self.school = unit("SD Negeri 91 Contoh", UnitKind.SEKOLAH, self.dinas)
        self.ptsp = unit("Dinas Penanaman Modal dan PTSP", UnitKind.OPD, self.setda, code="DPMPTSP")
        self.bkpsdm = unit("BKPSDM", UnitKind.OPD, self.setda, code="BKPSDM")
        self.inspektorat = unit("Inspektorat Daerah", UnitKind.OPD, self.setda, code="ITDA")
        self.teacher = person("Rahmi Oktavia", self.school, title_suffix="S.Pd.", post="Guru Ahli Muda")
        self.colleague = person("Suci Rahayu", self.school, post="Guru Ahli Pertama")
        self.licensing = person(
            "Hendra Efendi",
            self.ptsp,
            post="Kepala Bidang Perizinan",
            post_kind="struktural",
            echelon="III.b",
            grade="IV/a",
        )
        self.head = person("Zulfahmi Lubis", self.dinas, post="Kepala Dinas", post_kind="struktural", echelon="II.b")
        self.ptsp_head = person("Erizal Candra", self.ptsp, post="Kepala Dinas", post_kind="struktural", echelon="II.b")
        self.sekda = person("Rinaldi Hakim", self.setda, "leadership", post="Sekretaris Daerah", echelon="II.a")
        self.bupati = person("Afdal Amri", self.pemkab, nip=None, employment_type="pejabat", post="Bupati")
        self.bkpsdm_head = person("Wirda Sari", self.bkpsdm, "reviewer", post="Kepala BKPSDM", echelon="II.b")
        self.reviewer = person("Yusnita Sari", self.bkpsdm, "reviewer", post="Analis SDM")
        self.second_reviewer = person("Fadhil Amri", self.bkpsdm, "reviewer", post="Analis SDM")
        self.inspector = person("Lusi Novita", self.inspektorat, "inspectorate", post="Auditor")
        self.administrator = person("Dedi Putra", self.bkpsdm, "administrator", post="Pranata Komputer")
        for who, where in [
            (self.head, self.dinas),
            (self.ptsp_head, self.ptsp),
            (self.sekda, self.setda),
            (self.bupati, self.pemkab),
            (self.bkpsdm_head, self.bkpsdm),
        ]:
            head(who, where)


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
