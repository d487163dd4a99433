"""Demo cases: every status and every rule at least once, each brought there by the real workflow."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from approvals import desk, workflow
from approvals.demo_samples import REGISTERS, SAMPLES, Sample
from approvals.models import Outcome, Stage, Step, Via
from approvals.queries import pending_step
from approvals.verdicts import Mark, NewCondition, Verdict
from declarations.models import Declaration, Origin, Severity
from declarations.registries import applying
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel, filled_draft
from declarations.status import Status
from portal import clock
from portal.people.models import Employee, PostKind

_GROUNDS = "Konten yang dinilai sudah dihapus sebelum deklarasi dikirim; mohon ditelaah sekali lagi."
_REASON = "Isi kanal belum sejalan dengan ketentuan surat edaran; mohon disesuaikan lebih dahulu."


def seed_cases() -> int:
    """Create the demo cases once; returns how many exist after the run."""
    if not Declaration.objects.filter(declarant__is_demo=True).exists():
        _seed_registers()
        used: set[int] = set()
        for index, sample in enumerate(SAMPLES, start=1):
            person = _somebody(sample, used)
            if person is not None:
                used.add(person.pk)
                _make(sample, person, index)
    return Declaration.objects.filter(declarant__is_demo=True).count()


def _seed_registers() -> None:
    """Write the registers of fictitious businesses that some of the cases meet."""
    officer = Employee.objects.filter(groups__name="administrator", is_demo=True).order_by("pk").first()
    if officer is None:
        return
    day = (clock.today() - timedelta(days=420)).isoformat()
    with clock.pretend(_at(400, 9)):
        for registry, source, texts in REGISTERS:
            dated = {"starts": day} if registry in ("vendor", "permit") else {}
            applying.add_row(registry, {**dated, **texts}, source=source, by=officer)


def _somebody(sample: Sample, used: set[int]) -> Employee | None:
    """Return an employee of the sample's OPD whose fate is not told yet; the named cast keeps a clean desk."""
    people = Employee.objects.filter(unit__office__code=sample.office, is_demo=True, is_active=True, assignments=None)
    if sample.leads:
        people = people.filter(post_kind=PostKind.STRUCTURAL)
    return people.exclude(pk__in=used).filter(password__startswith="!", groups=None).order_by("pk").first()


def _at(days_ago: int, hour: int) -> datetime:
    day = clock.today() - timedelta(days=days_ago)
    while not clock.is_working_day(day):
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(hour, 15)))


def _make(sample: Sample, person: Employee, index: int) -> None:
    with clock.pretend(_at(sample.days_ago, 9)):
        declaration = _fill(sample, person, index)
        if sample.fate == Status.DRAFT:
            return
        declaration = workflow.submit(declaration, by=person)
    with clock.pretend(_at(max(sample.days_ago - 1, 0), 10)):
        _continue(declaration, sample)
    if sample.fate == Status.SUPERSEDED:
        _replace(declaration, sample, person)
    if sample.fate == Status.EXPIRED:
        workflow.expire(declaration)
    reviewer = _reviewer(declaration)
    if sample.fate == Status.SUSPENDED and reviewer is not None:
        with clock.pretend(_at(2, 11)):
            workflow.suspend(declaration, by=reviewer, reason="Bukti penonaktifan monetisasi belum dikirim.")


def _fill(sample: Sample, person: Employee, index: int) -> Declaration:
    channel = SampleChannel(
        f"@demo.pasbar.{index:02d}",
        platform=sample.platform,
        ownership=sample.ownership,
        shows_asn=sample.shows_asn,
        answers={**(PAID_CHANNEL if sample.paid else {}), **sample.channel},
    )
    return filled_draft(person, [channel], {**(PAID_ANSWERS if sample.paid else {}), **sample.answers})


def _continue(declaration: Declaration, sample: Sample) -> None:
    if sample.fate == Status.AWAITING_HEAD:
        return
    if sample.fate == Status.WITHDRAWN:
        workflow.withdraw(declaration, by=declaration.declarant, reason="kanal ditutup")
        return
    step = pending_step(declaration)
    if step is None or step.assigned_to is None:
        return
    if sample.fate == Status.RETURNED:
        verdict = Verdict(Outcome.RETURNED, reason="Mohon dijelaskan ruang mana yang dipakai.", marks=(Mark("waktu"),))
        workflow.decide(step, verdict, by=step.assigned_to, via=Via.LINK)
        return
    workflow.decide(step, Verdict(Outcome.ENDORSED), by=step.assigned_to, via=Via.LINK)
    if sample.fate != Status.AWAITING_REVIEW:
        _review(declaration, sample)


def _review(declaration: Declaration, sample: Sample) -> None:
    reviewer = _reviewer(declaration)
    step = pending_step(declaration)
    if reviewer is None or step is None or step.stage != Stage.REVIEW:
        return
    declaration.refresh_from_db()
    desk.take(declaration, by=reviewer)
    if sample.fate == Status.AWAITING_INSPECTORATE:
        workflow.decide(step, Verdict(Outcome.FORWARDED), by=reviewer, via=Via.DASHBOARD)
        return
    for finding in step.snapshot.findings.filter(severity=Severity.BLOCK):
        desk.handle_finding(finding, relevant=True, handling="", by=reviewer)
    if sample.fate in (Status.REJECTED, Status.OBJECTION):
        verdict = Verdict(Outcome.REJECTED, reason=_REASON)
    elif sample.paid or sample.fate == Status.SUSPENDED:
        condition = NewCondition("Menonaktifkan monetisasi", "KP-07", clock.today() + timedelta(days=30), True)
        verdict = Verdict(Outcome.APPROVED_CONDITIONS, conditions=(condition,))
    else:
        verdict = Verdict(Outcome.APPROVED)
    workflow.decide(step, verdict, by=reviewer, via=Via.DASHBOARD)
    if sample.fate == Status.OBJECTION:
        workflow.object_to(declaration, _GROUNDS, by=declaration.declarant)
    if sample.fate == Status.REVOKED:
        declaration.refresh_from_db()
        workflow.revoke(declaration, by=reviewer, reason="Kanal beralih pengelola tanpa pemberitahuan.")


def _replace(declaration: Declaration, sample: Sample, person: Employee) -> None:
    """File the successor of an approved case and bring it through: only that supersedes the old one."""
    with clock.pretend(_at(20, 9)):
        successor = _fill(sample, person, 99)
        successor.replaces = declaration
        successor.origin = Origin.AMENDMENT
        successor.save(update_fields=["replaces", "origin"])
        successor = workflow.submit(successor, by=person)
        _continue(successor, Sample(sample.office, Status.APPROVED))


def _reviewer(declaration: Declaration) -> Employee | None:
    reviewers = Employee.objects.filter(groups__name="reviewer").exclude(pk=declaration.declarant_id)
    decided = Step.objects.filter(declaration=declaration, decided_by__isnull=False).values("decided_by")
    outside = reviewers.exclude(pk__in=decided).exclude(unit=declaration.declarant.unit)
    return outside.order_by("pk").first()
