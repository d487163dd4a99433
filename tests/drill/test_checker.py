"""The checker sees: each planted lie about a run is named by its promise, and an honest run is found clean."""

import dataclasses

import pytest

from tests.drill.checker import Event, Facts, Row, check
from tests.drill.client import AMBIGUOUS, CONFIRMED, Call
from tests.native import Mail

CASE = "DK-2611-00001-1"
KEYS = ["sent.v1", "s7.v1.ask", "s7.receipt", "s7.head", "s8.approved"]


def call(op: str, choice: str = "", verdict: str = CONFIRMED, by: int = 5, **more: object) -> Call:
    known: dict[str, object] = {"status": 302, "web": 1, "note": ""}
    return Call(1, 2, 1, op, CASE, choice, by, verdict, **(known | more))  # type: ignore[arg-type]


def mail(number: int, **more: object) -> Mail:
    known = {"at": 10.0 + number, "id": f"<{number}@x>", "to": "a@x", "subject": f"S{number}", "case": CASE}
    return Mail(**{**known, "links": [f"http://x/{number}"], "mode": "ok", **more})  # type: ignore[arg-type]


@pytest.fixture
def honest() -> Facts:
    return Facts(
        calls=[
            call("submit", by=3),
            call("head", "endorsed", AMBIGUOUS, status=0),
            call("head", "endorsed"),
            call("review", "approved", by=6),
        ],
        events=[Event(CASE, "head", "endorsed", 5, 1, 1.5), Event(CASE, "review", "approved", 6, 1, 1.5)],
        rows=[Row(n, f"{CASE}.{key}", f"<{n}@x>", CASE, "a@x", "sent", 2, 1.0) for n, key in enumerate(KEYS)],
        mails=[mail(n) for n in range(len(KEYS))],
        submitted={CASE},
        mended=-20.0,
        faults=1,
    )


def codes(facts: Facts) -> list[str]:
    return [finding.code for finding in check(facts)]


def test_an_honest_run_is_clean_and_a_copy_after_a_fault_is_allowed(honest: Facts) -> None:
    assert codes(honest) == []
    honest.mails.append(mail(0))
    assert codes(honest) == []


def test_a_lost_decision_is_seen(honest: Facts) -> None:
    del honest.events[1]
    assert codes(honest) == ["N1 lost"]


def test_a_decision_of_somebody_else_is_seen(honest: Facts) -> None:
    honest.events[0] = dataclasses.replace(honest.events[0], choice="objected")
    assert "N1 other" in codes(honest)


def test_a_double_is_seen(honest: Facts) -> None:
    honest.events.append(honest.events[0])
    assert codes(honest) == ["N1 double"]


def test_an_ambiguous_press_without_an_end_is_seen(honest: Facts) -> None:
    honest.calls.append(call("take", verdict=AMBIGUOUS, status=500))
    assert codes(honest) == ["N2"]


def test_a_missing_mail_is_seen_unless_it_visibly_failed(honest: Facts) -> None:
    del honest.mails[1]
    assert codes(honest) == ["N3 missing"]
    honest.rows[1] = dataclasses.replace(honest.rows[1], state="failed")
    assert codes(honest) == []


def test_a_notice_nobody_wrote_down_is_seen(honest: Facts) -> None:
    del honest.rows[2], honest.mails[2]
    assert codes(honest) == ["N3 not owed"]


def test_a_late_mail_is_seen(honest: Facts) -> None:
    honest.mails[0] = mail(0, at=160.0)
    assert codes(honest) == ["N3 late"]
    honest.rows[0] = dataclasses.replace(honest.rows[0], written=50.0)  # the deed itself came after the last fault
    assert codes(honest) == []


def test_more_copies_than_attempts_and_any_copy_without_a_fault_are_seen(honest: Facts) -> None:
    honest.mails += [mail(0), mail(0)]
    assert codes(honest) == ["N4 copies"]
    honest.mails.pop()
    honest.faults = 0
    assert codes(honest) == ["N4 copies"]


def test_a_copy_under_another_message_id_is_seen(honest: Facts) -> None:
    honest.mails.append(mail(0, id="<other@x>"))
    assert codes(honest) == ["N4 id", "N6 phantom"]


def test_a_phantom_mail_is_seen(honest: Facts) -> None:
    honest.mails.append(mail(99))
    assert codes(honest) == ["N6 phantom"]


def test_a_confirmation_of_what_was_not_done_is_seen(honest: Facts) -> None:
    honest.submitted = set()
    assert codes(honest) == ["N8 told wrongly"]


def test_a_page_of_failure_for_what_was_done_is_seen(honest: Facts) -> None:
    honest.calls.insert(1, call("head", "endorsed", AMBIGUOUS, status=500, note="no check offered"))
    assert codes(honest) == ["N8 no check"]
    honest.events[0] = dataclasses.replace(honest.events[0], at=2.5)  # what was refused then was done by a later press
    assert codes(honest) == []
