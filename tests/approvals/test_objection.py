"""Objections and second opinions: in time, late, by whom, to what end, and who is kept out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from approvals import desk, workflow
from approvals.due import perform
from approvals.models import Letter, Objection, Outcome, Stage, Via, WorkItem, WorkKind
from approvals.queries import cases_for
from approvals.verdicts import NewCondition, Verdict
from declarations.models import Declaration
from declarations.samples import SampleChannel
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee, UnitKind
from portal.people.teams import same_team
from tests.factories import PASSWORD, World, declaration_at, endorse, head, person, review, sent, step_of, unit

pytestmark = pytest.mark.django_db
GROUNDS = "Tangkapan layar menunjukkan video itu diunggah pada hari libur."
REASON = "Penjelasan dan buktinya meyakinkan kami untuk menilai kembali."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def rejected(world: World) -> Declaration:
    return declaration_at(Status.REJECTED, world)


@pytest.fixture
def other(world: World) -> Employee:
    return world.second_reviewer


def objected(declaration: Declaration) -> Declaration:
    workflow.object_to(declaration, GROUNDS, by=declaration.declarant)
    declaration.refresh_from_db()
    return declaration


def as_user(who: Employee) -> Client:
    client = Client()
    assert client.login(username=who.nip, password=PASSWORD)
    return client


def test_an_objection_in_time_opens_a_step_for_somebody_new(
    world: World, rejected: Declaration, other: Employee
) -> None:
    rejected.reviewer = world.reviewer
    rejected.save(update_fields=["reviewer"])
    declaration = objected(rejected)
    step = step_of(declaration)
    assert (declaration.status, step.stage, declaration.reviewer) == (Status.OBJECTION, Stage.OBJECTION, None)
    assert declaration.due_on == clock.add_working_days(clock.today(), 7)
    assert step.snapshot_id == Objection.objects.get().against.snapshot_id
    with pytest.raises(Refused, match="sudah ikut memutus"):
        workflow.decide(step, Verdict(Outcome.APPROVED), by=world.reviewer, via=Via.DASHBOARD)
    with pytest.raises(Refused, match="sudah ikut memutus"):
        desk.take(declaration, by=world.reviewer)
    assert desk.take(declaration, by=other).reviewer == other


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.APPROVED_CONDITIONS, Outcome.REJECTED])
def test_the_outcome_of_an_objection_is_final_and_told_to_all(
    world: World, rejected: Declaration, other: Employee, outcome: Outcome
) -> None:
    conditions = (NewCondition("Hanya di luar jam kerja"),) if outcome == Outcome.APPROVED_CONDITIONS else ()
    declaration = review(objected(rejected), other, outcome, reason=REASON, conditions=conditions)
    assert declaration.status == (Status.REJECTED if outcome == Outcome.REJECTED else Status.APPROVED)
    assert declaration.final == (outcome == Outcome.REJECTED)
    assert Letter.objects.filter(declaration=declaration).count() == (outcome != Outcome.REJECTED)
    told = OutgoingEmail.objects.filter(purpose="office_notice").values_list("to", flat=True)
    assert set(told) == {world.head.mailbox, world.reviewer.mailbox}
    decided = AuditEvent.objects.filter(chain=declaration.audit_chain, event="decided")
    assert decided.count() == 3
    if outcome == Outcome.REJECTED:
        with pytest.raises(Refused, match="bersifat akhir"):
            workflow.object_to(declaration, GROUNDS, by=world.teacher)


@pytest.mark.parametrize("outcome", [Outcome.RETURNED, Outcome.FORWARDED, Outcome.OPINION, Outcome.ENDORSED])
def test_an_objection_is_decided_one_way_or_the_other(rejected: Declaration, other: Employee, outcome: Outcome) -> None:
    with pytest.raises(Refused, match="Pilih keputusan"):
        review(objected(rejected), other, outcome, reason=REASON)


def test_the_fourteenth_day_is_in_time_and_the_fifteenth_is_late(rejected: Declaration) -> None:
    until = workflow.last_day(rejected)
    assert until is not None
    assert until == clock.today() + timedelta(days=14)
    with clock.pretend(clock.end_of_day(until)):
        objection = workflow.object_to(rejected, GROUNDS, by=rejected.declarant)
    assert (objection.late, objection.admitted) == (False, True)


@pytest.mark.parametrize("accepted", [True, False])
def test_a_late_objection_waits_for_a_reviewers_reason(world: World, rejected: Declaration, accepted: bool) -> None:
    with clock.pretend(clock.now() + timedelta(days=15)):
        objection = workflow.object_to(rejected, GROUNDS, by=rejected.declarant)
        rejected.refresh_from_db()
        assert (rejected.status, objection.late, objection.admitted) == (Status.REJECTED, True, None)
        assert WorkItem.objects.filter(kind=WorkKind.LATE_OBJECTION, done_at=None, declaration=rejected).count() == 1
        with pytest.raises(Refused, match="20 karakter"):
            workflow.admit(objection, accepted=accepted, reason="pendek", by=world.reviewer)
        workflow.admit(objection, accepted=accepted, reason=REASON, by=world.reviewer)
        with pytest.raises(Refused):
            workflow.admit(objection, accepted=True, reason=REASON, by=world.reviewer)
    rejected.refresh_from_db()
    assert rejected.status == (Status.OBJECTION if accepted else Status.REJECTED)
    assert not WorkItem.objects.filter(kind=WorkKind.LATE_OBJECTION, done_at=None).exists()


def test_objecting_twice_or_for_somebody_else_is_refused(world: World, rejected: Declaration) -> None:
    with pytest.raises(Refused, match="Hanya yang mengisi"):
        workflow.object_to(rejected, GROUNDS, by=world.colleague)
    objected(rejected)
    with pytest.raises(Refused):
        workflow.object_to(rejected, GROUNDS, by=rejected.declarant)
    assert Objection.objects.count() == 1


def test_a_channel_declared_anew_must_be_withdrawn_first(world: World, rejected: Declaration) -> None:
    channel = rejected.items.get().channel
    again = sent(world.teacher, SampleChannel(channel.handle, platform=channel.platform))
    with pytest.raises(Refused, match=again.number):
        workflow.object_to(rejected, GROUNDS, by=world.teacher)


def test_an_objection_can_be_withdrawn(rejected: Declaration) -> None:
    declaration = workflow.withdraw(objected(rejected), by=rejected.declarant, reason="lainnya")
    assert declaration.status == Status.WITHDRAWN


def test_where_no_reviewer_is_free_the_inspektorat_decides(world: World, rejected: Declaration) -> None:
    Employee.objects.filter(groups__name="reviewer").exclude(pk=world.reviewer.pk).update(is_active=False)
    declaration = review(objected(rejected), world.inspector, Outcome.REJECTED, reason=REASON)
    assert declaration.final
    assert AuditEvent.objects.filter(chain=declaration.audit_chain, event="objection_to_inspectorate").exists()


def test_the_page_keeps_what_was_typed_and_sends_once(rejected: Declaration) -> None:
    client, url = as_user(rejected.declarant), reverse("approvals:object", args=[rejected.number])
    assert "14 hari lagi" in client.get(url).content.decode()
    refused = client.post(url, {"alasan": "Tidak adil"})
    assert refused.status_code == 422
    assert "Tidak adil</textarea>" in refused.content.decode()
    for _again in range(2):
        assert client.post(url, {"alasan": GROUNDS}).status_code == 302
    assert Objection.objects.count() == 1
    detail = client.get(reverse("declarations:detail", args=[rejected.number])).content.decode()
    assert GROUNDS in detail
    assert "Penelaah keberatan" in detail


def test_the_page_does_not_exist_for_others_nor_for_other_results(world: World, rejected: Declaration) -> None:
    assert as_user(world.colleague).get(reverse("approvals:object", args=[rejected.number])).status_code == 404
    approved = declaration_at(Status.APPROVED, world, world.colleague)
    assert as_user(world.colleague).get(reverse("approvals:object", args=[approved.number])).status_code == 409


def test_a_reviewer_admits_a_late_objection_on_the_case_page(world: World, rejected: Declaration) -> None:
    with clock.pretend(clock.now() + timedelta(days=20)):
        workflow.object_to(rejected, GROUNDS, by=rejected.declarant)
    client = as_user(world.reviewer)
    page = client.get(reverse("approvals:case", args=[rejected.number])).content.decode()
    assert GROUNDS in page
    url = reverse("approvals:admit_objection", args=[rejected.number])
    refused = client.post(url, {"terima": "ya", "alasan_terlambat": "pendek"})
    assert refused.status_code == 422
    assert "pendek</textarea>" in refused.content.decode()
    assert client.post(url, {"terima": "ya", "alasan_terlambat": REASON}).status_code == 302
    rejected.refresh_from_db()
    assert rejected.status == Status.OBJECTION


# second opinions and the wrong people


def test_the_inspektur_needs_a_second_reviewers_opinion(world: World, other: Employee) -> None:
    inspektur = person("Inspektur Contoh", world.inspektorat, post="Inspektur", echelon="II.b")
    head(inspektur, world.inspektorat)
    declaration = endorse(sent(inspektur))
    step = step_of(declaration)
    assert (step.second_look, step.second_reviewer) == (True, True)
    with pytest.raises(Refused, match="peninjau kedua"):
        review(declaration, world.reviewer)
    declaration = workflow.decide(step, Verdict(Outcome.FORWARDED), by=world.reviewer, via=Via.DASHBOARD)
    second = step_of(declaration)
    assert (declaration.status, second.stage) == (Status.AWAITING_REVIEW, Stage.SECOND)
    for wrong in (world.reviewer, world.inspector):
        with pytest.raises(Refused):
            workflow.decide(second, Verdict(Outcome.OPINION, reason=REASON), by=wrong, via=Via.DASHBOARD)
    declaration = workflow.decide(second, Verdict(Outcome.OPINION, reason=REASON), by=other, via=Via.DASHBOARD)
    with pytest.raises(Refused, match="tahap lain"):
        review(declaration, other)
    assert review(declaration, world.reviewer).status == Status.APPROVED


def test_whoever_advised_does_not_decide(world: World) -> None:
    both = person("Dua Peran", world.inspektorat, "inspectorate", "reviewer")
    declaration = declaration_at(Status.AWAITING_INSPECTORATE, world)
    step = step_of(declaration)
    declaration = workflow.decide(step, Verdict(Outcome.OPINION, reason=REASON), by=both, via=Via.DASHBOARD)
    with pytest.raises(Refused, match="tahap lain"):
        review(declaration, both)


def test_whoever_decided_is_not_offered_to_take_the_objection(world: World, rejected: Declaration) -> None:
    objected(rejected)
    for officer, offered in ((world.reviewer, False), (world.second_reviewer, True)):
        page = as_user(officer).get(reverse("approvals:case", args=[rejected.number])).content.decode()
        assert (reverse("approvals:take", args=[rejected.number]) in page) is offered


def test_a_team_mate_or_superior_does_not_judge(world: World) -> None:
    mate = person("Rekan Guru", world.teacher.unit, "reviewer")
    declaration = endorse(sent(world.teacher))
    for act in (lambda: review(declaration, mate), lambda: desk.take(declaration, by=mate)):
        with pytest.raises(Refused, match="unit Anda sendiri"):
            act()
    assert same_team(world.teacher, world.head, clock.today())
    assert not same_team(world.teacher, world.reviewer, clock.today())


def test_reviewers_cannot_open_the_case_of_their_own_head(world: World) -> None:
    declaration = endorse(sent(world.bkpsdm_head))
    assert declaration.status == Status.AWAITING_INSPECTORATE
    assert not cases_for(world.reviewer).filter(pk=declaration.pk).exists()
    assert as_user(world.reviewer).get(reverse("approvals:case", args=[declaration.number])).status_code == 404
    assert cases_for(world.inspector).filter(pk=declaration.pk).exists()


def test_where_nobody_is_free_the_administrators_are_told_until_somebody_is(world: World) -> None:
    declaration = endorse(sent(world.reviewer))  # every reviewer of this world shares his unit
    item = WorkItem.objects.get(kind=WorkKind.NO_OFFICER, declaration=declaration)
    assert (item.audience, item.done_at) == ("administrator", None)
    perform()
    item.refresh_from_db()
    assert item.done_at is None
    person("Peninjau Bidang Lain", unit("Bidang Mutasi", UnitKind.UNIT, world.bkpsdm), "reviewer")
    perform()
    item.refresh_from_db()
    assert item.done_at is not None
