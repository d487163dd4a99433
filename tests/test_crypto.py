"""Sealed values: unreadable without the key, readable with any key of FIELD_KEYS."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal.crypto import CannotUnseal, seal, unseal

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(value=json_values)
def test_what_was_sealed_comes_back(value: Any) -> None:
    assert unseal(seal(value)) == value


def test_the_sealed_form_shows_nothing_and_differs_each_time() -> None:
    one, other = seal({"F3": "ipar saya"}), seal({"F3": "ipar saya"})
    assert b"ipar" not in one
    assert one != other


def test_a_new_key_writes_and_the_old_one_still_reads(settings: Any) -> None:
    settings.FIELD_KEYS = ["lama"]
    old = seal("rahasia")
    settings.FIELD_KEYS = ["baru", "lama"]
    new = seal("rahasia")
    assert unseal(old) == unseal(new) == "rahasia"
    settings.FIELD_KEYS = ["lama"]
    with pytest.raises(CannotUnseal):
        unseal(new)


def test_an_altered_value_is_refused() -> None:
    token = bytearray(seal([1, 2, 3]))
    token[20] ^= 1
    with pytest.raises(CannotUnseal):
        unseal(bytes(token))


def test_a_memoryview_from_the_database_is_read() -> None:
    assert unseal(memoryview(seal("x"))) == "x"
