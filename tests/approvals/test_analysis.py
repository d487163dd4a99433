"""A finding can be a conflict of interest: analysis, the second look at an actual one, control measures, answers."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals import desk, workflow
from approvals.models import ConflictKind, Finding, Outcome, Via
from approvals.verdicts import Mark, NewCondition, Verdict
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from tests.factories import World, endorse, judge_findings, sent, step_of

pytestmark = pytest.mark.django_db
SITUATION = "Mitra tercatat sebagai penyedia OPD pegawai sejak Februari."
IMPACT = "Penilaian pekerjaan penyedia itu dapat dianggap berpihak."
REASON = "Keadaannya sudah diperiksa bersama atasannya."
MEASURE = (NewCondition("Tidak menangani paket yang terkait", "KP-02"),)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Declaration:
    channel = SampleChannel("@uji.mitra", answers=PAID_CHANNEL)
    return endorse(sent(world.teacher, channel, **{**PAID_ANSWERS, "F1": "YA"}))


def finding(case: Declaration, code: str = "KK-01") -> Finding:
    assert case.snapshot is not None
    return case.snapshot.findings.get(code=code)


def judge(case: Declaration, world: World, kind: str) -> Finding:
    analysis = desk.Analysis(kind, SITUATION, IMPACT)
    return desk.handle_finding(finding(case), relevant=True, handling="", by=world.reviewer, analysis=analysis)


def decide(case: Declaration, world: World, outcome: Outcome, **verdict: object) -> Declaration:
    return workflow.decide(
        step_of(case),
        Verdict(outcome, **verdict),  # type: ignore[arg-type]
        by=world.reviewer,
        via=Via.DASHBOARD,
    )


def test_the_finding_knows_its_source_and_keeps_the_analysis(world: World, case: Declaration) -> None:
    judged = judge(case, world, ConflictKind.POTENTIAL)
    assert (judged.source, judged.conflict, judged.situation, judged.impact) == ("SK1", "potential", SITUATION, IMPACT)
    desk.handle_finding(judged, relevant=False, handling=REASON, by=world.reviewer)
    judged.refresh_from_db()
    assert (judged.conflict, judged.situation) == ("", "")


def test_a_word_on_a_lighter_finding_does_not_cover_the_graver_one(world: World, case: Declaration) -> None:
    read = finding(case)
    Finding.objects.filter(pk=read.pk).update(severity="block")
    read.severity = "warn"  # as it was when the officer's request began
    with pytest.raises(Refused, match="berubah sejak halaman dibuka"):
        desk.handle_finding(read, relevant=False, handling=REASON, by=world.reviewer)
    now = finding(case)
    assert (now.severity, now.relevant) == ("block", None)


def test_both_parts_of_the_analysis_are_needed(world: World, case: Declaration) -> None:
    for situation, impact in ((SITUATION, "singkat"), ("", IMPACT)):
        with pytest.raises(Refused, match="kedua bagian analisis"):
            desk.handle_finding(
                finding(case),
                relevant=True,
                handling="",
                by=world.reviewer,
                analysis=desk.Analysis(ConflictKind.ACTUAL, situation, impact),
            )


def test_a_grave_relevant_finding_asks_for_a_control_measure(world: World, case: Declaration) -> None:
    judge(case, world, ConflictKind.POTENTIAL)
    judge_findings(case, world.reviewer)
    with pytest.raises(Refused, match=r"\(KK-01\) perlu langkah pengendalian"):
        decide(case, world, Outcome.APPROVED)
    assert decide(case, world, Outcome.APPROVED_CONDITIONS, conditions=MEASURE).status == Status.APPROVED


def test_an_actual_conflict_goes_to_the_inspektorat_first(world: World, case: Declaration) -> None:
    judge(case, world, ConflictKind.ACTUAL)
    judge_findings(case, world.reviewer)
    with pytest.raises(Refused, match="pendapat Inspektorat dulu"):
        decide(case, world, Outcome.APPROVED_CONDITIONS, conditions=MEASURE)
    with pytest.raises(Refused, match="pendapat Inspektorat dulu"):
        decide(case, world, Outcome.REJECTED, reason=REASON)
    decide(case, world, Outcome.FORWARDED)
    case.refresh_from_db()
    assert case.status == Status.AWAITING_INSPECTORATE
    workflow.decide(step_of(case), Verdict(Outcome.OPINION, reason=REASON), by=world.inspector, via=Via.DASHBOARD)
    case.refresh_from_db()
    assert decide(case, world, Outcome.APPROVED_CONDITIONS, conditions=MEASURE).status == Status.APPROVED


def test_the_declarant_is_asked_to_explain_and_the_answer_stands_at_the_finding(
    world: World, case: Declaration
) -> None:
    reviewer = Client()
    reviewer.force_login(world.reviewer)
    page = reviewer.get(reverse("approvals:case", args=[case.number])).content.decode()
    assert "Penjelasan: Mitra Anda dan pengadaan di OPD Anda" in page
    marks = (Mark("KK-01", "Sejak kapan kerja sama ini?", "Penjelasan: Mitra Anda dan pengadaan di OPD Anda"),)
    decide(case, world, Outcome.RETURNED, marks=marks)
    case.refresh_from_db()
    assert case.scope == ["penjelasan"]
    mail = OutgoingEmail.objects.filter(case=case.number).latest("pk")
    assert "1. Penjelasan: Mitra Anda dan pengadaan di OPD Anda: Sejak kapan kerja sama ini?" in mail.text
    declarant = Client()
    declarant.force_login(world.teacher)
    assert (
        "Sejak kapan kerja sama ini?" in declarant.get(reverse("declarations:fix", args=[case.number])).content.decode()
    )
    declarant.post(
        reverse("approvals:answer_point", args=[case.number, "KK-01"]), {"jawaban": "Sejak Maret, di luar OPD."}
    )
    case.refresh_from_db()
    again = workflow.submit(case, by=world.teacher)
    assert again.status == Status.AWAITING_REVIEW
    assert finding(again).explanation == "Sejak Maret, di luar OPD."


def test_on_the_case_page_what_was_typed_is_kept(world: World, case: Declaration) -> None:
    reviewer = Client()
    reviewer.force_login(world.reviewer)
    url = reverse("approvals:finding", args=[case.number, "KK-01"])
    answer = reviewer.post(
        url, {"relevan": "analisis", "benturan": "actual", "keadaan": SITUATION, "dampak": "singkat"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Isi kedua bagian analisis" in page
    assert SITUATION in page
    answer = reviewer.post(url, {"relevan": "analisis", "benturan": "actual", "keadaan": SITUATION, "dampak": IMPACT})
    assert answer.status_code == 302
    page = reviewer.get(reverse("approvals:case", args=[case.number])).content.decode()
    assert "Benturan aktual" in page
    assert IMPACT in page
