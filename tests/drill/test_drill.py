"""The fault run: clients decide while everything around them is killed, stopped, emptied and cut."""

import os
from collections.abc import Iterator

import pytest

from tests.drill.run import Drill, size, table
from tests.native import Native

pytestmark = [pytest.mark.fault, pytest.mark.drill]
FAULTS = 31  # a seed, with its power loss more
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


@pytest.fixture
def drill() -> Iterator[Drill]:
    with Native(webs=2, workers=2, proxied=True) as native:
        drill = Drill(native)
        yield drill
        drill.close()


def test_nothing_is_lost_doubled_or_invented(drill: Drill) -> None:
    seeds, decisions = size()
    whole = "DRILL_SEEDS" in os.environ
    outcomes = []
    for seed in range(1, seeds + 1):
        plan = {"faults": FAULTS} if whole else {"faults": len(SHORT), "kinds": SHORT}
        outcomes.append(drill.seed(seed, decisions=-(-decisions // seeds), honest=whole and seed == seeds, **plan))
        print(table(outcomes[-1:]), flush=True)
    print(table(outcomes), flush=True)
    assert [finding for one in outcomes for finding in one.findings] == []
    assert all(one.decisions and one.snapshots and one.mails for one in outcomes)
