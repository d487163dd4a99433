"""[L01]-[L28] Abuse of the mailed link, reference/security.md 2.5; each test names its numbers."""

import secrets
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import links, workflow
from approvals.due import perform
from approvals.models import Outcome, Stage, Step
from approvals.verdicts import Mark
from declarations.answers import save_answers
from declarations.models import Declaration
from declarations.status import Status
from portal import clock, snapshot
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from tests.factories import World, answer_points, declaration_at, endorse, head, person, sent, step_of
from tests.security.crawl import Page

pytestmark = pytest.mark.django_db
ENDORSE = {"keputusan": "endorsed"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def waiting(world: World) -> Declaration:
    return declaration_at(Status.AWAITING_HEAD, world)


def link_of(case: Declaration) -> str:
    return reverse("approvals:link", args=[links.token_for(step_of(case))])


def page_of(case: Declaration) -> str:
    return reverse("approvals:link_case", args=[case.number])


def opened(case: Declaration) -> Client:
    client = Client()
    client.get(link_of(case))
    return client


def choose(client: Client, case: Declaration, **choice: str) -> int:
    """Send the form of the decision page and return the status of the answer."""
    return client.post(page_of(case), {**ENDORSE, "revisi": case.revision, **choice}).status_code


def state() -> dict[str, str]:
    """Return a digest of every table; counters, sessions and codes are left out."""
    return snapshot.digests()


def test_l01_fifty_visits_of_a_scanner_before_and_after_change_nothing_and_the_human_decides(
    waiting: Declaration,
) -> None:
    link, human, scanner = link_of(waiting), opened(waiting), Client()

    def scan() -> None:
        for number in range(50):
            method = (scanner.get, scanner.head, scanner.options)[number % 3]
            assert method(link).status_code == 302
            assert method(page_of(waiting)).status_code in (200, 405)

    before = state()
    scan()
    assert state() == before
    assert choose(human, waiting) == 302
    decided = state()
    scan()
    assert state() == decided
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_REVIEW


def test_l02_a_robot_that_presses_every_button_of_every_form_decides_nothing(waiting: Declaration) -> None:
    robot = opened(waiting)
    page = Page(page_of(waiting), robot.get(page_of(waiting)).content.decode())
    before, pressed = state(), 0
    for form in page.forms:
        for button in form.buttons or [("", "")]:
            data = dict([*form.fields, *([button] if button[0] else [])])
            (robot.get if form.method == "get" else robot.post)(form.action, data)
            pressed += 1
    assert pressed >= 1
    for link in sorted(page.links):
        robot.get(link)
    assert state() == before
    answer = opened(waiting).post(page_of(waiting), {"revisi": waiting.revision})
    assert answer.status_code == 422
    assert "Pilih keputusan Anda" in answer.content.decode()


def test_l03_a_decision_faster_than_anybody_reads_is_a_question_to_the_reviewer(
    world: World, waiting: Declaration
) -> None:
    slow = sent(world.colleague)
    for case, seconds in ((waiting, 8), (slow, 21)):
        mailed = step_of(case).mailed_at
        assert mailed is not None
        with time_machine.travel(mailed + timedelta(seconds=seconds), tick=False):
            assert choose(opened(case), case) == 302
    reviewer = Client()
    reviewer.force_login(world.reviewer)
    told = reviewer.get(reverse("approvals:case", args=[waiting.number])).content.decode()
    assert 'data-hasty="8"' in told
    assert "Sempatkah halamannya dibaca?" in told
    assert "data-hasty" not in reviewer.get(reverse("approvals:case", args=[slow.number])).content.decode()
    event = AuditEvent.objects.get(chain=waiting.audit_chain, event="decided")
    assert event.data["after_seconds"] == 8
    receipt = OutgoingEmail.objects.get(case=waiting.number, purpose="head_receipt")
    assert "BUKAN SAYA" in receipt.text
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_REVIEW  # nothing final without BKPSDM


def test_l04_l05_the_same_choice_again_is_the_receipt_and_another_choice_is_a_409(waiting: Declaration) -> None:
    first, second = opened(waiting), opened(waiting)
    assert choose(first, waiting) == 302
    before = state()
    assert choose(first, waiting) == 200
    answer = second.post(page_of(waiting), {"keputusan": "objected", "alasan": "x" * 30, "revisi": waiting.revision})
    assert answer.status_code == 409
    assert "Sudah diputus" in answer.content.decode()
    assert state() == before


def test_l06_a_link_ends_with_its_second_and_renews_itself_only_when_asked_three_times_a_day(
    waiting: Declaration,
) -> None:
    step = step_of(waiting)
    with time_machine.travel(timezone.now(), tick=False):
        born, client = timezone.now(), opened(waiting)
    with time_machine.travel(born + links.LIFETIME - timedelta(seconds=1), tick=False):
        assert client.get(page_of(waiting)).status_code == 200
    with time_machine.travel(born + links.LIFETIME + timedelta(seconds=1), tick=False):
        before = state()
        page = client.get(page_of(waiting))
        assert page.status_code == 410
        assert "sudah lewat 14 hari" in page.content.decode()
        assert choose(client, waiting) == 410
        assert state() == before  # by itself it sends nothing
        renew = reverse("approvals:link_renew", args=[waiting.number])
        assert [client.post(renew).status_code for _time in range(4)] == [200, 200, 200, 429]
    mails = OutgoingEmail.objects.filter(case=waiting.number, purpose="head_request").order_by("pk")
    assert step.assigned_to is not None
    assert [mail.to for mail in mails] == [step.assigned_to.mailbox] * 4


def test_l07_a_link_to_version_one_decides_nothing_about_version_two(world: World, waiting: Declaration) -> None:
    old = opened(waiting)
    endorse(waiting, Outcome.RETURNED, reason="Mohon dijelaskan.", marks=(Mark("konten"),))
    waiting.refresh_from_db()
    save_answers(waiting, {"D4": "YA"})
    answer_points(waiting)
    case = workflow.submit(waiting, by=world.teacher)
    assert case.status == Status.AWAITING_HEAD
    before = state()
    assert old.get(page_of(case)).status_code in (200, 410)
    assert choose(old, case, keputusan="endorsed") in (409, 410)
    assert state() == before
    assert step_of(case).snapshot.version == 2


@pytest.mark.parametrize("how", ["ended", "deactivated", "replaced"])
def test_l08_l16_authority_that_ended_while_the_page_was_open_decides_nothing(
    world: World, waiting: Declaration, how: str
) -> None:
    client = opened(waiting)
    assert client.get(page_of(waiting)).status_code == 200
    if how == "deactivated":
        world.head.is_active = False
        world.head.save()
    else:
        world.head.assignments.update(ends=clock.today() - timedelta(days=1))
    if how == "replaced":
        head(person("Elvira Rangkuti", world.dinas), world.dinas, "plt", starts=clock.today())
    before = state()
    answer = client.post(page_of(waiting), {**ENDORSE, "revisi": waiting.revision})
    assert answer.status_code == 410
    assert "sudah beralih" in answer.content.decode()
    assert state() == before
    perform()
    assert choose(client, waiting) == 410
    assert step_of(waiting).assigned_to != world.head


def test_l11_ten_thousand_guesses_open_nothing_and_stop_nobody_else(waiting: Declaration) -> None:
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    before, answers = state(), []
    for _time in range(60):
        token = f"{secrets.token_urlsafe(14)}:{secrets.token_urlsafe(6)}:{secrets.token_urlsafe(32)}"
        answers.append(guesser.get(reverse("approvals:link", args=[token])).status_code)
    assert answers == [404] * 29 + [429] * 31
    refused = guesser.get(reverse("approvals:mailed_list", args=["x" * 40]))
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 600
    assert state() == before
    assert Client(REMOTE_ADDR="203.0.113.8").get(link_of(waiting)).status_code == 302
    assert guesser.get(link_of(waiting)).status_code == 302  # an office shares one address: a real link still opens
    # the other 9,940 without asking over HTTP: no text but one signed by this portal is read
    readable = [links.read(f"{secrets.token_urlsafe(14)}:{secrets.token_urlsafe(32)}") for _time in range(9_940)]
    assert not any(readable)
    assert links.read(signing.dumps([step_of(waiting).pk, 1, 0], salt="another")) is None


def test_l12_a_forwarded_mail_names_whose_decision_it_is_and_the_head_can_disown_it(
    world: World, waiting: Declaration
) -> None:
    anyone = opened(waiting)
    page = anyone.get(page_of(waiting)).content.decode()
    assert world.head.official_name in page
    assert "Kepala Dinas Pendidikan" in page
    other = sent(world.colleague)
    assert choose(anyone, waiting) == 302
    step = Step.objects.get(declaration=waiting, stage=Stage.HEAD)
    assert (step.via, step.decided_by) == ("link", world.head)
    for path in ("/persetujuan/", "/tinjau/", "/profil/", f"/deklarasi/{waiting.number}/"):
        assert anyone.get(path)["Location"].startswith("/masuk/"), path  # no login came of it
    assert anyone.get(page_of(other)).status_code == 404
    receipt = OutgoingEmail.objects.get(case=waiting.number, purpose="head_receipt")
    assert receipt.to == world.head.mailbox
    assert "BUKAN SAYA" in receipt.text
    disown = links.receipt_url(step).partition("//")[2].partition("/")[2]
    head_himself = Client()
    assert head_himself.get(f"/{disown}").status_code == 200
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_REVIEW  # looking at it disowns nothing
    assert head_himself.post(f"/{disown}").status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_HEAD


def test_l13_a_head_who_declares_is_never_asked_about_himself(world: World) -> None:
    case = sent(world.head)
    assert step_of(case).assigned_to == world.sekda
    assert not OutgoingEmail.objects.filter(purpose="head_request", to=world.head.mailbox).exists()
    assert not Step.objects.filter(assigned_to=world.head).exists()


def test_l17_at_midnight_exactly_one_of_two_heads_decides_and_the_record_names_his_capacity(
    world: World, waiting: Declaration
) -> None:
    old, acting = opened(waiting), person("Elvira Rangkuti", world.dinas)
    tomorrow = clock.today() + timedelta(days=1)
    world.head.assignments.update(ends=clock.today())
    head(acting, world.dinas, "plt", starts=tomorrow)
    midnight = timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))
    with time_machine.travel(midnight, tick=False):
        assert choose(old, waiting) == 410
        perform()
        waiting.refresh_from_db()
        fresh = opened(waiting)
        assert choose(old, waiting) == 410
        assert choose(fresh, waiting) == 302
        assert choose(fresh, waiting) == 200
    step = Step.objects.get(declaration=waiting, stage=Stage.HEAD, decided_at__isnull=False)
    assert (step.decided_by, step.capacity) == (acting, "plt")
    assert AuditEvent.objects.filter(chain=waiting.audit_chain, event="decided").count() == 1


def test_l25_l26_without_a_reason_or_after_withdrawal_nothing_is_decided(world: World, waiting: Declaration) -> None:
    client = opened(waiting)
    before = state()
    for reason in ("", "abc"):
        assert choose(client, waiting, keputusan="objected", alasan=reason) == 422
    assert state() == before
    workflow.withdraw(waiting, by=world.teacher, reason="batal")
    waiting.refresh_from_db()
    before = state()
    assert choose(client, waiting) == 410
    assert state() == before


def test_l27_of_three_mails_one_decides_and_the_others_show_what_became_of_it(waiting: Declaration) -> None:
    three = [opened(waiting)]
    for due in (1, 2):
        workflow.remind(step_of(waiting), due=due)
        three.append(opened(waiting))
    assert [choose(client, waiting) for client in three] == [302, 200, 200]
    assert AuditEvent.objects.filter(chain=waiting.audit_chain, event="decided").count() == 1
    step = Step.objects.get(declaration=waiting, stage=Stage.HEAD)
    assert step.assigned_to is not None
    workflow.reopen(step, by=step.assigned_to)
    assert [client.get(page_of(waiting)).status_code for client in three] == [410] * 3
