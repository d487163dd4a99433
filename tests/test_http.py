"""What a browser sends as the key of a row."""

import pytest

from portal.http import row_key


@pytest.mark.parametrize(("text", "key"), [("1", 1), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_key(text: str, key: int) -> None:
    assert row_key(text) == key


@pytest.mark.parametrize("text", ["", " 1", "-1", "+1", "1.0", "1e3", "1_0", "x", "٣", "²", "9" * 19, "1\x00", "None"])
def test_everything_else_is_none(text: str) -> None:
    assert row_key(text) is None
