"""A disk so small that it can be filled: a tmpfs, where this machine lets the tests mount one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FILLER = "filler"


def fill(folder: Path, leave: int = 0) -> None:
    """Write until there is no room, then give `leave` bytes back."""
    with (folder / FILLER).open("ab", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
        file.truncate(max(0, file.tell() - leave))


@contextmanager
def small_disk(folder: Path, megabytes: int, *, owner: int = 0) -> Iterator[Path]:
    """Mount a disk of this size on a folder; without the right to mount the test is left out, in words."""
    folder.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=700,uid={owner},gid={owner}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this account may not mount a small disk to be filled")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
