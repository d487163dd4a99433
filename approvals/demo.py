"""Demo cases: every status and every rule at least once, each brought there by the real workflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from approvals import desk, workflow
from approvals.models import Outcome, Stage, Step, Via
from approvals.queries import pending_step
from approvals.verdicts import Mark, NewCondition, Verdict
from declarations.models import Declaration, Severity
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel, filled_draft
from declarations.status import Status
from portal import clock
from portal.people.models import Employee

_REASON = "Isi kanal belum sejalan dengan ketentuan surat edaran; mohon disesuaikan lebih dahulu."


@dataclass(frozen=True, slots=True)
class Sample:
    """One case: who (an OPD code), what, and where it ends; `paid` fills in the questions about benefit."""

    office: str
    fate: Status
    answers: Mapping[str, Any] = field(default_factory=dict)
    channel: Mapping[str, Any] = field(default_factory=dict)
    platform: str = "youtube"
    ownership: str = "PRIBADI"
    shows_asn: str = "TIDAK"
    paid: bool = False
    days_ago: int = 3


_S = Status
SAMPLES: tuple[Sample, ...] = (
    Sample("DISDIKBUD", _S.DRAFT),
    Sample("DISDIKBUD", _S.AWAITING_HEAD, {"A3": ["PENDIDIK"]}),
    Sample("DISDIKBUD", _S.AWAITING_REVIEW, {"A3": ["PENDIDIK"]}, days_ago=6),
    Sample("DISDIKBUD", _S.APPROVED, {"A3": ["PENDIDIK"]}, platform="instagram", days_ago=40),
    Sample("DISDIKBUD", _S.EXPIRED, {"A3": ["PENDIDIK"]}, platform="tiktok", days_ago=380),
    Sample("DINKES", _S.RETURNED, {"A3": ["TENAGA_KESEHATAN"], "D3": ["RUANG"]}, platform="tiktok"),
    Sample("DINKES", _S.AWAITING_REVIEW, {"A3": ["TENAGA_KESEHATAN"], "D5": ["PASIEN"], "D5_PERMIT": "TIDAK"}, days_ago=9),
    Sample("DINKES", _S.AWAITING_REVIEW, {"A3": ["TENAGA_KESEHATAN"]}, {"E3": [{"name": "CV Obat Contoh", "form": "ENDORSE", "sector": "suplemen"}], "C2": ["KESEHATAN", "ULASAN_PRODUK_USAHA"]}, paid=True, days_ago=5),
    Sample("DINKES", _S.APPROVED, {"A3": ["TENAGA_KESEHATAN"], "D4": "YA"}, shows_asn="YA", days_ago=60),
    Sample("DPMPTSP", _S.AWAITING_REVIEW, {"A3": ["PERIZINAN"], "F2": "YA"}, {"C1": ["LAINNYA"], "C2": ["KULINER", "ULASAN_PRODUK_USAHA"], "E3": [{"name": "Kedai Contoh Simpang", "form": "ENDORSE", "sector": "kuliner"}]}, paid=True, days_ago=8),
    Sample("BPKAD", _S.AWAITING_REVIEW, {"A3": ["PENGADAAN"], "F1": "YA"}, {"E3": [{"name": "CV Bangun Contoh", "form": "ENDORSE", "sector": "bahan bangunan"}]}, paid=True, days_ago=7),
    Sample("BAPENDA", _S.AWAITING_REVIEW, {"A3": ["KEUANGAN_PAJAK"], "F2": "YA"}, platform="tiktok", paid=True, days_ago=11),
    Sample("DISDIKBUD", _S.AWAITING_HEAD, {"A3": ["PENDIDIK"], "F5": ["PESERTA_DIDIK_SENDIRI"]}, {"E2": ["KURSUS_LES"]}, paid=True),
    Sample("SATPOLPP", _S.AWAITING_REVIEW, {"D1": "KADANG_JAM_KERJA"}, days_ago=12),
    Sample("DISHUB", _S.AWAITING_REVIEW, {"D3": ["PERANGKAT", "INTERNET"]}, days_ago=4),
    Sample("DPUPR", _S.AWAITING_REVIEW, {"D5": ["BAWAHAN"], "D5_PERMIT": "YA"}, days_ago=4),
    Sample("DISKOMINFO", _S.APPROVED, {}, {"E2": ["IKLAN_PLATFORM"]}, paid=True, days_ago=30),
    Sample("DLH", _S.AWAITING_REVIEW, {"E6": "BELUM"}, {"E2": ["HADIAH_LIVE"]}, platform="tiktok", paid=True, days_ago=3),
    Sample("DISKOPERINDAG", _S.AWAITING_REVIEW, {}, {"E2": ["AFILIASI"]}, platform="tiktok", paid=True, days_ago=2),
    Sample("DISTAN", _S.REJECTED, {}, {"E2": ["DUTA_MEREK"], "E3": [{"name": "PT Pupuk Contoh", "form": "DUTA_MEREK", "sector": "pupuk"}]}, paid=True, days_ago=20),
    Sample("DISKAN", _S.AWAITING_REVIEW, {"E7": "TIDAK_ADA"}, {"E2": ["TOKO_SENDIRI"], "E5": "PRIBADI"}, paid=True, days_ago=6),
    Sample("DINSOS", _S.AWAITING_REVIEW, {"F5": ["BAWAHAN"]}, {"E2": ["MLM"]}, paid=True, days_ago=6),
    Sample("DISNAKER", _S.AWAITING_REVIEW, {}, {"E2": ["PERJUDIAN"]}, platform="tiktok", paid=True, days_ago=2),
    Sample("DISDUKCAPIL", _S.AWAITING_REVIEW, {}, {"E2": ["INVESTASI_KRIPTO_VALAS"]}, paid=True, days_ago=3),
    Sample("DPMN", _S.AWAITING_REVIEW, {"C6F": "TIDAK_YAKIN", "C6F_TEXT": "Pernah membagikan ucapan selamat dari seorang tokoh."}, days_ago=5),
    Sample("PERKIM", _S.AWAITING_REVIEW, {"F3": "SUAMI_ISTRI"}, {"E3": [{"name": "Toko Keluarga Contoh", "form": "ENDORSE", "sector": "kuliner"}]}, ownership="KELUARGA", paid=True, days_ago=6),
    Sample("BPBD", _S.AWAITING_REVIEW, {"C8": "YA", "C8_TEXT": "Cuplikan peta rawan bencana yang belum diumumkan."}, days_ago=3),
    Sample("DISPUSIP", _S.AWAITING_HEAD, {"F8": "YA"}),
    Sample("DISKOMINFO", _S.AWAITING_HEAD, {"A3": ["HUMAS_RESMI"]}, {"E2": ["IKLAN_PLATFORM"]}, ownership="KEDINASAN", paid=True),
    Sample("KESBANGPOL", _S.AWAITING_REVIEW, {"C6AE": "YA", "C6AE_TEXT": "Pernah membagikan unggahan yang ternyata keliru; sudah dihapus."}, days_ago=5),
    Sample("DISPORA", _S.WITHDRAWN, days_ago=15),
    Sample("DISBUN", _S.REVOKED, days_ago=90),
    Sample("DISBUN", _S.SUPERSEDED, days_ago=120),
    Sample("BKPSDM", _S.AWAITING_INSPECTORATE, {"A3": ["KEPEGAWAIAN"]}, days_ago=6),
)  # fmt: skip


def seed_cases() -> int:
    """Create the demo cases once; returns how many exist after the run."""
    if not Declaration.objects.filter(declarant__is_demo=True).exists():
        used: set[int] = set()
        for index, sample in enumerate(SAMPLES, start=1):
            person = _somebody(sample.office, used)
            if person is not None:
                used.add(person.pk)
                _make(sample, person, index)
    return Declaration.objects.filter(declarant__is_demo=True).count()


def _somebody(office: str, used: set[int]) -> Employee | None:
    """Return an ordinary employee of this OPD whose fate is not told yet; the named cast keeps a clean desk."""
    people = Employee.objects.filter(unit__office__code=office, is_demo=True, is_active=True, assignments=None)
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
    if sample.fate == Status.REJECTED:
        verdict = Verdict(Outcome.REJECTED, reason=_REASON)
    elif sample.paid:
        condition = NewCondition("Menonaktifkan monetisasi", "KP-07", clock.today() + timedelta(days=30), True)
        verdict = Verdict(Outcome.APPROVED_CONDITIONS, conditions=(condition,))
    else:
        verdict = Verdict(Outcome.APPROVED)
    workflow.decide(step, verdict, by=reviewer, via=Via.DASHBOARD)
    if sample.fate == Status.REVOKED:
        declaration.refresh_from_db()
        workflow.revoke(declaration, by=reviewer, reason="Kanal beralih pengelola tanpa pemberitahuan.")


def _replace(declaration: Declaration, sample: Sample, person: Employee) -> None:
    """File the successor of an approved case and bring it through: only that supersedes the old one."""
    with clock.pretend(_at(20, 9)):
        successor = _fill(sample, person, 99)
        successor.replaces = declaration
        successor.save(update_fields=["replaces"])
        successor = workflow.submit(successor, by=person)
        _continue(successor, Sample(sample.office, Status.APPROVED))


def _reviewer(declaration: Declaration) -> Employee | None:
    reviewers = Employee.objects.filter(groups__name="reviewer").exclude(pk=declaration.declarant_id)
    decided = Step.objects.filter(declaration=declaration, decided_by__isnull=False).values("decided_by")
    outside = reviewers.exclude(pk__in=decided).exclude(unit=declaration.declarant.unit)
    return outside.order_by("pk").first()
