"""docs/security.md names all 148 abuse cases, and every test it names exists."""

import re

from tests.security.abuse_cases import BASE, COUNTS, WITHOUT, cases, named_tests


def test_all_148_cases_are_there_once() -> None:
    expected = [f"{letter}{number:02}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
    assert list(cases()) == expected
    assert len(expected) == 148


def test_every_test_that_is_named_exists_and_every_case_has_one_or_a_reason() -> None:
    gone = []
    for case, answer in cases().items():
        named = named_tests(answer)
        assert named or answer.startswith(WITHOUT), case
        for file, function in named:
            path = BASE / file
            if not path.exists() or not re.search(rf"^def {function}\(", path.read_text(), re.MULTILINE):
                gone.append(f"{case}: {file}::{function}")
    assert gone == []
