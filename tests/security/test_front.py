"""The front as Docker Compose runs it, in front of a small upstream: limits, pages of its own, restarts, log lines."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal.embedded import die_with_parent, free_port
from portal.embedded import stop as stop_process
from tests.servers import BASE

CADDY = shutil.which("caddy", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
pytestmark = pytest.mark.skipif(CADDY is None, reason="no caddy (requirements/check.txt brings one)")
TOKEN = "WzEsMSwwXQ:1xVaC2:ZfIJn_qozbYWFLJksenypthbRDgoCq1syfDcLQvMT70"


class Upstream(BaseHTTPRequestHandler):
    """Stands for the portal: says how much it was given and who asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        given = len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        text = json.dumps({"bytes": given, "from": self.headers.get("X-Forwarded-For")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def handle_one_request(self) -> None:
        self.server.asked += 1  # type: ignore[attr-defined]
        super().handle_one_request()

    def log_message(self, *_: object) -> None:
        pass


class Front:
    """Caddy with portal/front/Caddyfile on a port of its own; the folder is a copy, so that tests may close it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.upstream_port = folder, free_port(), free_port()
        shutil.copytree(BASE / "portal" / "front", folder / "front", ignore=shutil.ignore_patterns("maintenance"))
        shutil.copytree(BASE / "static", folder / "static")
        config = folder / "front" / "Caddyfile"
        text = config.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{free_port()}")
        assert "lb_try_duration 25s" in text
        config.write_text(text.replace("lb_try_duration 25s", "lb_try_duration 5s"))
        self.log = folder / "caddy.log"
        environment = {
            **os.environ,
            "PORTAL_HOST": f"http://127.0.0.1:{self.port}",
            "UPSTREAM": f"127.0.0.1:{self.upstream_port}",
            "FRONT": str(folder),
            "HELP_LINE": "Meja bantuan <b>0812</b>",
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(CADDY), "run", "--config", str(config), "--adapter", "caddyfile"],
                env=environment,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        self.server: ThreadingHTTPServer | None = None

    def start_upstream(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.upstream_port), Upstream)
        self.server.asked = 0  # type: ignore[attr-defined]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop_upstream(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def get(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=40)
        with closing(connection):
            with suppress(BrokenPipeError, ConnectionResetError):  # it answers before all is sent
                connection.request("POST" if body else "GET", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict(answer.headers)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    front = Front(tmp_path_factory.mktemp("front"))
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", front.port), 1).close()
            break
        except OSError:
            assert front.process.poll() is None, front.log.read_text()
            assert time.monotonic() < deadline, front.log.read_text()
            time.sleep(0.05)
    yield front
    front.stop_upstream()
    stop_process(front.process, signal.SIGTERM, 5)


@pytest.fixture
def front(running: Front) -> Iterator[Front]:
    running.start_upstream()
    yield running
    running.stop_upstream()


def test_the_visitor_is_told_to_the_portal_whatever_he_claims_to_be(front: Front) -> None:
    status, text, _ = front.get("/aturan/", **{"X-Forwarded-For": "203.0.113.9"})
    assert (status, json.loads(text)["from"]) == (200, "127.0.0.1")


def test_figures_are_not_for_the_outside(front: Front) -> None:
    assert front.get("/metrics")[0] == front.get("/metrics/")[0] == 404


def test_a_body_is_limited_and_imports_may_be_larger(front: Front) -> None:
    large = b"x" * 7_000_000
    status, page, _ = front.get("/deklarasi/baru/", large)
    assert status == 413
    assert "Kiriman terlalu besar" in page
    assert "too large" in page
    for path in ("/kelola/pegawai/impor/", "/kelola/registri/vendor/", "/tinjau/paket-bukti/"):
        status, text, _ = front.get(path, large)
        assert (status, json.loads(text)["bytes"]) == (200, len(large)), path
    assert front.get("/kelola/pegawai/impor/", b"x" * 27_000_000)[0] == 413
    assert front.get("/cek/", b"x" * 5_900_000)[0] == 200


def test_a_slow_sender_does_not_reach_the_portal(front: Front) -> None:
    assert front.server
    before = front.server.asked  # type: ignore[attr-defined]
    with socket.create_connection(("127.0.0.1", front.port), 5) as slow:
        slow.sendall(b"POST /cek/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n" + b"x" * 5000)
        time.sleep(0.5)
        assert front.server.asked == before  # type: ignore[attr-defined]


def test_a_restart_of_the_portal_is_waited_for(front: Front) -> None:
    front.stop_upstream()
    back = threading.Timer(0.5, front.start_upstream)
    back.start()
    status, text, _ = front.get("/deklarasi/", b"isi")
    back.join()
    assert (status, json.loads(text)["bytes"]) == (200, 3)


def test_maintenance_is_a_file_with_a_time_in_it(front: Front) -> None:
    switch = front.folder / "front" / "maintenance"
    switch.write_text("15.00\n")
    try:
        status, page, headers = front.get("/deklarasi/")
        assert front.get("/luring/portal.css")[0] == 200
    finally:
        switch.unlink()
    assert status == 503
    assert "Sedang pemeliharaan sampai pukul 15.00 WIB" in page
    assert 'lang="en"' in page
    assert int(headers["Retry-After"]) > 0
    assert "Meja bantuan &lt;b&gt;0812" in page
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert front.get("/deklarasi/")[0] == 200


def test_while_the_portal_is_away_the_front_says_so_and_no_log_line_holds_a_token(running: Front) -> None:
    status, page, headers = running.get(f"/k/{TOKEN}/?kode=123456")
    assert status == 503
    assert "Portal sedang tidak dapat dibuka" in page
    assert "cannot be opened" in page
    assert headers["Cache-Control"] == "no-store"
    deadline = time.monotonic() + 60
    while "/k/***" not in running.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    text = running.log.read_text()
    assert "/k/***" in text
    assert TOKEN[:10] not in text
    assert "123456" not in text
    assert "User-Agent" not in text
