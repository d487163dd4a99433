"""Which tests stay on one worker, and in which order the workers take them.

xdist gives out its units in the order of collection. What starts whole portals is one unit: it never competes with
its like for the two cores, and what it shares is started once. It and the longest tests come first, so that no worker
ends the run alone with a long one; the first of them need no database, which is migrated meanwhile (tests.template).
The mark xdist_group says nothing here: with pytest 9.2 it has no effect in xdist 3.8, without a word.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

PROCESSES, FRONTS = "whole portals", "servers without a database"
TOGETHER = {
    "tests/test_run.py": PROCESSES,
    "tests/faults/test_stack_faults.py": PROCESSES,
    "tests/drill/test_drill.py": PROCESSES,
    "tests/drill/test_native.py": PROCESSES,
    "tests/security/test_server.py": FRONTS,
    "tests/security/test_front.py": FRONTS,
}
LONG = (
    "tests/stateful/",
    "tests/security/test_access_matrix.py",
    "tests/faults/test_races.py",
    "tests/security/test_crawl.py",
    "tests/journeys/test_main_job.py",
    "tests/coverage/test_export_size.py",
    "tests/people/test_roster_size.py",
)
FIRST = (*TOGETHER, *LONG)


def rank(item: pytest.Item) -> int:
    """Return the place of a test; what is named nowhere keeps the order it had, behind all others."""
    return next((place for place, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Every test is a unit, except those of the files in TOGETHER."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return Scheduling(config, log)
