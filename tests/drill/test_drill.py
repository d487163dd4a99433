"""The fault run: clients decide while everything around them is killed, stopped, emptied and cut."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.drill.run import Drill, size, table
from tests.native import Native

pytestmark = [pytest.mark.fault, pytest.mark.drill]
WHOLE = "DRILL_SEEDS" in os.environ
FAULTS = 31  # a seed; its power loss is one more
SHORT = [
    "web kill -9",
    "web child kill -9",
    "worker kill -9",
    "Valkey kill -9, empty",
    "PostgreSQL immediate stop",
    "cut after COMMIT",
    "pg_terminate_backend",
    "SMTP accept, then hang",
]
ONE_OF_EACH = ["web kill -9", "worker kill -9", "beat kill -9", "Valkey kill -9, empty", "PostgreSQL immediate stop"]


@pytest.fixture
def drill(native: Native) -> Iterator[Drill]:
    drill = Drill(native)
    yield drill
    drill.close()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print past pytest's capture, in the long run only."""

    def print_it(text: str) -> None:
        if WHOLE:
            with capsys.disabled():
                print(text, flush=True)

    return print_it


def test_nothing_is_lost_doubled_or_invented(drill: Drill, say: Callable[[str], None]) -> None:
    seeds, decisions = size()
    outcomes = []
    for seed in range(1, seeds + 1):
        faults, kinds = (FAULTS, None) if WHOLE else (len(SHORT), SHORT)
        share = -(-decisions // seeds)
        outcomes.append(drill.seed(seed, decisions=share, faults=faults, kinds=kinds, honest=WHOLE and seed == seeds))
        say("\n".join(table(outcomes[-1:]).splitlines()[:2]))
    say(table(outcomes))
    assert [finding for one in outcomes for finding in one.findings] == []
    assert all(one.decisions and one.snapshots and one.mails for one in outcomes)
    assert sum(one.decisions for one in outcomes) >= decisions


@pytest.mark.skipif(not WHOLE, reason="grows in make drill")
def test_half_an_hour_of_traffic_with_one_kill_of_each_kind(say: Callable[[str], None]) -> None:
    """4 web processes, 2 workers, beat: the half hour in which 7,000 people renew (0.6 cases a second), compressed.

    Every decision is made after the client's retries, leases and pauses run in real time. DRILL_TRAFFIC: decisions.
    """
    decisions = int(os.environ.get("DRILL_TRAFFIC") or 2000)
    with Native(webs=4, web_workers=1, workers=2) as native:
        drill = Drill(native)
        outcome = drill.seed(900, decisions=decisions, faults=5, kinds=ONE_OF_EACH, honest=True, drafts=12, calm=60)
        drill.close()
    say(table([outcome]))
    assert outcome.findings == []
    assert set(outcome.faults) == {*ONE_OF_EACH, "power loss"}
    assert set(outcome.traffic) == {"public page", "login", "own list", "draft saved", "queue", "export"}
