"""Rows 49, 50 and 53: the clock of the portal 400 days ahead, two days back, and at the edges of a day and a year."""

import logging
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals import links, workflow
from approvals.due import perform
from approvals.invariants import INVARIANTS
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.audit.log import ADMIN, CannotRecord, history, record, refusing, verify_all
from portal.mail.models import OutgoingEmail
from tests.factories import PASSWORD, World, declaration_at, endorse, review, sent, step_of

pytestmark = [pytest.mark.fault, pytest.mark.django_db]


def opened(token: str, case: Declaration) -> int:
    client = Client()
    client.cookies["kunci"] = token
    return client.get(reverse("approvals:link_case", args=[case.number])).status_code


def all_is_well() -> None:
    assert [invariant.code for invariant in INVARIANTS if invariant.violations()] == []
    assert list(verify_all()) == []


def test_fault_49_four_hundred_days_ahead_everything_ends_and_nobody_is_told_twice(client: Client) -> None:
    world = World()
    approved, waiting = declaration_at(Status.APPROVED, world), sent(world.colleague)
    token = links.token_for(step_of(waiting))
    assert opened(token, waiting) == 200
    client.force_login(world.teacher)
    assert client.get("/profil/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=400)):
        assert opened(token, waiting) == 410
        assert client.get("/profil/").status_code == 302
        before = set(OutgoingEmail.objects.values_list("pk", flat=True))
        for _tick in range(3):
            perform()
        told = OutgoingEmail.objects.exclude(pk__in=before)
        twice = [found for found, number in Counter(told.values_list("to", "subject")).items() if number > 1]
        assert twice == []
        assert 0 < told.count() < 20
    approved.refresh_from_db()
    assert approved.status == Status.EXPIRED
    all_is_well()


def test_fault_50_two_days_back_no_link_revives_and_the_log_keeps_its_order() -> None:
    world = World()
    case, other = sent(world.teacher), sent(world.colleague)
    token, old = links.token_for(step_of(case)), links.token_for(step_of(other))
    endorse(case)
    workflow.ask_again(step_of(other))
    assert (opened(token, case), opened(old, other)) == (200, 410)  # the receipt; a link that was replaced
    with time_machine.travel(clock.now() - timedelta(days=2)):
        assert (opened(token, case), opened(old, other)) == (200, 410)
        case.refresh_from_db()
        assert case.status == Status.AWAITING_REVIEW
        review(case, world.reviewer)
        perform()
    events = list(history(case.audit_chain).values_list("event", flat=True))
    assert events.index("submitted") < events.index("decided") < events.index("letter_issued")
    assert events.count("decided") == 2
    all_is_well()


def move_the_log(chains: list[str], by: timedelta) -> None:
    """As if these chains had been written under a clock that ran ahead."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_auditevent SET at = at + %s WHERE chain = ANY(%s)", [by, chains])
        cursor.execute("SET session_replication_role = DEFAULT")


def test_fault_50_a_database_behind_its_log_refuses_these_chains_says_until_when_and_goes_on_by_itself(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """What docs/operations.md promises in "The clock was set back"."""
    world, output = World(), StringIO()
    case, other = sent(world.teacher), sent(world.colleague)
    wrong = [case.audit_chain, ADMIN]
    record("x", world.teacher.unit, by=None)
    move_the_log(wrong, timedelta(hours=3))
    with caplog.at_level(logging.ERROR), pytest.raises(CannotRecord) as refused:
        endorse(case)
    assert refused.value.status == 503
    assert f"chain {case.audit_chain} refuses" in caplog.text
    case.refresh_from_db()
    assert case.status == Status.AWAITING_HEAD
    assert endorse(other).status == Status.AWAITING_REVIEW
    typed = {"login": str(world.teacher.nip), "password": PASSWORD}
    assert client.post("/masuk/", typed).status_code == 302
    chains, until = refusing()
    assert chains == 2
    assert until is not None
    assert timedelta(minutes=175) < until - clock.now() < timedelta(minutes=180)
    move_the_log(wrong, timedelta(hours=-3))  # the clock has caught up
    assert refusing() == (0, None)
    assert endorse(case).status == Status.AWAITING_REVIEW
    call_command("check_audit", stdout=output)
    assert "tertinggal" not in output.getvalue()
    all_is_well()


@pytest.mark.parametrize(
    ("decided_at", "day", "last", "letter"),
    [
        # WIB is seven hours ahead of UTC
        (datetime(2026, 12, 31, 16, 59, 30, tzinfo=UTC), date(2026, 12, 31), date(2027, 12, 31), "SK-2026"),
        (datetime(2026, 12, 31, 17, 0, 30, tzinfo=UTC), date(2027, 1, 1), date(2028, 1, 1), "SK-2027"),
        (datetime(2028, 2, 29, 5, 0, 0, tzinfo=UTC), date(2028, 2, 29), date(2029, 2, 28), "SK-2028"),
        (datetime(2027, 2, 28, 17, 0, 30, tzinfo=UTC), date(2027, 3, 1), date(2028, 2, 29), "SK-2027"),
    ],
)
def test_fault_53_an_approval_holds_to_the_end_of_its_last_day_in_wib(
    decided_at: datetime, day: date, last: date, letter: str
) -> None:
    world = World()
    with time_machine.travel(decided_at, tick=False):
        assert clock.today() == day
        case = review(endorse(sent(world.teacher)), world.reviewer)
        assert case.valid_until == last
        assert case.letters.get().number.startswith(letter)
    for moment, status in (
        (clock.end_of_day(last), Status.APPROVED),
        (clock.end_of_day(last) + timedelta(seconds=2), Status.EXPIRED),
    ):
        with time_machine.travel(moment, tick=False):
            perform()
        case.refresh_from_db()
        assert case.status == status
