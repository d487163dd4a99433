"""What time owes: reminders on working days 2 and 4, expiry, and nothing twice."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from approvals import links
from approvals.due import perform
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.mail.models import OutgoingEmail
from tests.factories import World, declaration_at, endorse, head, person, sent, step_of

pytestmark = pytest.mark.django_db
THURSDAY = timezone.make_aware(datetime(2026, 11, 19, 10))


def reminders(case: Declaration) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(case=case.number, subject__startswith="Pengingat:").order_by("pk"))


def on_day(day: int, hour: int = 9) -> int:
    with clock.pretend(timezone.make_aware(datetime(2026, 11, day, hour))):
        return perform()


def test_the_head_is_reminded_on_working_days_two_and_four_across_the_weekend() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    on_day(20)
    assert reminders(case) == []
    on_day(21)
    assert reminders(case) == []
    on_day(23)
    on_day(23, 15)
    assert len(reminders(case)) == 1
    on_day(25)
    on_day(27)
    assert len(reminders(case)) == 2
    assert case.number in reminders(case)[1].text


def test_after_a_week_without_the_clock_one_reminder_goes_out_not_two() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    on_day(27)
    assert len(reminders(case)) == 1


def test_at_night_the_reminder_waits_for_the_morning() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    with clock.pretend(timezone.make_aware(datetime(2026, 11, 23, 22))):
        perform()
        morning = clock.next_mail_hour(clock.now())
    assert reminders(case)[0].next_at >= min(morning, timezone.now())


def test_a_decided_case_is_left_alone() -> None:
    with clock.pretend(THURSDAY):
        case = endorse(sent(World().teacher))
    on_day(27)
    assert reminders(case) == []


def test_a_new_plt_takes_over_on_his_first_day_and_the_old_link_says_to_whom(client: Client) -> None:
    world = World()
    case = sent(world.teacher)
    old = links.url_for(step_of(case))
    world.head.assignments.update(ends=clock.today())
    acting = person("Elvira Rangkuti", world.dinas)
    tomorrow = clock.today() + timedelta(days=1)
    head(acting, world.dinas, "plt", starts=tomorrow)
    assert perform() == 0
    with clock.pretend(timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))):
        assert perform() == 1
        assert perform() == 0
    step = step_of(case)
    assert (step.assigned_to, step.post) == (acting, "Plt. Kepala Dinas Pendidikan")
    assert OutgoingEmail.objects.filter(case=case.number, purpose="head_request", to=acting.mailbox).count() == 1
    page = client.get(client.get("/" + old.split("/", 3)[3])["Location"])
    assert page.status_code == 410
    assert "beralih kepada Plt. Kepala Dinas Pendidikan" in page.content.decode()


def test_a_plh_stands_in_for_his_days_and_hands_back() -> None:
    world = World()
    case = sent(world.teacher)
    stand_in = person("Silvia Putri", world.dinas)
    head(stand_in, world.dinas, "plh", starts=clock.today(), ends=clock.today() + timedelta(days=2))
    perform()
    assert step_of(case).assigned_to == stand_in
    with clock.pretend(clock.now() + timedelta(days=3)):
        perform()
    assert step_of(case).assigned_to == world.head


def test_a_case_without_official_is_asked_of_whoever_is_named_later() -> None:
    world = World()
    world.head.assignments.all().delete()
    case = sent(world.teacher)
    assert perform() == 0
    head(world.head, world.dinas, starts=clock.today())
    perform()
    assert step_of(case).assigned_to == world.head


def test_an_approval_ends_the_day_after_its_last_day_and_only_once() -> None:
    case = declaration_at(Status.APPROVED, World())
    assert case.valid_until is not None
    last = timezone.make_aware(datetime.combine(case.valid_until, datetime.min.time())) + timedelta(hours=12)
    with clock.pretend(last):
        perform()
    case.refresh_from_db()
    assert case.status == Status.APPROVED
    with clock.pretend(last + timedelta(days=1)):
        perform()
        perform()
    case.refresh_from_db()
    assert case.status == Status.EXPIRED
    assert OutgoingEmail.objects.filter(case=case.number, subject__startswith="Masa berlaku").count() == 1
