"""The platform of the tests, served on a real socket."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.channels.platform import Authority, Platform, Respond, speaks

Start = Callable[..., Platform]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("ca")
    return Authority(folder)


@pytest.fixture
def serve(authority: Authority) -> Iterator[Start]:
    """Return a function that starts a platform which answers in this way."""
    started: list[Platform] = []

    def start(respond: Respond | None = None, **options: object) -> Platform:
        platform = Platform(authority, respond or speaks()).start(**options)  # type: ignore[arg-type]
        started.append(platform)
        return platform

    yield start
    for platform in started:
        platform.close()
