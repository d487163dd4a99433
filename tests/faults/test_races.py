"""Twelve people press at once, by link and on the dashboard: one decision and one audit event each."""

import re
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals import links
from approvals.invariants import INVARIANTS
from approvals.models import Stage, Step
from declarations.models import Declaration
from declarations.status import Status
from portal.audit.models import AuditEvent
from tests.factories import World, sent, step_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
CASES, PEOPLE = 40, 12


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

    broken = [invariant.code for invariant in INVARIANTS if invariant.violations()]
    assert broken == []
