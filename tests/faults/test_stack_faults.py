"""Rows 1-7, 29a, 36-38, 40, 42-44, 57 and 60: processes of a whole portal killed, stopped, starved and cut off."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
import redis

from tests.faults.browsers import (
    CSRF,
    Case,
    Head,
    Press,
    broken_promises,
    decided,
    locked,
    seeded,
    told_the_truth,
    wait_until,
    waiting,
)
from tests.faults.disk import FILLER, fill, small_disk
from tests.native import Native
from tests.native.stack import compose_command, web_command
from tests.servers import BASE

pytestmark = pytest.mark.fault
CASES = 34
long = pytest.mark.skipif("DRILL_SEEDS" not in os.environ, reason="runs in `make drill`")


class Portal:
    """A stack, its cases, and the session of a reviewer."""

    def __init__(self, native: Native) -> None:
        self.native = native
        self.cases, self.session = seeded(native, CASES)
        self.web = native["web-1"]

    def head(self) -> Head:
        """Return a head who has the decision page of a fresh case before him."""
        head = Head(self.native, self.cases.pop())
        assert head.open()[0] == 200
        return head

    def decided(self, case: Case) -> int:
        return decided(self.native, case)

    def again(self) -> None:
        """Start what has died."""
        for name in self.native.revive():
            self.native[name].wait_ready()

    def settles(self, head: Head) -> None:
        """A repeated press gives a definite answer, and there is exactly one decision."""
        status, _headers, page = head.endorse()
        assert status in (200, 302), page[:300]
        assert self.decided(head.case) == 1


@pytest.fixture(scope="module")
def whole() -> Iterator[Portal]:
    with Native(webs=1, web_workers=2, workers=1, proxied=True) as native:
        yield Portal(native)
        native.manage("check_invariants")  # those of mail and of the log too; the command fails when one is broken
        native.manage("check_audit")


@pytest.fixture
def portal(whole: Portal) -> Iterator[Portal]:
    yield whole
    if not whole.native.postgres.pids():  # a test that failed half-way spoils no other
        whole.native.postgres.start()
    whole.again()
    assert broken_promises(whole.native) == []


# -- the web process -----------------------------------------------------------------------------------------------


def test_fault_1_killed_before_the_transaction(portal: Portal) -> None:
    head = portal.head()
    request = (
        f"POST {head.case.address} HTTP/1.1\r\nHost: localhost:{portal.native.ports[0]}\r\nCookie: {head.cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(head.form)}\r\n\r\n{head.form[:20]}"
    )
    with socket.create_connection(("127.0.0.1", portal.native.ports[0]), 10) as browser:
        browser.sendall(request.encode())
        time.sleep(0.2)
        portal.web.kill()
        with suppress(ConnectionResetError):
            assert browser.recv(10) == b""
    assert portal.decided(head.case) == 0
    portal.again()
    assert head.endorse()[0] == 302
    assert portal.decided(head.case) == 1


def test_fault_2_killed_inside_the_transaction(portal: Portal) -> None:
    head = portal.head()
    with locked(portal.native, head.case):
        press = Press(head.endorse)
        wait_until(lambda: waiting(portal.native, "Lock"))
        portal.web.kill()
    assert press.end().error is not None
    portal.again()
    assert portal.decided(head.case) == 0
    assert head.endorse()[0] == 302
    assert portal.decided(head.case) == 1


def test_fault_3_killed_after_the_commit_and_before_the_answer(portal: Portal) -> None:
    """A standby that never answers holds back the answer to a COMMIT that is already on the disk."""
    head = portal.head()
    portal.native.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    portal.native.sql("SELECT pg_reload_conf()")
    try:
        press = Press(head.endorse)
        wait_until(lambda: waiting(portal.native, "SyncRep"))
        portal.web.kill()
    finally:
        portal.native.sql("ALTER SYSTEM RESET synchronous_standby_names")
        portal.native.sql("SELECT pg_reload_conf()")
    assert press.end().error is not None
    wait_until(lambda: portal.decided(head.case) == 1)
    portal.again()
    status, _headers, page = head.endorse()
    assert status == 200
    assert head.case.number in page
    portal.settles(head)
    receipt = "SELECT count(*) FROM mail_outgoingemail WHERE \"case\" = %s AND purpose LIKE '%%receipt%%'"
    assert portal.native.sql(receipt, head.case.number) == [(1,)]


@long
def test_fault_4_killed_while_an_export_streams(portal: Portal) -> None:
    """The file breaks off without the last chunk, which a browser shows as a failed download."""
    native = portal.native
    copies = (
        "INSERT INTO declarations_declaration SELECT (jsonb_populate_record(d, jsonb_build_object('id', 5000000 + n, "
        "'number', 'DX-' || n, 'status', 'withdrawn', 'version', 0))).* "
        "FROM declarations_declaration d, generate_series(1, 20000) n WHERE d.id = %s"
    )
    native.sql(copies, portal.cases[0].pk)
    cookie = f"sessionid={portal.session}; csrftoken={CSRF}"
    form = urlencode({"csrfmiddlewaretoken": CSRF, "keperluan": "Rapat evaluasi bulanan"})
    with socket.socket() as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        browser.settimeout(20)
        browser.connect(("127.0.0.1", native.ports[0]))
        browser.sendall(
            f"POST /tinjau/ekspor.csv?status=withdrawn HTTP/1.1\r\nHost: localhost:{native.ports[0]}\r\n"
            f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n{form}".encode()
        )
        got = browser.recv(4096)
        assert got.startswith(b"HTTP/1.1 200")
        portal.web.kill()
        with suppress(ConnectionResetError):
            while more := browser.recv(65536):
                got += more
    assert b"chunked" in got
    assert not got.endswith(b"0\r\n\r\n")
    assert got.count(b"DX-") < 20000
    native.sql("DELETE FROM declarations_declaration WHERE id >= 5000000")
    portal.again()


def test_fault_5_stopped_in_a_request_and_continued(portal: Portal) -> None:
    head = portal.head()
    with locked(portal.native, head.case):
        press = Press(partial(head.endorse, seconds=2))
        wait_until(lambda: waiting(portal.native, "Lock"))
        portal.web.freeze()
    assert isinstance(press.end().error, TimeoutError)
    assert portal.decided(head.case) == 0
    portal.web.thaw()
    wait_until(lambda: portal.decided(head.case) == 1)
    portal.settles(head)


@long
def test_fault_6_a_crowd_at_the_login_is_served_and_a_decision_goes_through(portal: Portal) -> None:
    head = portal.head()
    began = time.monotonic()
    with ThreadPoolExecutor(80) as crowd:
        answers = [crowd.submit(portal.native.request, "GET", "/masuk/", seconds=60) for _visitor in range(160)]
        assert head.endorse(seconds=60)[0] == 302
    assert {answer.result()[0] for answer in answers} == {200}
    assert time.monotonic() - began < 60
    assert portal.decided(head.case) == 1


def test_fault_7_a_deployment_lets_requests_in_flight_finish(portal: Portal) -> None:
    head = portal.head()
    with locked(portal.native, head.case):
        press = Press(head.endorse)
        wait_until(lambda: waiting(portal.native, "Lock"))
        portal.web.signal(signal.SIGTERM)
        time.sleep(0.5)
        assert portal.web.alive()
    assert press.end().confirmed
    assert portal.decided(head.case) == 1
    wait_until(lambda: not portal.web.alive())
    portal.again()


# -- PostgreSQL ----------------------------------------------------------------------------------------------------


def test_faults_36_and_37_postgresql_stops_at_once_in_a_request_and_comes_back(portal: Portal) -> None:
    native, head = portal.native, portal.head()
    with locked(native, head.case):
        press = Press(head.endorse)
        wait_until(lambda: waiting(native, "Lock"))
        native.postgres.crash()
        told_the_truth(press.end().answer)
    told_the_truth(head.open())
    assert native.request("GET", "/healthz/live")[0] == 200
    assert native.request("GET", "/healthz/ready")[0] == 503
    native.postgres.start()
    assert head.open()[0] == 200  # the first request after it, on connections of the pool that are dead
    assert portal.decided(head.case) == 0
    assert head.endorse()[0] == 302
    assert portal.decided(head.case) == 1


def test_fault_38_postgresql_is_frozen_in_a_request(portal: Portal) -> None:
    head = portal.head()
    portal.native.postgres.freeze()
    press = Press(head.endorse)
    time.sleep(3)
    portal.native.postgres.thaw()
    press.end()
    assert press.confirmed or (press.answer is not None and press.answer[0] == 503)
    portal.settles(head)


def take_all(native: Native, taken: list[Any]) -> None:
    """Connect until PostgreSQL has no room for another one."""
    with suppress(psycopg.OperationalError):
        while len(taken) < 200:
            taken.append(psycopg.connect(native.database_url, autocommit=True, connect_timeout=5))
    assert len(taken) < 200


def test_fault_40_all_connections_are_taken(portal: Portal) -> None:
    native, head = portal.native, portal.head()
    taken: list[Any] = []
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' "
        "AND pid <> pg_backend_pid() AND pid <> ALL (%s)"
    )
    answer = None
    try:
        for _try in range(10):
            take_all(native, taken)
            taken[0].execute(others, [[connection.info.backend_pid for connection in taken]])
            take_all(native, taken)
            answer = head.open()
            if answer[0] == 503:
                break
    finally:
        for connection in taken:
            connection.close()
    told_the_truth(answer)
    wait_until(lambda: head.open()[0] == 200)
    assert head.endorse()[0] == 302
    assert portal.decided(head.case) == 1


def test_fault_42_a_commit_whose_answer_is_lost(portal: Portal) -> None:
    head = portal.head()
    portal.native.cut_next_commit()
    told_the_truth(head.endorse())
    wait_until(lambda: portal.decided(head.case) == 1)
    status, _headers, page = head.open()  # "Periksa status"
    assert status == 200
    assert 'name="keputusan"' not in page
    portal.settles(head)


# -- everything, the broker, the log -------------------------------------------------------------------------------


def test_fault_29a_a_broker_reset_three_times_leaves_a_worker_that_works(portal: Portal) -> None:
    native = portal.native
    for _reset in range(3):
        native.valkey.kill()
        native.valkey.start()
        time.sleep(0.5)
    head = portal.head()
    before = len(native.mails())
    assert head.endorse()[0] == 302
    wait_until(lambda: len(native.mails()) > before)
    client = redis.Redis.from_url(native.environment["REDIS_URL"])
    client.lpush("uji", "x")  # the broker answers
    wait_until(lambda: b"celery" not in client.keys("celery") and client.exists("_kombu.binding.celery"), 60)
    assert native["worker-1"].alive()
    client.close()


def test_fault_57_everything_is_killed_at_once_while_heads_decide(portal: Portal) -> None:
    native, heads = portal.native, [portal.head() for _head in range(8)]
    presses = [Press(head.endorse) for head in heads[:5]]
    wait_until(lambda: any(press.confirmed for press in presses))
    presses += [Press(head.endorse) for head in heads[5:]]
    native.postgres.kill()
    native.valkey.kill()
    for process in native.processes.values():
        process.kill()
    for press in presses:
        press.end()
    native.postgres.start()
    native.valkey.start()
    portal.again()
    for head, press in zip(heads, presses, strict=True):
        assert portal.decided(head.case) in ((1,) if press.confirmed else (0, 1))
        portal.settles(head)
    numbers = tuple(head.case.number for head in heads)
    owed = "SELECT count(*) FROM mail_outgoingemail WHERE \"case\" = ANY (%s) AND state <> 'sent'"
    wait_until(lambda: native.sql(owed, list(numbers)) == [(0,)], 150)


@long
def test_fault_60_the_disk_of_the_log_is_full(portal: Portal) -> None:
    native, head = portal.native, portal.head()
    commands = [web_command(native.ports[0]), [word.replace("%h", "full") for word in compose_command("worker")]]
    portal.web.terminate()
    native["worker-1"].kill()
    with Path("/dev/full").open("wb") as full:
        started = [
            subprocess.Popen(
                command,
                cwd=BASE,
                env=portal.web.environment,
                stdout=subprocess.DEVNULL,
                stderr=full,
                start_new_session=True,
            )
            for command in commands
        ]
    try:
        wait_until(lambda: native.answers(1), 60)
        before = len(native.mails())
        assert head.endorse()[0] == 302
        assert portal.decided(head.case) == 1
        wait_until(lambda: len(native.mails()) > before, 60)
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
    portal.again()


# -- full disks ----------------------------------------------------------------------------------------------------


def test_fault_43_the_disk_of_the_data_is_full(portal: Portal) -> None:
    native = portal.native
    with small_disk(native.root / "kecil", 8, owner=native.postgres.account.uid) as disk:
        native.sql(f"CREATE TABLESPACE kecil LOCATION '{disk}'")
        native.sql("ALTER TABLE mail_outgoingemail SET TABLESPACE kecil")
        try:
            _full_disk(portal, disk)
        finally:
            (disk / FILLER).unlink(missing_ok=True)
            native.sql("ALTER TABLE mail_outgoingemail SET TABLESPACE pg_default")
            native.sql("DROP TABLESPACE kecil")


def _full_disk(portal: Portal, disk: Path) -> None:
    fill(disk)
    heads = [portal.head() for _head in range(4)]
    answers = [head.endorse() for head in heads]
    for head, answer in zip(heads, answers, strict=True):
        assert portal.decided(head.case) == (answer[0] == 302)
    refused = [answer for answer in answers if answer[0] != 302]
    assert refused
    for answer in refused:
        told_the_truth(answer)
    assert heads[0].open()[0] == 200  # reading goes on
    (disk / FILLER).unlink()
    for head in heads:
        portal.settles(head)


@long
def test_fault_44_the_disk_of_the_write_ahead_log_is_full(portal: Portal) -> None:
    native, head = portal.native, portal.head()
    confirmed = portal.head()
    assert confirmed.endorse()[0] == 302
    native.postgres.stop()
    wal = native.postgres.data / "pg_wal"
    with small_disk(native.root / "wal", 96, owner=native.postgres.account.uid) as disk:
        subprocess.run(["cp", "-a", f"{wal}/.", str(disk)], check=True)
        kept = wal.rename(wal.with_name("pg_wal.kept"))
        wal.symlink_to(disk)
        native.postgres.start()
        portal.again()
        fill(disk)
        with suppress(psycopg.Error):
            for number in range(12):  # segments that have room are used up, the next one has none
                native.sql(f"CREATE TABLE isi_{number} (n int)")
                native.sql("SELECT pg_switch_wal()")
        told_the_truth(Press(head.endorse).end().answer)
        (disk / FILLER).unlink()
        native.postgres.kill()
        native.postgres.start()
        assert portal.decided(confirmed.case) == 1
        portal.settles(head)
        native.postgres.stop()
        wal.unlink()
        subprocess.run(["cp", "-a", f"{disk}/.", str(kept)], check=True)
        kept.rename(wal)
    native.postgres.start()
    portal.again()
