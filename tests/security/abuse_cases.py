"""The table of docs/security.md as data: 148 abuse cases, each with its tests or the reason why it has none."""

import re
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
COUNTS = {"L": 30, "R": 20, "W": 20, "Z": 15, "X": 12, "F": 15, "S": 8, "V": 8, "H": 8, "O": 12}
WITHOUT = "No test of its own: "


def cases() -> dict[str, str]:
    """Return what tries each case."""
    text = (BASE / "docs" / "security.md").read_text()
    return {row[0]: row[1] for row in re.findall(r"^\| ([A-Z]\d\d) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)}


def named_tests(answer: str) -> list[tuple[str, str]]:
    """Return the files and functions an answer names."""
    return re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", answer)


def summary() -> str:
    """Return the line that `make test` prints."""
    answers = cases()
    without = sum(answer.startswith(WITHOUT) for answer in answers.values())
    return (
        f"{len(answers)} abuse cases: {len(answers) - without} tried by a test, {without} explained (docs/security.md)"
    )
