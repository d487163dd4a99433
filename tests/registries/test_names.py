"""Names of businesses: legal forms say nothing, the rest must agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.registries.names import SIMILAR, keys, normalise, probes, similarity, window


@pytest.mark.parametrize(
    ("name", "norm"),
    [
        ("CV Maju Jaya", "MAJU JAYA"),
        ("PT. MAJU  JAYA TBK", "MAJU JAYA"),
        ("P.T. Maju-Jaya (Persero) Tbk.", "MAJU JAYA"),
        ("U.D. Bérkah", "BERKAH"),
        ("CV.", ""),
        ("PT TBK", ""),
        ("Toko PTPN", "TOKO PTPN"),
    ],
)
def test_the_legal_form_falls_away(name: str, norm: str) -> None:
    assert normalise(name) == norm


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("MAJU JAYA", "MAJU JAYA ABADI", False),
        ("BERKAH MANDIRI SEJAHTERA", "BERKAH MANDIRI SEJAHTRA", True),
        ("JAYA MAJU", "MAJU JAYA", True),
        ("SUMBER REJEKI", "SUMBER REZEKI", True),
        ("MAJU", "JAYA", False),
    ],
)
def test_similar_is_a_slip_of_the_pen_not_another_firm(one: str, other: str, alike: bool) -> None:
    assert (similarity(one, other) >= SIMILAR) is alike


WORDS = st.lists(st.text("ABCDEGIJKMNRSTU", min_size=4, max_size=9), min_size=1, max_size=4, unique=True)


@given(words=WORDS, data=st.data())
def test_the_index_finds_every_name_with_one_letter_changed_behind_its_beginning(
    words: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    spot = data.draw(st.integers(3, len(words[at]) - 1))
    other = [*words]
    other[at] = other[at][:spot] + "X" + other[at][spot + 1 :]
    one, two = " ".join(words), " ".join(other)
    held = set(keys(two))
    assert any(held >= set(probe) for probe in probes(one))
    if similarity(one, two) >= SIMILAR:
        shortest, longest = window(one)
        assert shortest <= len(two) <= longest
