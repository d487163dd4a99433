"""docs/faults.md names every row of the fault matrix, and every test it names exists; row 55 by reading."""

import re

from tests.security.abuse_cases import named_tests
from tests.servers import BASE

WITHOUT = "No test of its own: "
ROWS = [*map(str, range(1, 30)), "29a", *map(str, range(30, 61))]


def rows() -> dict[str, str]:
    text = (BASE / "docs" / "faults.md").read_text()
    return {row[0]: row[1] for row in re.findall(r"^\| (\d+a?) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)}


def test_every_row_is_there_once_and_in_order() -> None:
    assert list(rows()) == ROWS


def test_every_test_that_is_named_exists_and_every_row_has_one_or_a_reason() -> None:
    gone = []
    for row, answer in rows().items():
        named = named_tests(answer)
        assert named or answer.startswith(WITHOUT), row
        for file, function in named:
            path = BASE / file
            if not path.exists() or not re.search(rf"^def {function}\(", path.read_text(), re.MULTILINE):
                gone.append(f"{row}: {file}::{function}")
    assert gone == []


def test_fault_55_the_front_sends_no_request_again_that_may_have_arrived() -> None:
    """Caddy tries again where no connection was made, and otherwise GET only unless `lb_retry_match` says more."""
    front = (BASE / "portal" / "front" / "Caddyfile").read_text()
    assert "reverse_proxy" in front
    assert "lb_retry_match" not in front
