"""One stack for all tests of this folder: starting it costs more than most of what they do."""

from collections.abc import Iterator

import pytest

from tests.native import Native


@pytest.fixture(scope="session")
def native() -> Iterator[Native]:
    with Native(webs=2, workers=2, proxied=True) as stack:
        yield stack
