"""Rows 9, 15, 23, 26 and 28 of the fault matrix: the broker dies, comes back empty or refuses; packets vanish."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import redis
from celery import current_app

from portal.embedded import Valkey
from portal.mail.models import State
from portal.mail.tasks import sweep
from tests.conftest import StartWorker
from tests.faults.test_mail_faults import deed, frozen_broker, make_due, message_ids, states, wait_until
from tests.smtp import SmtpSink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Valkey]:
    """A broker of this test alone, to be killed."""
    server = Valkey(tmp_path)
    yield server
    server.stop()


def test_fault_9_a_worker_killed_before_it_claimed_costs_nothing(
    start_worker: StartWorker, smtp_sink: SmtpSink
) -> None:
    worker = start_worker()
    os.killpg(worker.pid, signal.SIGSTOP)
    deed("sebelum-klaim.1")
    time.sleep(0.5)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(60)
    assert states() == [State.QUEUED]
    start_worker()
    smtp_sink.wait_for(1)
    wait_until(lambda: states() == [State.SENT])
    assert len(smtp_sink.messages) == 1


def test_fault_15_a_server_whose_packets_vanish_is_given_up_and_tried_again(smtp_sink: SmtpSink, settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # a full backlog drops what comes after, as a firewall does
            filler.setblocking(False)
            filler.connect_ex(silent.getsockname())
        right = settings.EMAIL_TRANSPORT
        settings.EMAIL_TRANSPORT = {**right, "port": silent.getsockname()[1], "timeout": 1}
        deed("hilang.1")
        started = time.monotonic()
        sweep()
        assert time.monotonic() - started < 8
        assert states() == [State.QUEUED]
        for filler in fillers:
            filler.close()
    settings.EMAIL_TRANSPORT = right
    make_due()
    sweep()
    assert states() == [State.SENT]
    assert len(smtp_sink.messages) == 1


def test_fault_23_a_broker_killed_and_restarted_empty_loses_no_mail(
    start_worker: StartWorker, smtp_sink: SmtpSink, broker: Valkey
) -> None:
    worker = start_worker(REDIS_URL=broker.start())
    deed("sebelum.1", "sebelum.2")
    assert broker.process is not None
    os.kill(broker.process.pid, signal.SIGKILL)
    broker.process.wait(60)
    deed("selama.1", "selama.2")
    broker.start()
    smtp_sink.wait_for(4)
    wait_until(lambda: states() == [State.SENT] * 4)
    assert worker.poll() is None
    assert len(set(message_ids(smtp_sink))) == 4


def test_faults_26_and_28_a_broker_that_refuses_to_store_loses_no_mail(
    start_worker: StartWorker, smtp_sink: SmtpSink, broker: Valkey
) -> None:
    url = broker.start()
    start_worker(REDIS_URL=url)
    client = redis.Redis.from_url(url)
    client.config_set("maxmemory", "1")
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        client.set("penuh", "x")
    deed("penuh.1", "penuh.2")
    smtp_sink.wait_for(2)
    wait_until(lambda: states() == [State.SENT] * 2)
    client.close()
    assert len(smtp_sink.messages) == 2


def test_fault_25_publishing_to_a_frozen_broker_ends() -> None:
    """What a request starts runs in a thread of its own; that thread must not hang for ever either."""
    outcome: list[str] = []

    def publish() -> None:
        try:
            current_app.send_task("portal.mail.tasks.deliver", args=[0])
        except Exception as problem:
            outcome.append(type(problem).__name__)

    with current_app.pool.acquire(block=True) as warm:
        warm.default_channel.client.ping()
    with frozen_broker():
        thread = Thread(target=publish, daemon=True)
        thread.start()
        thread.join(15)
        assert not thread.is_alive()
    assert outcome
