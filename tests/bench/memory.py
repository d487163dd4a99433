"""How much memory a process took at its most, in MB above what it had before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Growth:
    """What `grown` found."""

    megabytes = 0.0


def resident(pid: int | str = "self", *, most: bool = False) -> float:
    """Return the resident memory of a process in MB, or the most it had since `forget_peak`."""
    name = "VmHWM:" if most else "VmRSS:"
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) / 1024


def forget_peak(pid: int | str = "self") -> None:
    """Let the peak of a process begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextmanager
def grown(*pids: int | str) -> Iterator[Growth]:
    """Measure how far the resident memory of these processes (this one) rises within the block, all together."""
    watched = pids or ("self",)
    growth = Growth()
    before = 0.0
    for pid in watched:
        forget_peak(pid)
        before += resident(pid)
    yield growth
    growth.megabytes = sum(resident(pid, most=True) for pid in watched) - before
