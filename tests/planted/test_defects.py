"""The planted defects fit the source of today, so that `make planted` can be run at any time."""

import pytest

from tests.planted.defects import DEFECTS, Defect
from tests.servers import BASE


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.number}")
def test_its_place_and_its_test_exist(defect: Defect) -> None:
    assert defect.changes
    for change in defect.changes:
        assert (BASE / change.path).read_text().count(change.old) == 1, f"{change.path}: {change.old}"
    path, _, name = defect.test.partition("::")
    assert f"def {name}(" in (BASE / path).read_text()


def test_there_are_eighteen() -> None:
    assert [defect.number for defect in DEFECTS] == list(range(1, 19))
