"""Rows 10-14, 16-19, 24, 25, 27, 29 and 30 of the fault matrix: no mail is lost, copies share their Message-ID."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from portal.embedded import Valkey, die_with_parent
from portal.mail import delivery, transport
from portal.mail.compose import OutboxMessage
from portal.mail.models import OutgoingEmail, State
from portal.mail.tasks import sweep
from tests import servers
from tests.conftest import StartWorker
from tests.smtp import SmtpSink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
Worker = subprocess.Popen[bytes]
BROKER_TIMEOUT = django_settings.CELERY_BROKER_CONNECTION_TIMEOUT  # whoever waits for the broker waits this long


def deed(*keys: str) -> float:
    """Do something that owes mails, as a request does, and return how long it took."""
    started = time.monotonic()
    with transaction.atomic():
        for key in keys:
            OutboxMessage(
                key=key, to="kepala@demo.pasbar.example", subject="Mohon keputusan", text="isi\n", purpose="sample"
            ).send()
    return time.monotonic() - started


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, list(OutgoingEmail.objects.values("key", "state", "attempts", "last_error"))
        time.sleep(0.05)


def states() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("state", flat=True))


def let_leases_run_out() -> None:
    """What two minutes of waiting do."""
    OutgoingEmail.objects.filter(state=State.SENDING).update(lease_until=timezone.now() - delivery.LEASE)


def make_due() -> None:
    """What the pause after a failed attempt does."""
    OutgoingEmail.objects.filter(state=State.QUEUED).update(next_at=timezone.now() - delivery.FIRST_PAUSE)


def message_ids(sink: SmtpSink) -> list[str]:
    return [str(message["Message-ID"]) for message in sink.messages]


def broker_pid() -> int:
    """Return the process of the test broker, which these tests own; a named server is not ours to stop."""
    for _root, started in servers.running:
        for server in started:
            if isinstance(server, Valkey) and server.process is not None:
                return server.process.pid
    pytest.skip("TEST_REDIS_URL names a server that is not ours to stop")


@contextmanager
def frozen_broker() -> Iterator[None]:
    pid = broker_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


# -- the way it should be ------------------------------------------------------------------------------------------


def test_a_worker_delivers_and_a_rolled_back_deed_sends_nothing(
    celery_worker_process: Worker, smtp_sink: SmtpSink
) -> None:
    @transaction.atomic
    def rolled_back() -> None:
        deed("batal.1")
        raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError, match="deed"):
        rolled_back()
    deed("jadi.1")
    smtp_sink.wait_for(1)
    wait_until(lambda: states() == [State.SENT])
    assert [message["To"] for message in smtp_sink.messages] == ["kepala@demo.pasbar.example"]


# -- broker --------------------------------------------------------------------------------------------------------


def test_fault_25_a_frozen_broker_neither_blocks_nor_breaks_the_deed(
    celery_worker_process: Worker, smtp_sink: SmtpSink
) -> None:
    with frozen_broker():
        assert min(deed(f"beku.{number}") for number in (1, 2, 3)) < BROKER_TIMEOUT  # none of them waited for it
        # the watch inside the worker needs no broker
        smtp_sink.wait_for(3)
    wait_until(lambda: states() == [State.SENT] * 3)
    assert len(set(message_ids(smtp_sink))) == len(smtp_sink.messages) == 3


REQUEST = """
import logging, threading, django
django.setup()
from django.db import connection
from tests.faults.test_mail_faults import deed
told = threading.Event()
listener = logging.Handler()
listener.emit = lambda _record: told.set()
logging.getLogger("portal.wake").addHandler(listener)
connection.ensure_connection()
print(deed("mati.1", "mati.2"))
print("alive" if told.wait(60) else "silent")
"""


def test_fault_24_a_dead_broker_neither_blocks_nor_breaks_the_deed(
    process_environment: dict[str, str], smtp_sink: SmtpSink
) -> None:
    nobody_listens = {**process_environment, "REDIS_URL": "redis://127.0.0.1:9/0"}
    done = subprocess.run(
        [sys.executable, "-c", REQUEST],
        env=nobody_listens,
        cwd=servers.BASE,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, alive = done.stdout.split()
    assert float(seconds) < BROKER_TIMEOUT
    assert alive == "alive"
    assert "2 wake-ups left to the sweep" in done.stderr
    assert states() == [State.QUEUED] * 2
    assert sweep() == 2
    assert len(smtp_sink.messages) == 2


def test_fault_27_an_emptied_broker_loses_no_mail(start_worker: StartWorker, smtp_sink: SmtpSink) -> None:
    deed(*(f"kosong.{n}" for n in range(10)))
    time.sleep(0.5)
    redis.Redis.from_url(django_settings.REDIS_URL).flushall()
    assert smtp_sink.messages == []
    start_worker()
    smtp_sink.wait_for(10)
    wait_until(lambda: states() == [State.SENT] * 10)
    assert len(set(message_ids(smtp_sink))) == len(smtp_sink.messages) == 10


# -- workers that die ----------------------------------------------------------------------------------------------


class Killer(SmtpSink):
    """Takes the mail, then kills the worker that brought it before it hears the 250."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: Worker | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            os.killpg(self.victim.pid, signal.SIGKILL)
            self.victim = None
        return answer


