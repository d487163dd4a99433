"""The stateful property test: 2,000 random steps in every run, 25,000 in `make drill` (STATEFUL_STEPS)."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.life import Life, Statistics

STEPS = int(os.environ.get("STATEFUL_STEPS", "2000"))
LENGTH = 50


@pytest.mark.drill
@pytest.mark.django_db
def test_no_life_breaks_a_promise(capsys: pytest.CaptureFixture[str]) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=STEPS * 11 // (10 * LENGTH),  # a life may end a little before its length
            stateful_step_count=LENGTH,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate] if STEPS < 10_000 else [Phase.generate, Phase.shrink],  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    told = (
        f"{Statistics.steps} steps, {len(Statistics.arrows)} arrows, done {dict(Statistics.verbs)}, "
        f"refused {dict(Statistics.refused)}, mails {dict(Statistics.mails)}"
    )
    with capsys.disabled():
        print(f"\nstateful: {told}")
    assert Statistics.steps >= STEPS, told
    assert len(Statistics.arrows) >= 20, told
