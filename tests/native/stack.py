"""`Native`: the services of docker-compose.yml without Docker, with the commands that stand in those files."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from portal.embedded import free_port
from tests import servers
from tests.native.process import Broker, Database, Process
from tests.native.sink import MODE, Mail, read_journal
from tests.servers import BASE
from tests.smtp import Mode


def web_command(port: int) -> list[str]:
    """Return the CMD of the Dockerfile, bound to a port of this machine; the rest says gunicorn.conf.py."""
    found = re.search(r"^CMD (\[.*\])$", (BASE / "Dockerfile").read_text(), re.MULTILINE)
    assert found, "the Dockerfile has no CMD"
    return [*json.loads(found[1]), "-b", f"127.0.0.1:{port}"]


def compose_command(service: str) -> list[str]:
    """Return the command of a service of docker-compose.yml; the list stands on one line."""
    text = (BASE / "docker-compose.yml").read_text()
    found = re.search(rf"^  {service}:[^\n]*\n(?:    [^\n]*\n)*?    command: \[(.*)\]$", text, re.MULTILINE)
    assert found, f"docker-compose.yml names no command of {service}"
    return [word.strip().strip('"') for word in found[1].split(",")]


class MailServer(Process):
    """The SMTP sink; its mode is a file, so that it survives kill -9 of the sink."""

    folder: Path

    def set_mode(self, mode: Mode) -> None:
        """Let the server misbehave from the next mail on; a hung dialogue ends when the mode changes."""
        new = self.folder / f"{MODE}.new"
        new.write_text(mode)
        new.rename(self.folder / MODE)


class Native:
    """A whole portal: `webs` gunicorn servers of `web_workers` processes, `workers`, `beats`, servers, mail sink.

    `proxied`: web-1 reaches PostgreSQL through tests.native.proxy (process "proxy"). Further names in `environment`
    win. DEMO is 0 as in production; SECOND_FACTOR is 0 so that a client can sign in by password alone.
    """

    def __init__(
        self,
        *,
        webs: int = 2,
        web_workers: int = 2,
        workers: int = 1,
        beats: int = 1,
        proxied: bool = False,
        **environment: str,
    ) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="portal-native-"))
        self.root.chmod(0o755)
        self.postgres, self.valkey = Database(self.root), Broker(self.root)
        self.ports = [free_port() for _ in range(webs)]
        self.counts, self.proxied = (workers, beats), proxied
        self.processes: dict[str, Process] = {}
        clean = {name: value for name, value in os.environ.items() if name not in servers.CLEARED}
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        self.environment = {**clean, **servers.ENVIRONMENT, "PATH": path, "WEB_WORKERS": str(web_workers)}
        self.environment |= {"DEMO": "0", "SECOND_FACTOR": "0", "LOG_FORMAT": "json"}
        self.environment |= {"PORTAL_URL": f"http://localhost:{self.ports[0]}", "ALLOWED_HOSTS": "localhost,127.0.0.1"}
        self.environment |= environment

    # -- start and end -------------------------------------------------------------------------------------------------

    def __enter__(self) -> "Native":
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Start servers, migrate, then everything else, and wait until it works."""
        mail_port = free_port()
        self.environment["DATABASE_URL"] = self.database_url = self.postgres.start()
        self.environment["REDIS_URL"] = self.valkey.start()
        self.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
        self._describe(mail_port)
        self.manage(*compose_command("migrate")[2:])
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.wait_ready()

    def _describe(self, mail_port: int) -> None:
        sink = [sys.executable, "-m", "tests.native.sink", "--port", str(mail_port), "--folder", str(self.root)]
        self.mail = MailServer("mail", sink, self.environment, self.root / "mail.log", lambda _p: listens(mail_port))
        self.mail.folder = self.root
        self.processes["mail"] = self.mail
        web_environment = self.environment
        if self.proxied:
            port, pg = free_port(), self.postgres.port
            proxy = [sys.executable, "-m", "tests.native.proxy", "--port", str(port), "--to", str(pg)]
            self._add("proxy", proxy, self.environment, ready)
            self.proxy_url = self.database_url.replace(f":{pg}/", f":{port}/")
            web_environment = {**self.environment, "DATABASE_URL": self.proxy_url}
        for number, port in enumerate(self.ports, start=1):
            environment = web_environment if number == 1 else self.environment
            metrics = self.root / f"metrics-{number}"
            environment = {**environment, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
            self._add(f"web-{number}", web_command(port), environment, lambda _p, n=number: self.answers(n))
        for number in range(1, self.counts[0] + 1):
            command = [word.replace("%h", f"{number}") for word in compose_command("worker")]
            self._add(f"worker-{number}", command, self.environment, ready)
        for number in range(1, self.counts[1] + 1):
            self.add_beat(f"beat-{number}")

    def _add(self, name: str, command: list[str], environment: dict[str, str], is_ready: Any) -> Process:
        self.processes[name] = Process(name, command, environment, self.root / f"{name}.log", is_ready)
        return self.processes[name]

    def add_beat(self, name: str) -> Process:
        """Describe one more scheduler (two of them are a fault, row 35); start() starts it."""
        schedule = str(self.root / f"{name}.schedule")
        command = [word.replace("/tmp/beat", schedule) for word in compose_command("beat")]
        return self._add(name, command, self.environment, lambda process: "beat: Starting" in process.said())

    def close(self) -> None:
        """End everything and delete its data."""
        for process in self.processes.values():
            process.kill()
        self.valkey.thaw()
        self.valkey.stop()
        if self.postgres.port:
            self.postgres.thaw()
            self.postgres.discard()
        shutil.rmtree(self.root, ignore_errors=True)

    # -- what tests do with it -----------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Process:
        return self.processes[name]

    def names(self, kind: str) -> list[str]:
        """Return the processes of one kind: 'web', 'worker', 'beat'."""
        return [name for name in self.processes if name.startswith(f"{kind}-")]

    def cut_next_commit(self) -> None:
        """Let the next COMMIT through the proxy reach PostgreSQL, and cut the connection before its answer."""
        proxy, deadline = self["proxy"], time.monotonic() + 30
        before = proxy.said().count("armed")
        proxy.signal(signal.SIGUSR1)
        while proxy.alive() and proxy.said().count("armed") == before:  # it takes note between two packets
            assert time.monotonic() < deadline, "the proxy does not take note"
            time.sleep(0.01)

    def revive(self) -> list[str]:
        """Start whatever has ended, as `restart: unless-stopped` does; return the names."""
        dead = [name for name, process in self.processes.items() if not process.alive()]
        for name in dead:
            self.processes[name].start()
        return dead

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py."""
        return self.python("manage.py", *arguments, check=check)

    def python(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a Python with the environment of the stack, as a process of its own, to its end."""
        command = [sys.executable, "-W", "ignore", *arguments]
        done = subprocess.run(command, cwd=BASE, env=self.environment, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement on a connection of its own and return its rows (none for a statement without)."""
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=10) as connection:
            cursor = connection.execute(query, parameters)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def mails(self) -> list[Mail]:
        """Return every copy of a mail the sink has taken, oldest first."""
        return self.mails_from(0)[0]

    def mails_from(self, start: int) -> tuple[list[Mail], int]:
        """Return what the sink took since a place in its journal, and the place where to go on."""
        return read_journal(self.root, start)

    def request(
        self, method: str, path: str, *, web: int = 1, body: str | None = None, seconds: float = 20, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Ask one of the web servers; returns status, headers and text, raises OSError when there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[web - 1], timeout=seconds)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{self.ports[0]}", **headers})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode(errors="replace")
        finally:
            connection.close()

    def answers(self, web: int) -> bool:
        """Whether this web server answers at all."""
        try:
            return self.request("GET", "/healthz/live", web=web, seconds=2)[0] < 500
        except (OSError, http.client.HTTPException):
            return False


def ready(process: Process) -> bool:
    """Whether a Celery worker (or the proxy) has said so in its log."""
    return "ready." in process.said()


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