@pytest.fixture
def smtp_killer(settings: Any) -> Iterator[Killer]:
    sink = Killer()
    sink.start()
    settings.EMAIL_TRANSPORT = {**settings.EMAIL_TRANSPORT, "host": "127.0.0.1", "port": sink.port}
    yield sink
    sink.stop()


def test_faults_10_and_29_a_worker_killed_before_the_server_took_the_mail_costs_nothing(
    start_worker: StartWorker, smtp_sink: SmtpSink
) -> None:
    smtp_sink.mode = "hang"
    worker = start_worker()
    deed("mati-sebelum.1")
    wait_until(lambda: smtp_sink.attempts == 1)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(60)
    assert states() == [State.SENDING]
    assert sweep() == 0
    smtp_sink.mode = "ok"
    let_leases_run_out()
    start_worker()
    smtp_sink.wait_for(1)
    wait_until(lambda: states() == [State.SENT])
    assert len(smtp_sink.messages) == 1


def test_fault_11_a_worker_killed_after_the_server_took_the_mail_makes_a_copy_with_the_same_id(
    start_worker: StartWorker, smtp_killer: Killer
) -> None:
    smtp_killer.victim = worker = start_worker(EMAIL_URL=smtp_killer.url)
    deed("mati-sesudah.1")
    smtp_killer.wait_for(1)
    worker.wait(60)
    assert states() == [State.SENDING]
    let_leases_run_out()
    sweep()
    assert states() == [State.SENT]
    assert len(smtp_killer.messages) == 2
    assert len(set(message_ids(smtp_killer))) == 1


@pytest.fixture
def prefork_worker(process_environment: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    """A worker whose task runs in a child process, as on a server with several cores."""
    log = tmp_path / "prefork.log"
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-l", "INFO", "-P", "prefork", "-c", "1"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle"],
            cwd=servers.BASE,
            env=process_environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
    wait_until(lambda: worker.poll() is not None or b"ready." in log.read_bytes(), 40)
    if worker.poll() is not None:
        pytest.skip(f"this machine starts no prefork pool: {log.read_text()[-200:]}")
    yield worker
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(60)


def test_fault_30_a_killed_pool_child_loses_no_mail(prefork_worker: Worker, smtp_sink: SmtpSink) -> None:
    smtp_sink.mode = "hang"
    deed("anak.1")
    wait_until(lambda: smtp_sink.attempts == 1)
    children = Path(f"/proc/{prefork_worker.pid}/task/{prefork_worker.pid}/children").read_text().split()
    assert children
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    smtp_sink.mode = "ok"
    time.sleep(0.5)
    assert states() == [State.SENDING]
    let_leases_run_out()
    smtp_sink.wait_for(1)
    wait_until(lambda: states() == [State.SENT])
    assert prefork_worker.poll() is None
    assert len(smtp_sink.messages) == 1


def test_fault_12_sweepers_side_by_side_send_each_mail_once(smtp_sink: SmtpSink, start_worker: StartWorker) -> None:
    deed(*(f"banyak.{n}" for n in range(40)))
    start, problems = Barrier(4), []

    def run() -> None:
        try:
            start.wait(60)
            delivery.deliver_due()
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    start_worker()
    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    wait_until(lambda: set(states()) == {State.SENT})
    assert problems == []
    assert len(smtp_sink.messages) == len(set(message_ids(smtp_sink))) == 40


