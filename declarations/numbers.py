"""Declaration numbers DK-YYMM-NNNNN-C: readable aloud, with a check digit that catches one slip or swap."""

import re
from datetime import date

# Damm's quasigroup of order 10: catches every single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_FORM = re.compile(r"DK-?(\d{4})-?(\d{5,})-?(\d)")


def check_digit(digits: str) -> str:
    """Return the Damm check digit of a string of ASCII digits."""
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return str(state)


def number_for(on: date, sequence: int) -> str:
    """Return the number of the sequence-th declaration of this month (five digits, more when a month is that busy)."""
    month = f"{on:%y%m}"
    running = f"{sequence:05d}"
    return f"DK-{month}-{running}-{check_digit(month + running)}"


def parse_number(text: str) -> str | None:
    """Return the canonical number for what a person typed (blanks, case and missing dashes forgiven), else None."""
    match = _FORM.fullmatch("".join(text.split()).upper())
    if match is None or check_digit(match[1] + match[2]) != match[3]:
        return None
    return f"DK-{match[1]}-{match[2]}-{match[3]}"
