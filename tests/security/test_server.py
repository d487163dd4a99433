"""[F13] [H08] gunicorn as the container starts it, asked by people who do not mean well; others are still served.

Only the two time-outs are shorter here than in production. test_front.py asks what stands before it.
"""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from errno import ENOSPC
from http.client import HTTPConnection
from selectors import DefaultSelector
from urllib.request import urlopen

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from portal.embedded import free_port
from portal.embedded import stop as stop_process
from portal.limits import LARGEST_BODY
from portal.patient import MOST_HEAD, Arrival, PatientWorker
from tests.servers import BASE

HEAD, WHOLE = 1.5, 2.5
START = f"""
import sys, portal.patient as p
p.HEAD_SECONDS, p.WHOLE_SECONDS = {HEAD}, {WHOLE}
from gunicorn.app.wsgiapp import run
sys.exit(run())
"""
SLOW = 250


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a gunicorn with the arguments of the Dockerfile; nothing asked here needs the database."""
    said = re.search(r'^CMD \["gunicorn", (.+)\]$', (BASE / "Dockerfile").read_text(), re.MULTILINE)
    assert said
    number = free_port()
    arguments = [*said[1].replace('"', "").split(", "), "-b", f"127.0.0.1:{number}"]  # gunicorn.conf.py says the rest
    server = subprocess.Popen([sys.executable, "-c", START, *arguments], cwd=BASE)
    try:
        deadline = time.monotonic() + 60
        while not alive(number):
            assert time.monotonic() < deadline
            assert server.poll() is None
            time.sleep(0.2)
        yield number
    finally:
        stop_process(server, 15, 15)


def alive(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz/live", timeout=15) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def say(port: int, *parts: bytes, pause: float = 0.0) -> str:
    """Send these bytes on one connection and return everything that comes back until the server ends it."""
    with socket.create_connection(("127.0.0.1", port), timeout=40) as line:
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # ended in the middle: what it said may still be read
        return heard(line)


def heard(line: socket.socket) -> str:
    got = b""
    try:
        while part := line.recv(65536):
            got += part
    except ConnectionError:
        pass
    return got.decode(errors="replace")


def statuses(answer: str) -> list[str]:
    return re.findall(r"HTTP/1\.1 (\d{3}) ", answer)


def request(path: str, *lines: str, body: str = "", method: str = "POST") -> bytes:
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded", *lines]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


SMUGGLED = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
PROBES = {
    "CL.TE": request("/cek/", "Content-Length: 6", "Transfer-Encoding: chunked", body="0\r\n\r\nG" + SMUGGLED),
    "TE.CL": request("/cek/", "Content-Length: 4", "Transfer-Encoding: chunked", body=f"5e\r\n{SMUGGLED}\r\n0\r\n\r\n"),
    "TE.TE": request("/cek/", "Transfer-Encoding: chunked", "Transfer-Encoding: x", body="0\r\n\r\n" + SMUGGLED),
    "TE after a blank": request("/cek/", "Transfer-Encoding : chunked", body="0\r\n\r\n" + SMUGGLED),
    "two lengths": request("/cek/", "Content-Length: 0", f"Content-Length: {len(SMUGGLED)}", body=SMUGGLED),
    "a signed length": request("/cek/", "Content-Length: +0", body=SMUGGLED),
    "no length at all": request("/cek/", body=SMUGGLED),
    "a length in two words": request("/cek/", f"Content-Length: 0, {len(SMUGGLED)}", body=SMUGGLED),
    "a bare line feed": request("/cek/", f"X: y\nContent-Length: {len(SMUGGLED)}", body=SMUGGLED),
    "a folded line": request("/cek/", f"X: y\r\n Content-Length: {len(SMUGGLED)}", body=SMUGGLED),
}


def test_h08_no_probe_smuggles_a_second_request_and_an_enormous_head_is_a_431(port: int) -> None:
    for name, probe in PROBES.items():
        answer = say(port, probe)
        assert "portal_waiting" not in answer, name
        assert statuses(answer) in (["400"], ["411"], ["501"]), (name, answer[:80])
    for head in (f"X-Besar: {'x' * 100_000}", "\r\n".join(f"X-{n}: {'x' * 900}" for n in range(110))):
        assert statuses(say(port, request("/", head, method="GET"))) == ["431"]
    assert statuses(say(port, request("/" + "a" * 10_000, method="GET"))) == ["414"]
    kept = HTTPConnection("127.0.0.1", port, timeout=10)
    for _time in range(3):  # an honest browser keeps its connection
        kept.request("GET", "/healthz/live", headers={"Host": "localhost"})
        answer = kept.getresponse()
        assert (answer.status, answer.read()) == (200, b"ok\n")
    kept.close()
    assert alive(port)


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: loc", request("/masuk/", "Content-Length: 900", body="a=")]
)
def test_h08_hundreds_of_slow_connections_take_nobody_elses_turn(port: int, sent: bytes) -> None:
    with ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=40)) for _ in range(SLOW)]
        for line in lines:
            line.sendall(sent)
        times = []
        for _time in range(8):  # as many as there are threads: each would be held by one of the slow
            began = time.monotonic()
            assert alive(port)
            times.append(time.monotonic() - began)
        assert sorted(times)[4] < 8, times  # 250 that wait their time in 8 threads: 47 seconds
        limit = time.monotonic() + WHOLE + HEAD + 20
        ends = [heard(line) for line in lines]
        assert time.monotonic() < limit
        assert {answer[:12] for answer in ends} == ({"HTTP/1.1 408"} if sent else {""})


def test_f13_an_enormous_upload_is_told_so_early_and_a_slow_one_is_ended(port: int) -> None:
    began = time.monotonic()
    huge = request("/masuk/", f"Content-Length: {200 * 1024 * 1024}")
    assert statuses(say(port, huge, b"x" * 100_000)) == ["413"]
    assert time.monotonic() - began < 10
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=40) as line:
        line.sendall(request("/masuk/", "Content-Length: 1000"))
        answer = ""
        for _byte in range(40):  # a byte every quarter of a second: never idle, never done
            try:
                line.sendall(b"a")
            except OSError:
                break
            time.sleep(0.25)
            if time.monotonic() - began > WHOLE + 2:
                answer = heard(line)
                break
    assert statuses(answer) == ["408"]
    part = b'--x\r\nContent-Disposition: form-data; name="berkas"; filename="a.pdf"\r\n\r\n' + b"x" * 24_000_000
    file = part + b"\r\n--x--\r\n"
    head = request("/kelola/registri/vendor/", f"Content-Length: {len(file)}").replace(
        b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"
    )
    assert statuses(say(port, head, file)) == ["403"]  # arrived whole, and then refused for want of a CSRF token
    assert alive(port)


def test_a_request_in_many_pieces_is_put_together() -> None:
    arrival, whole = Arrival(), request("/cek/", "Content-Length: 5", body="a=1&b")
    for byte in whole[:-1]:
        assert arrival.take(bytes([byte])) == 0
        assert not arrival.whole
    assert arrival.take(whole[-1:]) == 0
    assert arrival.whole
    assert Arrival().take(whole + b"\r\n") == 0  # old browsers add an empty line
    assert Arrival().take(whole + SMUGGLED.encode()) == 400
    assert Arrival().take(request("/", f"Content-Length: {LARGEST_BODY + 1}")) == 413
    assert Arrival().take(b"x" * (MOST_HEAD + 1)) == 431


def test_a_large_file_has_the_time_it_needs_and_a_small_form_has_not() -> None:
    large, small = Arrival(), Arrival()
    assert large.take(request("/tinjau/paket-bukti/", "Content-Length: 100000000", body="x")) == 0
    assert small.take(request("/cek/", "Content-Length: 6000", body="x")) == 0
    for seconds, late in ((50, (False, False)), (150, (False, True)), (300, (True, True))):
        large.began = small.began = time.monotonic() - seconds
        assert (large.late, small.late) == late


def test_a_body_for_which_the_disk_has_no_room_is_refused_and_the_process_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_arrival: Arrival, _data: bytes) -> int:
        raise OSError(ENOSPC, "No space left on device")

    worker = PatientWorker.__new__(PatientWorker)
    worker.arriving, worker.poller = {}, DefaultSelector()
    sender, ours = socket.socketpair()
    with sender, ours, worker.poller:
        worker.enqueue_req(TConn(Config(), ours, "", ""))
        monkeypatch.setattr(Arrival, "_more", full)
        sender.sendall(request("/tinjau/paket-bukti/", "Content-Length: 9000", body="x" * 100))
        worker.wait_for_and_dispatch_events(1)  # an OSError would end gunicorn's loop, and the worker with it
        assert statuses(heard(sender)) == ["503"]
