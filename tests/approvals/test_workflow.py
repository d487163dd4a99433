"""The verbs of a case: who may, what follows, exactly one event each, nothing on a second press."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from approvals import desk, workflow
from approvals.models import Because, Letter, Outcome, Stage, Step, Via
from approvals.queries import cases_for, pending_step, without_approver
from approvals.verdicts import Mark, NewCondition, Verdict
from declarations.answers import save_answers
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import HeadAssignment
from tests.factories import World, answer_points, declaration_at, draft, endorse, head, person, review, sent, step_of

pytestmark = pytest.mark.django_db

CAFE = SampleChannel(
    "@demo.uji.kafe",
    answers={**PAID_CHANNEL, "C1": ["LAINNYA"], "C2": ["KULINER", "ULASAN_PRODUK_USAHA"],
             "E3": [{"name": "Kedai Contoh", "form": "ENDORSE", "sector": "kuliner"}]},
)  # fmt: skip


@pytest.fixture
def world() -> World:
    return World()


def events(declaration: Declaration) -> list[str]:
    return list(
        AuditEvent.objects.filter(chain=declaration.audit_chain).order_by("seq").values_list("event", flat=True)
    )


def mails(declaration: Declaration) -> list[str]:
    return list(OutgoingEmail.objects.filter(case=declaration.number).order_by("pk").values_list("purpose", flat=True))


def paid_review(world: World) -> Declaration:
    return sent(world.licensing, CAFE, A3=["PERIZINAN"], F2="YA", **PAID_ANSWERS)


def test_sending_asks_the_head_and_thanks_the_declarant(world: World) -> None:
    declaration = sent(world.teacher)
    step = step_of(declaration)
    assert declaration.status == Status.AWAITING_HEAD
    assert (step.assigned_to, step.because) == (world.head, Because.HEAD_OF_OPD)
    assert step.due_on == clock.add_working_days(clock.today(), 5)
    assert mails(declaration) == ["head_request", "case_notice"]
    assert events(declaration) == ["draft_started", "submitted"]


def test_sending_twice_sends_once(world: World) -> None:
    """[W08]"""
    declaration = draft(world.teacher)
    workflow.submit(declaration, by=world.teacher)
    again = workflow.submit(declaration, by=world.teacher)
    assert again.status == Status.AWAITING_HEAD
    assert again.snapshots.count() == 1
    assert mails(declaration) == ["head_request", "case_notice"]


def test_nobody_sends_for_somebody_else(world: World) -> None:
    with pytest.raises(Refused):
        workflow.submit(draft(world.teacher), by=world.colleague)


def test_an_incomplete_draft_is_refused_with_what_is_missing(world: World) -> None:
    declaration = draft(world.teacher)
    save_answers(declaration, {"D1": ""})
    with pytest.raises(Refused, match="belum lengkap"):
        workflow.submit(declaration, by=world.teacher)


def test_the_snapshot_does_not_follow_later_changes(world: World) -> None:
    declaration = sent(world.teacher)
    frozen = step_of(declaration).snapshot
    world.teacher.post = "Kepala Sekolah"
    world.teacher.save()
    frozen.refresh_from_db()
    assert frozen.content["declarant"]["post"] == "Guru Ahli Muda"
    assert frozen.digest == frozen.digest_of(frozen.content)


def test_a_whole_case_ends_with_a_letter(world: World) -> None:
    declaration = review(endorse(sent(world.teacher)), world.reviewer, Outcome.APPROVED_CONDITIONS,
                         conditions=(NewCondition("Hanya di luar jam kerja", "KP-04"),))  # fmt: skip
    letter = Letter.objects.get(declaration=declaration)
    assert declaration.status == Status.APPROVED
    assert declaration.with_conditions
    assert declaration.valid_until == clock.today() + timedelta(days=365)
    assert letter.number == f"SK-{clock.today():%Y}-00001"
    assert events(declaration) == ["draft_started", "submitted", "decided", "decided", "letter_issued"]
    assert mails(declaration) == ["head_request", "case_notice", "case_notice", "head_receipt", "case_notice"]
    assert pending_step(declaration) is None


def test_the_heads_objection_is_advice_and_the_case_goes_on(world: World) -> None:
    declaration = endorse(sent(world.teacher), Outcome.OBJECTED, reason="Mengganggu tugas mengajar di kelas.")
    assert declaration.status == Status.AWAITING_REVIEW


@pytest.mark.parametrize("reason", ["", "terlalu pendek"])
def test_an_objection_needs_a_reason_of_twenty_characters(world: World, reason: str) -> None:
    declaration = sent(world.teacher)
    with pytest.raises(Refused, match="20 karakter"):
        endorse(declaration, Outcome.OBJECTED, reason=reason)
    declaration.refresh_from_db()
    assert declaration.status == Status.AWAITING_HEAD


def test_a_returned_case_comes_back_to_the_head_who_returned_it(world: World) -> None:
    declaration = endorse(sent(world.teacher), Outcome.RETURNED, reason="Mohon dijelaskan.", marks=(Mark("waktu"),))
    assert declaration.status == Status.RETURNED
    with pytest.raises(Refused, match="Jawab poin 1"):
        workflow.submit(declaration, by=world.teacher)
    answer_points(declaration)
    declaration = workflow.submit(declaration, by=world.teacher)
    assert declaration.status == Status.AWAITING_HEAD
    assert declaration.version == 2
    assert step_of(declaration).snapshot.version == 2


def test_the_endorsement_stands_when_nothing_decisive_changed(world: World) -> None:
    declaration = endorse(sent(world.teacher))
    declaration = review(declaration, world.reviewer, Outcome.RETURNED, marks=(Mark("batas", "Pilih nilai lain"),))
    save_answers(declaration, {"C7": ["HARMONIS"]})
    assert workflow.submit(declaration, by=world.teacher).status == Status.AWAITING_REVIEW


def test_the_endorsement_falls_when_a_decisive_answer_changed(world: World) -> None:
    declaration = endorse(sent(world.teacher))
    declaration = review(declaration, world.reviewer, Outcome.RETURNED, marks=(Mark("waktu", "Jelaskan"),))
    save_answers(declaration, {"D1": "KADANG_JAM_KERJA"})
    assert workflow.submit(declaration, by=world.teacher).status == Status.AWAITING_HEAD


def test_the_licensing_officers_paid_review_raises_both_findings(world: World) -> None:
    declaration = paid_review(world)
    found = {finding.code: finding for finding in step_of(declaration).snapshot.findings.all()}
    assert {"KOM-00", "KK-04"} <= set(found)
    assert {found["KOM-00"].severity, found["KK-04"].severity} == {"block"}
    assert found["KK-04"].evidence
    assert found["KK-04"].bases


def test_block_findings_must_be_judged_before_a_result(world: World) -> None:
    """[W06]"""
    declaration = endorse(paid_review(world))
    with pytest.raises(Refused, match="temuan tingkat Tinggi"):
        workflow.decide(step_of(declaration), Verdict(Outcome.APPROVED), by=world.reviewer, via=Via.DASHBOARD)
    assert (
        review(
            declaration, world.reviewer, Outcome.REJECTED, reason="Konten komersial atas usaha yang dilayani."
        ).status
        == Status.REJECTED
    )


def test_setting_a_finding_aside_needs_a_reason(world: World) -> None:
    declaration = endorse(paid_review(world))
    finding = step_of(declaration).snapshot.findings.filter(severity="block").first()
    with pytest.raises(Refused):
        desk.handle_finding(finding, relevant=False, handling="tidak", by=world.reviewer)


def test_a_team_mate_of_the_declarant_sets_no_finding_aside(world: World) -> None:
    """It weighs as much as the decision, which he may not take either."""
    declaration = endorse(paid_review(world))
    finding = step_of(declaration).snapshot.findings.filter(severity="block").first()
    mate = person("Rekan Satu Unit", declaration.declarant.unit, "reviewer")
    with pytest.raises(Refused, match="unit Anda sendiri"):
        desk.handle_finding(finding, relevant=False, handling="Sudah ditanyakan kepada yang bersangkutan.", by=mate)


def test_nobody_reviews_a_case_he_endorsed(world: World) -> None:
    world.head.groups.add(*world.reviewer.groups.all())
    declaration = endorse(sent(world.teacher))
    with pytest.raises(Refused):
        workflow.decide(step_of(declaration), Verdict(Outcome.APPROVED), by=world.head, via=Via.DASHBOARD)


def test_the_declarant_is_never_reviewer_nor_sees_himself_in_the_queue(world: World) -> None:
    own = sent(world.reviewer)
    assert own not in cases_for(world.reviewer)
    with pytest.raises(Refused):
        desk.take(own, by=world.reviewer)


def test_only_the_named_head_decides(world: World) -> None:
    step = step_of(sent(world.teacher))
    with pytest.raises(Refused):
        workflow.decide(step, Verdict(Outcome.ENDORSED), by=world.ptsp_head, via=Via.LINK)


def test_without_an_approver_the_case_waits_visibly_and_no_mail_goes_to_a_head(world: World) -> None:
    """[W16]"""
    HeadAssignment.objects.filter(opd=world.dinas).delete()
    declaration = sent(world.teacher)
    assert step_of(declaration).assigned_to is None
    assert declaration in without_approver()
    assert mails(declaration) == ["case_notice"]


def test_an_address_equal_to_the_declarants_is_no_approver(world: World) -> None:
    """[L14]"""
    world.head.contact_email = None
    world.head.email = world.teacher.mailbox
    world.head.save()
    assert step_of(sent(world.teacher)).assigned_to is None


def test_bukan_saya_reopens_until_bkpsdm_has_decided(world: World) -> None:
    declaration = endorse(sent(world.teacher))
    disowned = Step.objects.get(declaration=declaration, stage=Stage.HEAD)
    declaration = workflow.reopen(disowned, by=world.head)
    assert declaration.status == Status.AWAITING_HEAD
    assert step_of(declaration).reopens == disowned
    declaration = review(endorse(declaration), world.reviewer)
    again = Step.objects.filter(declaration=declaration, stage=Stage.HEAD, cancelled_at=None).get()
    with pytest.raises(Refused):
        workflow.reopen(again, by=world.head)


def test_withdrawing_kills_the_pending_step(world: World) -> None:
    declaration = declaration_at(Status.WITHDRAWN, world)
    assert declaration.status == Status.WITHDRAWN
    assert pending_step(declaration) is None


def test_an_approval_is_superseded_only_when_its_successor_is_approved(world: World) -> None:
    old = declaration_at(Status.APPROVED, world)
    new = draft(world.teacher)
    new.replaces = old
    new.save()
    new = endorse(workflow.submit(new, by=world.teacher))
    old.refresh_from_db()
    assert old.status == Status.APPROVED
    review(new, world.reviewer)
    old.refresh_from_db()
    assert old.status == Status.SUPERSEDED


@pytest.mark.parametrize(
    "status", [s for s in Status if s not in (Status.SUSPENDED, Status.OBJECTION, Status.SUPERSEDED)]
)
def test_every_status_is_reached_by_the_workflow(world: World, status: Status) -> None:
    assert declaration_at(status, world).status == status


def test_bkpsdms_head_is_decided_by_the_inspektorat(world: World) -> None:
    declaration = endorse(sent(world.bkpsdm_head))
    assert declaration.status == Status.AWAITING_INSPECTORATE
    assert declaration not in cases_for(world.reviewer)
    assert declaration in cases_for(world.inspector)
    approved = workflow.decide(step_of(declaration), Verdict(Outcome.APPROVED), by=world.inspector, via=Via.DASHBOARD)
    assert approved.status == Status.APPROVED


def test_a_second_look_comes_before_the_result(world: World) -> None:
    declaration = endorse(sent(world.head))  # a head of OPD: the Sekda endorses, R13
    with pytest.raises(Refused, match="Inspektorat"):
        review(declaration, world.reviewer)
    workflow.decide(step_of(declaration), Verdict(Outcome.FORWARDED), by=world.reviewer, via=Via.DASHBOARD)
    opinion = Verdict(Outcome.OPINION, reason="Tidak terdapat konflik kepentingan aktual.")
    workflow.decide(step_of(declaration), opinion, by=world.inspector, via=Via.DASHBOARD)
    assert review(declaration, world.reviewer).status == Status.APPROVED


def test_a_changed_case_is_refused_to_whoever_looked_at_the_old_one(world: World) -> None:
    declaration = endorse(sent(world.teacher))
    with pytest.raises(Refused, match="berubah"):
        workflow.decide(
            step_of(declaration),
            Verdict(Outcome.APPROVED),
            by=world.reviewer,
            via=Via.DASHBOARD,
            revision=declaration.revision - 1,
        )


def test_plt_is_asked_in_his_capacity(world: World) -> None:
    HeadAssignment.objects.filter(opd=world.dinas).delete()
    acting = person("Elvira Rangkuti", world.dinas)
    head(acting, world.dinas, "plt")
    step = step_of(sent(world.teacher))
    assert step.assigned_to == acting
    assert step.post.startswith("Plt. ")


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_leave_one_decision_and_one_event() -> None:
    world = World()
    cases = [sent(world.teacher) for _ in range(5)]
    outcomes: list[str] = []

    def decide(step: Step, outcome: Outcome) -> None:
        reason = "Mengganggu tugas mengajar di kelas." if outcome == Outcome.OBJECTED else ""
        try:
            workflow.decide(step, Verdict(outcome, reason=reason), by=world.head, via=Via.LINK)
            outcomes.append("decided")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    for case in cases:
        step = step_of(case)
        choices = [Outcome.ENDORSED, Outcome.OBJECTED] * 6
        threads = [threading.Thread(target=decide, args=(step, choice)) for choice in choices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert events(case).count("decided") == 1
    assert outcomes.count("decided") == len(cases)
    with transaction.atomic():
        assert Step.objects.filter(stage=Stage.HEAD, decided_at__isnull=False).count() == len(cases)


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.EXPIRED, Status.REVOKED])
def test_a_finished_case_cannot_be_withdrawn(world: World, status: Status) -> None:
    declaration = declaration_at(status, world)
    with pytest.raises(Refused, match="tidak berlaku untuk deklarasi dengan status"):
        workflow.withdraw(declaration, by=world.teacher, reason="batal")


def test_revoking_shows_at_the_letter_check_and_needs_a_reason_and_the_role(world: World, client: Client) -> None:
    declaration = declaration_at(Status.APPROVED, world)
    address = reverse("approvals:revoke", args=[declaration.number])
    client.force_login(world.reviewer)
    assert client.get(address).status_code == 200
    assert client.post(address, {"alasan": "pendek"}).status_code == 422
    assert client.post(address, {"alasan": "Kanal beralih pengelola tanpa pemberitahuan."}).status_code == 302
    letter = Letter.objects.get(declaration=declaration)
    assert "Dicabut" in client.get(reverse("verify_code", args=[letter.code])).content.decode()
    assert client.post(address, {"alasan": "Kanal beralih pengelola tanpa pemberitahuan."}).status_code == 409
    client.force_login(world.inspector)
    assert client.get(address).status_code == 403


def test_the_reason_of_a_withdrawal_is_one_of_the_offered_words(world: World, client: Client) -> None:
    declaration = sent(world.teacher)
    client.force_login(world.teacher)
    address = reverse("approvals:withdraw", args=[declaration.number])
    assert client.post(address, {"alasan": world.teacher.nip}).status_code == 302
    event = AuditEvent.objects.get(chain=declaration.audit_chain, event="withdrawn")
    assert event.data["reason"] == "lainnya"
