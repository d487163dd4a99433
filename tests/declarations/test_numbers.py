"""The number of a declaration catches slips of the pen."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from declarations.numbers import check_digit, number_for, parse_number

DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))
SEQUENCES = st.integers(1, 150_000)


@given(DAYS, SEQUENCES)
def test_number_is_read_back_however_it_is_typed(on: date, sequence: int) -> None:
    number = number_for(on, sequence)
    assert parse_number(number) == number
    assert parse_number(number.lower().replace("-", " ")) == number


@given(st.integers(0, 999_999_999), st.data())
def test_every_single_wrong_digit_is_caught(value: int, data: st.DataObject) -> None:
    digits = f"{value:09d}"
    whole = digits + check_digit(digits)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != whole[place]]))
    spoilt = whole[:place] + wrong + whole[place + 1 :]
    assert check_digit(spoilt[:-1]) != spoilt[-1]


@given(st.integers(0, 999_999_999), st.integers(0, 8))
def test_every_swap_of_neighbours_is_caught(value: int, place: int) -> None:
    digits = f"{value:09d}"
    whole = digits + check_digit(digits)
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    if swapped != whole:
        assert check_digit(swapped[:-1]) != swapped[-1]


def test_what_is_no_number_is_none() -> None:
    for text in ("", "DK", "DK-2611-00001-0x", "DK-2611-1-1", "\x00", "DK-2611-00001-٣", "x" * 5000):
        assert parse_number(text) is None
