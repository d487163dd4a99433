"""A declarant who moves: the request follows, the rules are asked again, approvals are confirmed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from approvals import links, workflow
from approvals.due import perform
from approvals.models import Answer, Confirmation, WorkItem, WorkKind
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World, declaration_at, endorse, sent, step_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def move(world: World, **fields: object) -> None:
    Employee.objects.filter(pk=world.teacher.pk).update(**({"unit": world.ptsp} | fields))


def test_a_waiting_request_follows_and_the_old_link_says_to_whom(world: World, client: Client) -> None:
    """[W15]"""
    case = sent(world.teacher)
    old = "/" + links.url_for(step_of(case)).split("/", 3)[3]
    move(world)
    assert perform() >= 1
    case.refresh_from_db()
    step = step_of(case)
    assert (step.assigned_to, case.opd) == (world.ptsp_head, world.ptsp)
    page = client.get(old, follow=True)
    assert page.status_code == 410
    assert "Kepala" in page.content.decode()
    assert perform() == 0
    assert Employee.objects.get(pk=world.teacher.pk).moved_at is None


def test_an_opinion_given_before_stays_as_history(world: World) -> None:
    case = endorse(sent(world.teacher))
    move(world)
    perform()
    case.refresh_from_db()
    assert (case.status, case.opd) == (Status.AWAITING_REVIEW, world.ptsp)
    assert case.steps.filter(decided_by=world.head).count() == 1


def test_the_rules_are_asked_again_with_the_new_post(world: World) -> None:
    channel = SampleChannel("@uji.bisnis", answers={**PAID_CHANNEL, "E3": [{"name": "Kedai", "form": "ENDORSE"}]})
    case = sent(world.teacher, channel, **PAID_ANSWERS)
    snapshot = step_of(case).snapshot
    assert snapshot.findings.get(code="KK-17").severity == "warn"
    move(world, grade="IV/b", post="Kepala Bidang", post_kind="struktural", echelon="III.b")
    perform()
    raised = snapshot.findings.get(code="KK-17")
    assert (raised.severity, raised.relevant) == ("block", None)
    assert raised.added_at is not None
    case.refresh_from_db()
    assert case.worst == "block"
    assert AuditEvent.objects.filter(chain=case.audit_chain, event="rescreened").count() == 1


def test_the_holder_of_an_approval_is_asked_and_the_approval_stands(world: World, client: Client) -> None:
    case = declaration_at(Status.APPROVED, world)
    move(world)
    perform()
    perform()
    assert Confirmation.objects.filter(declaration=case).count() == 1
    assert OutgoingEmail.objects.filter(subject__startswith="Mohon konfirmasi setelah mutasi").count() == 1
    client.force_login(world.teacher)
    url = reverse("approvals:confirm", args=[case.number])
    assert url in client.get(reverse("declarations:detail", args=[case.number])).content.decode()
    assert client.post(url, {"jawaban": "entah"}).status_code == 422
    assert client.post(url, {"jawaban": "same"}).status_code == 302
    assert Confirmation.objects.get().answer == Answer.SAME
    case.refresh_from_db()
    assert case.status == Status.APPROVED
    with pytest.raises(Refused):
        workflow.confirm(case, Answer.SAME, by=world.teacher)


def test_no_answer_becomes_a_task_after_fourteen_days(world: World) -> None:
    case = declaration_at(Status.APPROVED, world)
    move(world)
    perform()
    for days, expected in ((13, 0), (15, 1), (16, 1)):
        with clock.pretend(clock.now() + timedelta(days=days)):
            perform()
        assert WorkItem.objects.filter(kind=WorkKind.CONFIRMATION, declaration=case).count() == expected
    workflow.confirm(case, Answer.CHANGED, by=world.teacher)
    assert not WorkItem.objects.filter(kind=WorkKind.CONFIRMATION, done_at=None).exists()
    case.refresh_from_db()
    assert case.status == Status.APPROVED


def test_nobody_else_confirms(world: World) -> None:
    case = declaration_at(Status.APPROVED, world)
    move(world)
    perform()
    with pytest.raises(Refused, match="Hanya pemegang"):
        workflow.confirm(case, Answer.SAME, by=world.colleague)
    assert isinstance(case, Declaration)
