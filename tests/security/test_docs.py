"""docs/security.md names all 148 abuse cases; every test it names exists, and one of each case says its number."""

import ast
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


def numbered(file: str, function: str) -> str:
    """Return what a test says about itself: its name, its docstring and that of its module."""
    tree = ast.parse((BASE / file).read_text())
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    return " ".join(
        [
            function.replace("_", " ").upper(),
            ast.get_docstring(tree) or "",
            *(ast.get_docstring(node) or "" for node in own),
        ]
    )


def test_one_test_of_every_case_says_its_number() -> None:
    silent = [
        case
        for case, answer in cases().items()
        if (named := named_tests(answer))
        and not answer.startswith(WITHOUT)
        and not any(re.search(rf"\b{case}\b", numbered(*each)) for each in named)
    ]
    assert silent == []
