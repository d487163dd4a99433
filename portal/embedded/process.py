"""Child processes that never outlive their parent."""

import ctypes
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


class EmbeddedError(RuntimeError):
    """A server cannot be started; the message is a sentence for the person who started it."""


def package_dir(name: str) -> Path:
    """Return the folder of an installed wheel, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"Paket {name} belum terpasang. Jalankan `make run`; bila mesin ini tidak didukung paket itu, "
            "isi DATABASE_URL dan REDIS_URL dengan server yang sudah ada."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask_death_signal(sig: int) -> None:
    """Make the kernel send `sig` to this process when its parent dies, even of kill -9 (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0)


def die_with_parent(sig: int) -> Callable[[], None]:
    """Return a preexec_fn that asks for `sig` at the death of the process that calls this function."""
    parent = os.getpid()

    def run() -> None:
        ask_death_signal(sig)
        if os.getppid() != parent:  # the parent died before the kernel was asked
            os._exit(1)

    return run


def stop(process: subprocess.Popen[bytes] | None, sig: int, seconds: float) -> None:
    """Ask a process to stop, wait, then kill it."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(sig)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tail(path: Path, characters: int = 2000) -> str:
    """Return the end of a log file."""
    return path.read_text(errors="replace")[-characters:]


def signal_name(sig: int) -> str:
    """Return INT for SIGINT, as setpriv wants it."""
    return signal.Signals(sig).name.removeprefix("SIG")