def test_fault_12_workers_that_help_a_sweep_send_each_mail_once(
    smtp_sink: SmtpSink, start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "CROWD", 10)
    monkeypatch.setattr("portal.mail.compose.wake", lambda _task, _pk: None)  # the broker lost every wake-up
    deed(*(f"banyak.{n}" for n in range(40)))
    start_worker()
    sweep()
    wait_until(lambda: set(states()) == {State.SENT})
    assert len(smtp_sink.messages) == len(set(message_ids(smtp_sink))) == 40


# -- a mail server that misbehaves ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["hang", "accept_then_hang"])
def test_faults_13_and_18_a_server_that_never_answers_frees_the_mail(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, mode: Any
) -> None:
    monkeypatch.setattr(transport, "TOTAL", 1.0)
    smtp_sink.mode = mode
    deed("gantung.1")
    started = time.monotonic()
    sweep()
    assert time.monotonic() - started < 8  # the time-out of the socket alone is 10
    assert states() == [State.QUEUED]
    smtp_sink.mode = "ok"
    make_due()
    sweep()
    assert states() == [State.SENT]
    assert len(smtp_sink.messages) == (2 if mode == "accept_then_hang" else 1)
    assert len(set(message_ids(smtp_sink))) == 1


def test_fault_13_a_server_that_drips_is_cut_off(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte comes in time, so no time-out of the socket ever trips; the dialogue has an end all the same."""
    monkeypatch.setattr(transport, "TOTAL", 1.5)
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        client, _address = listener.accept()
        try:
            for _ in range(100):
                client.sendall(b"2")
                time.sleep(0.2)
        except OSError:
            pass
        finally:
            client.close()

    thread = Thread(target=drip, daemon=True)
    thread.start()
    settings.EMAIL_TRANSPORT = {**settings.EMAIL_TRANSPORT, "port": listener.getsockname()[1]}
    deed("tetes.1")
    started = time.monotonic()
    sweep()
    assert time.monotonic() - started < 10  # the dripping takes 20
    assert states() == [State.QUEUED]
    listener.close()
    thread.join(5)


def test_fault_14_a_server_that_is_away_costs_only_time(celery_worker_process: Worker, smtp_sink: SmtpSink) -> None:
    smtp_sink.stop()
    assert deed("tutup.1", "tutup.2") < 1
    wait_until(lambda: OutgoingEmail.objects.filter(attempts__gte=1).count() == 2)
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) <= {State.QUEUED, State.SENDING}
    smtp_sink.start()
    wait_until(lambda: states() == [State.QUEUED] * 2)
    make_due()
    sweep.delay()
    smtp_sink.wait_for(2)
    wait_until(lambda: states() == [State.SENT] * 2)
    assert len(smtp_sink.messages) == 2


@pytest.mark.parametrize(("mode", "fault"), [("451", 16), ("drop", 19)])
def test_faults_16_and_19_a_server_that_fails_for_now_gets_the_mail_later_once(
    celery_worker_process: Worker, smtp_sink: SmtpSink, mode: Any, fault: int
) -> None:
    smtp_sink.mode = mode
    deed("nanti.1")
    wait_until(lambda: OutgoingEmail.objects.filter(state=State.QUEUED, attempts=1).exists())
    row = OutgoingEmail.objects.get()
    assert row.last_error
    assert row.give_up_at - row.created_at > timedelta(hours=71)
    smtp_sink.mode = "ok"
    make_due()
    sweep.delay()
    smtp_sink.wait_for(1)
    wait_until(lambda: states() == [State.SENT])
    assert len(smtp_sink.messages) == 1


def test_fault_17_a_refusal_for_good_is_visible_and_stops_nobody(
    celery_worker_process: Worker, smtp_sink: SmtpSink
) -> None:
    smtp_sink.mode = "550"
    deed("tolak.1")
    wait_until(lambda: states() == [State.FAILED])
    smtp_sink.mode = "ok"
    deed("tolak.2")
    smtp_sink.wait_for(1)
    assert [row.key for row in OutgoingEmail.objects.all().failed()] == ["tolak.1"]
    assert OutgoingEmail.objects.get(key="tolak.1").last_error == "550 told to refuse"
