"""A child in a process group of its own: killed with -9, stopped, continued and started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from portal.embedded import Postgres, Valkey, die_with_parent
from portal.embedded.process import tail
from tests import template
from tests.servers import BASE


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process; none when it is gone."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def signal_all(pids: list[int], sig: int) -> None:
    """Send a signal to each process that still exists."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, sig)


class Process:
    """One service of the compose file."""

    def __init__(
        self, name: str, command: list[str], environment: dict[str, str], log: Path, ready: Callable[["Process"], bool]
    ) -> None:
        self.name, self.command, self.environment, self.log, self.ready = name, command, environment, log, ready
        self.process: subprocess.Popen[bytes] | None = None
        self.began = 0  # where the log of the present start begins

    def start(self) -> None:
        """Start the command; returns before it answers (wait_ready)."""
        assert not self.alive(), f"{self.name} runs already"
        with self.log.open("ab") as log:
            self.began = log.tell()
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def said(self) -> str:
        """Return what the process has written since its present start."""
        with self.log.open("rb") as log:
            log.seek(self.began)
            return log.read().decode(errors="replace")

    def alive(self) -> bool:
        """Whether the process of the present start has not ended."""
        return self.process is not None and self.process.poll() is None

    def wait_ready(self, seconds: float = 180) -> None:
        """Return when it does its work; fail with the end of its log when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not self.ready(self):
            assert self.alive(), f"{self.name} ended:\n{tail(self.log)}"
            assert time.monotonic() < deadline, f"{self.name} is not ready after {seconds:.0f} s:\n{tail(self.log)}"
            time.sleep(0.1)

    def group(self, sig: int) -> None:
        """Send a signal to the whole group: parent, pool children and all."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, sig)

    def signal(self, sig: int) -> None:
        """Send a signal to the parent process alone."""
        if self.process is not None:
            self.process.send_signal(sig)

    def kill(self) -> None:
        """kill -9 of the whole group."""
        self.group(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(60)

    def kill_child(self) -> bool:
        """kill -9 of one child (a gunicorn worker, a pool process); False when there is none."""
        children = children_of(self.process.pid) if self.process is not None else []
        signal_all(children[:1], signal.SIGKILL)
        return bool(children)

    def freeze(self) -> None:
        """SIGSTOP of the whole group."""
        self.group(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT of the whole group."""
        self.group(signal.SIGCONT)

    def terminate(self, seconds: float = 15) -> None:
        """End it as a deployment does (SIGTERM to the parent), with kill -9 when it takes too long."""
        if self.alive():
            assert self.process is not None
            self.thaw()
            self.signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.kill()


class Broker(Valkey):
    """Valkey that can be killed; what was in it is gone when it starts again."""

    def pids(self) -> list[int]:
        """Return its process, if it runs."""
        return [self.process.pid] if self.process is not None and self.process.poll() is None else []

    def kill(self) -> None:
        """kill -9."""
        signal_all(self.pids(), signal.SIGKILL)
        if self.process is not None:
            self.process.wait(60)

    def freeze(self) -> None:
        """SIGSTOP."""
        signal_all(self.pids(), signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        signal_all(self.pids(), signal.SIGCONT)


class Database(Postgres):
    """PostgreSQL that can crash; start() recovers it on the same port. Its data begin as a copy that is migrated."""

    def _create(self) -> None:
        if not template.lay_cluster(self.data, self.password_file, self.account.own):
            super()._create()

    def pids(self) -> list[int]:
        """Return the postmaster and every backend of it."""
        if self.process is None or self.process.poll() is not None:
            return []
        return [self.process.pid, *children_of(self.process.pid)]

    def crash(self) -> None:
        """Immediate stop, as `pg_ctl -m immediate`: no checkpoint, every connection is cut, recovery at the start."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """kill -9 of the postmaster and all its backends: what a power loss does to processes."""
        self._end(signal.SIGKILL)

    def _end(self, sig: int) -> None:
        pids = self.pids()
        signal_all(pids if sig == signal.SIGKILL else pids[:1], sig)
        if self.process is not None:
            self.process.wait(60)
        deadline = time.monotonic() + 60
        while any(Path(f"/proc/{pid}").exists() for pid in pids[1:]):  # they hold the shared memory of the old server
            assert time.monotonic() < deadline, "backends of the dead server linger"
            time.sleep(0.02)

    def freeze(self) -> None:
        """SIGSTOP of postmaster and backends."""
        signal_all(self.pids(), signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        signal_all(list(reversed(self.pids())), signal.SIGCONT)
