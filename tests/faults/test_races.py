"""Twelve people press at once, by link, on the dashboard, editing, withdrawing: one outcome and one audit event each.

`make drill` does it with 500 cases (RACE_CASES).
"""

import os
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals import links, rulebook
from approvals.inserts import texts
from approvals.inserts.models import InsertText, Language
from approvals.invariants import INVARIANTS
from approvals.models import Outcome, Policy, Stage, Step
from approvals.verdicts import Mark
from declarations.drafts import answers_of
from declarations.models import Declaration, PolicyMode
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from tests.factories import World, answer_points, endorse, sent, step_of
from tests.security.crawl import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault, pytest.mark.drill]
CASES, PEOPLE = int(os.environ.get("RACE_CASES", "40")), 12


def all_at_once(acts: list[Callable[[], object]]) -> None:
    """Run the acts in threads that start together, none of which may break; each closes its own connection."""
    gate, broken = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except Exception as error:  # the constraints of the database hold without the lock too, but in no words
            broken.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []


def decisions(stage: Stage) -> list[int]:
    """Return the number of 'decided' events of each case at this stage."""
    return [
        AuditEvent.objects.filter(chain=case.audit_chain, event="decided", data__stage=stage.value).count()
        for case in Declaration.objects.order_by("pk")
    ]


def by_link(case: Declaration, number: int) -> Callable[[], object]:
    client = Client()
    client.cookies["kunci"] = links.token_for(step_of(case))
    address = reverse("approvals:link_case", args=[case.number])
    choice = (
        {"keputusan": "endorsed_note", "catatan": f"Orang ke-{number}"} if number % 2 else {"keputusan": "endorsed"}
    )
    return lambda: client.post(address, {**choice, "revisi": case.revision})


def confirmed(case: Declaration, client: Client) -> Callable[[], object]:
    """Fill in the form, and return the press of the last button on the confirm page."""
    address = reverse("approvals:decide", args=[case.number])
    form = {"langkah": step_of(case).pk, "revisi": case.revision, "keputusan": "approved"}
    sealed = re.search(r'name="isi" value="([^"]+)"', client.post(address, form).content.decode())
    assert sealed
    return lambda: client.post(address, {"isi": sealed[1]})


def test_forty_cases_twelve_at_once_by_link_then_by_dashboard() -> None:
    world = World()
    cases = [sent(world.teacher) for _ in range(CASES)]
    for case in cases:
        all_at_once([by_link(case, number) for number in range(PEOPLE)])
    assert decisions(Stage.HEAD) == [1] * CASES
    assert not Declaration.objects.exclude(status=Status.AWAITING_REVIEW).exists()

    reviewers = [Client(), Client()]
    reviewers[0].force_login(world.reviewer)
    reviewers[1].force_login(world.second_reviewer)
    for case in cases:
        case.refresh_from_db()
        all_at_once([confirmed(case, reviewer) for reviewer in reviewers] * (PEOPLE // 2))
    assert decisions(Stage.REVIEW) == [1] * CASES
    assert not Declaration.objects.exclude(status=Status.APPROVED).exists()
    assert Step.objects.filter(decided_at__isnull=False).count() == 2 * CASES

    assert broken_promises() == []


def broken_promises() -> list[str]:
    return [invariant.code for invariant in INVARIANTS if invariant.violations()]


def story(case: Declaration) -> list[str]:
    """Return the events of a case, oldest first."""
    return [*AuditEvent.objects.filter(chain=case.audit_chain).order_by("seq").values_list("event", flat=True)]


def test_withdrawn_while_it_is_decided_nothing_is_decided_afterwards() -> None:
    world = World()
    owner = Client()
    owner.force_login(world.teacher)
    for _case in range(CASES // 5):
        case = sent(world.teacher)
        address = reverse("approvals:withdraw", args=[case.number])
        withdraw = [lambda to=address: owner.post(to, {"alasan": "tidak_jadi"})] * (PEOPLE // 2)
        all_at_once([*withdraw, *(by_link(case, number) for number in range(PEOPLE // 2))])
        case.refresh_from_db()
        events = story(case)
        assert case.status == Status.WITHDRAWN
        assert events.count("withdrawn") == 1
        assert events.count("decided") <= 1
        assert "decided" not in events[events.index("withdrawn") :]
    assert broken_promises() == []


def test_edited_while_it_is_sent_the_version_holds_what_was_stored_and_is_sent_once() -> None:
    world = World()
    owner = Client()
    owner.force_login(world.teacher)
    for _case in range(CASES // 5):
        case = endorse(sent(world.teacher), Outcome.RETURNED, reason="Mohon dijelaskan.", marks=(Mark("waktu"),))
        answer_points(case)
        send, edit = reverse("approvals:submit", args=[case.number]), reverse("declarations:time", args=[case.number])
        (form,) = [each for each in Page(edit, owner.get(edit).content.decode()).forms if "D4" in each.names]

        def change(value: str, to: str = edit, fields: list[tuple[str, str]] = form.fields) -> Callable[[], object]:
            data: dict[str, list[str]] = {}
            for name, kept in fields:
                data.setdefault(name, []).append(kept)
            return lambda: owner.post(to, {**data, "D4": value})

        sends = [lambda to=send: owner.post(to, {"sudah": "1"})] * (PEOPLE // 2)
        all_at_once([*sends, *(change(value) for value in ("YA", "TIDAK", "KADANG") * (PEOPLE // 6))])
        case.refresh_from_db()
        assert case.status == Status.AWAITING_HEAD
        assert case.snapshots.count() == 2
        assert story(case).count("submitted") == 2, story(case)
        snapshot = case.snapshot
        assert snapshot is not None
        assert snapshot.content["answers"]["D4"] == answers_of(case)["D4"]
    assert broken_promises() == []


@pytest.mark.parametrize("what", ["insert", "policy"])
def test_of_officers_who_plan_at_once_one_is_first_and_the_others_are_told(what: str) -> None:
    world, refused, start = World(), [], clock.today() + timedelta(days=2)

    def plan(number: int) -> None:
        try:
            if what == "insert":
                texts.plan(
                    texts.INSERTS["musiman"], Language.INDONESIAN, f"Teks {number}", start, None, by=world.administrator
                )
            else:
                rulebook.plan_policy(PolicyMode.STRICT, start, f"Alasan {number}", by=world.administrator)
        except Refused as error:
            refused.append(error.message)

    all_at_once([partial(plan, number) for number in range(PEOPLE)])
    waiting = InsertText.objects if what == "insert" else Policy.objects.filter(effective_from=start)
    found = waiting.count()
    Policy.objects.filter(effective_from=start).delete()  # its table keeps its rows between tests
    assert (found, len(refused)) == (1, PEOPLE - 1)
