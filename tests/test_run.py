"""`make run` as its user meets it: it starts, stops, survives kill -9, keeps its data, and refuses in words."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded import die_with_parent, free_port
from tests.servers import BASE

pytestmark = pytest.mark.fault
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "PORTAL_URL", "ALLOWED_HOSTS", "MAKELEVEL")


class Portal:
    """`python -m portal.run` in a data folder of its own."""

    def __init__(self, data: Path, port: int | None = None) -> None:
        self.data, self.port, self.output = data, port or free_port(), data.parent / f"run-{time.monotonic_ns()}.out"
        self.environment = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment |= {"DATA_DIR": str(data), "DEMO": "0"}
        self.environment.pop("STATICFILES_BACKEND", None)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.run", "--port", str(self.port)],
                cwd=BASE,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until(self, sentence: str, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while sentence not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def refusal(self) -> str:
        assert self.process.wait(60) == 1
        assert "Traceback" not in self.said()
        return self.said()

    def family(self) -> set[int]:
        """Return the processes of this run: the supervisor and everything below it."""
        parents = {pid: parent for pid, parent in map(parent_of, Path("/proc").glob("[0-9]*")) if pid}
        found, todo = set(), {self.process.pid}
        while todo:
            found |= todo
            todo = {pid for pid, parent in parents.items() if parent in todo} - found
        return found

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "portal.settings"}
        environment.pop("DEMO")
        done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


def parent_of(folder: Path) -> tuple[int, int]:
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return (0, 0) if fields[0] == "Z" else (int(folder.name), int(fields[1]))


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if parent_of(Path(f"/proc/{pid}"))[0]}


def wait_for_no(pids: set[int], seconds: float) -> set[int]:
    deadline = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    return alive(pids)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data é"  # blanks and accents are part of people's folder names


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all of them: the first start makes and migrates it, the later ones find it as it was left."""
    return tmp_path_factory.mktemp("run") / "data é"


@pytest.fixture
def portal(kept: Path) -> Iterator[Portal]:
    portal = Portal(kept)
    yield portal
    if portal.process.poll() is None:
        portal.stop()


def test_starts_answers_stops_and_keeps_its_data(portal: Portal, kept: Path) -> None:
    portal.wait_until("Portal siap")
    assert f"http://localhost:{portal.port}/" in portal.said()
    assert (kept / "run.env").stat().st_mode & 0o777 == 0o600
    portal.manage(
        "shell", "-v0", "-c", "from django.contrib.auth.models import Group as g; g.objects.create(name='jejak')"
    )
    family = portal.family()
    assert len(family) > 6
    assert portal.stop() == 0
    assert wait_for_no(family, 20) == set()
    assert not (kept / "run.env").exists()

    again = Portal(kept)
    try:
        again.wait_until("Portal siap")
        count = "from django.contrib.auth.models import Group as g; print(g.objects.filter(name='jejak').count())"
        assert again.manage("shell", "-v0", "-c", count) == "1"
    finally:
        again.stop()


def test_kill_9_of_the_supervisor_leaves_no_process_behind(portal: Portal, kept: Path) -> None:
    portal.wait_until("Portal siap")
    family = portal.family()
    portal.process.kill()
    portal.process.wait()
    assert wait_for_no(family, 20) == set()
    again = Portal(kept)
    again.wait_until("Portal siap")
    assert again.stop() == 0


def test_what_dies_is_started_again(portal: Portal) -> None:
    portal.wait_until("Portal siap")
    before = portal.family()
    for pid in before - {portal.process.pid}:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"worker" in words or b"valkey-server" in words:
            os.kill(pid, signal.SIGKILL)
    portal.wait_until("proses worker berhenti")
    portal.wait_until("Valkey berhenti dan dimulai lagi")
    deadline = time.monotonic() + 30  # what has just been started may still be on its way into the process table
    while len(portal.family() - before) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert portal.process.poll() is None, portal.said()
    assert len(portal.family() - before) >= 2, portal.said()


def test_a_second_start_in_the_same_folder_names_the_first(portal: Portal, kept: Path) -> None:
    portal.wait_until("Portal siap")
    said = Portal(kept).refusal()
    assert f"sudah berjalan di http://localhost:{portal.port}" in said


def test_a_taken_port_names_the_mend(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert re.search(rf"Port {port} sedang dipakai .* make run PORT={port + 1}", Portal(data, port).refusal())


def test_a_data_folder_of_another_account_is_left_alone(data: Path) -> None:
    data.mkdir()
    (data / "run.lock").touch()
    if os.geteuid() == 0:
        os.chown(data, 12345, 12345)
    else:
        data.chmod(0o500)
        (data / "run.lock").chmod(0o400)
    assert "milik akun lain" in Portal(data).refusal()


def test_data_of_another_postgresql_is_left_alone(data: Path) -> None:
    (data / "pgdata").mkdir(parents=True)
    (data / "pgdata" / "PG_VERSION").write_text("17\n")
    assert "dibuat oleh PostgreSQL 17" in Portal(data).refusal()
    assert (data / "pgdata" / "PG_VERSION").exists()


def test_a_wrong_setting_is_named_in_a_sentence(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVAL_STEP_UP", "kadang")
    assert "APPROVAL_STEP_UP harus salah satu dari" in Portal(data).refusal()
