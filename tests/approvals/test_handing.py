"""Handing a case on, taking it back, stepping down: who is offered, who never, and what the old link says."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals import workflow
from approvals.due import perform
from approvals.models import Because, Outcome, Recusal, Step, Via
from approvals.verdicts import Verdict
from declarations.models import Declaration
from declarations.status import Status
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.approvals.test_link import mailed_code, open_link
from tests.factories import World, endorse, person, sent, step_of

pytestmark = pytest.mark.django_db
WHY = "Pemohon adalah ipar saya dan kami serumah."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def secretary(world: World) -> Employee:
    return person("Elvira Rangkuti", world.dinas, post="Sekretaris Dinas", post_kind="struktural")


@pytest.fixture
def case(world: World, secretary: Employee) -> Declaration:
    return sent(world.teacher)


def page(case: Declaration, name: str = "hand_on") -> str:
    return reverse(f"approvals:{name}", args=[case.number])


def test_only_reachable_colleagues_are_offered_and_never_the_declarant(
    world: World, case: Declaration, secretary: Employee
) -> None:
    silent = person("Tanpa Email", world.dinas, contact_email=None)
    shared = person("Satu Alamat", world.school, contact_email=None, email=world.teacher.contact_email)
    offered = list(workflow.officials_for(step_of(case)))
    assert offered[0] == secretary, "structural posts first"
    assert world.colleague in offered
    for wrong in (world.teacher, world.head, world.sekda, world.reviewer, silent, shared):
        assert wrong not in offered


def test_handing_on_needs_the_code_and_changes_hands_for_this_case(
    world: World, case: Declaration, secretary: Employee, client: Client
) -> None:
    old = step_of(case)
    open_link(client, case)
    fields = {"aksi": "teruskan", "kepada": str(secretary.pk), "alasan": "dinas_luar"}
    assert client.post(page(case), fields).status_code == 200
    assert step_of(case) == old, "nothing before the code"
    assert client.post(page(case), {**fields, "kode": "000000"}).status_code == 422
    assert client.post(page(case), {**fields, "kode": mailed_code(case)}).status_code == 302
    step = step_of(case)
    assert (step.assigned_to, step.because) == (secretary, Because.PASSED_ON)
    assert "mewakili" in step.post
    dead = client.get(reverse("approvals:link_case", args=[case.number]))
    assert dead.status_code == 410
    assert secretary.name in dead.content.decode()
    told = OutgoingEmail.objects.filter(case=case.number).values_list("purpose", "to")
    assert ("head_request", secretary.mailbox) in told
    assert ("office_notice", world.head.mailbox) in told
    perform()
    assert step_of(case) == step, "the clock leaves a case that was handed on where it is"
    assert endorse(case).status == Status.AWAITING_REVIEW


def test_it_can_be_taken_back_until_it_is_decided(
    world: World, case: Declaration, secretary: Employee, client: Client
) -> None:
    open_link(client, case)
    old = step_of(case)
    given = workflow.pass_on(old, secretary, reason="cuti", by=world.head)
    assert client.post(page(case, "take_back")).status_code == 302
    step = step_of(case)
    assert (step.assigned_to, step.post) == (world.head, old.post)
    given.refresh_from_db()
    assert given.cancelled_because == "taken_back"
    again = workflow.pass_on(step, secretary, reason="cuti", by=world.head)
    endorse(case)
    with pytest.raises(Refused, match="sudah diputus"):
        workflow.take_back(step, by=world.head)
    assert again.pk


@pytest.mark.parametrize("who", ["teacher", "sekda", "reviewer", "head"])
def test_nobody_else_can_be_chosen(world: World, case: Declaration, who: str) -> None:
    with pytest.raises(Refused, match="OPD yang sama"):
        workflow.pass_on(step_of(case), getattr(world, who), reason="cuti", by=world.head)


def test_what_was_handed_on_is_not_handed_on_again(world: World, case: Declaration, secretary: Employee) -> None:
    step = workflow.pass_on(step_of(case), secretary, reason="cuti", by=world.head)
    with pytest.raises(Refused, match="sudah diteruskan"):
        workflow.pass_on(step, world.colleague, reason="cuti", by=secretary)


def test_stepping_down_goes_one_level_up_for_good(world: World, case: Declaration, client: Client) -> None:
    open_link(client, case)
    refused = client.post(page(case), {"aksi": "mundur", "kepentingan": "ipar"})
    assert refused.status_code == 422
    assert "ipar</textarea>" in refused.content.decode()
    assert client.post(page(case), {"aksi": "mundur", "kepentingan": WHY}).status_code == 302
    step = step_of(case)
    assert (step.assigned_to, step.because) == (world.sekda, Because.STEPPED_DOWN)
    assert Recusal.objects.get().reason == WHY
    assert AuditEvent.objects.filter(chain=case.audit_chain, event="stepped_down").count() == 1
    perform()
    assert step_of(case) == step, "the clock does not give it back"
    with pytest.raises(Refused, match="mundur"):
        workflow.decide(step, Verdict(Outcome.ENDORSED), by=world.head, via=Via.LINK)
    workflow.step_down(step, reason=WHY, by=world.sekda)
    assert step_of(case).assigned_to == world.bupati


def test_showing_the_page_changes_nothing(case: Declaration, client: Client) -> None:
    open_link(client, case)
    before = (Step.objects.count(), AuditEvent.objects.count())
    assert client.get(page(case) + "?cari=elvira").status_code == 200
    assert (Step.objects.count(), AuditEvent.objects.count()) == before
    assert Client().get(page(case)).status_code in (404, 410)
