"""The native stack runs what Dockerfile and compose file say, and its parts do what the fault run asks of them."""

import os
import subprocess
import time

import psycopg
import pytest

from tests.native import Native
from tests.native.stack import compose_command, web_command
from tests.servers import BASE

pytestmark = pytest.mark.fault


def test_commands_are_those_of_production() -> None:
    assert web_command(8123) == ["gunicorn", "portal.wsgi", "-b", "127.0.0.1:8123"]
    assert compose_command("worker")[:4] == ["celery", "-A", "portal", "worker"]
    assert compose_command("beat")[:4] == ["celery", "-A", "portal", "beat"]
    assert compose_command("migrate") == ["python", "manage.py", "prepare", "--skip-static"]


def test_a_mail_goes_through_and_its_copy_is_read_from_the_journal(native: Native) -> None:
    """That it does so after the death of every process as well is shown by the fault run beside this."""
    assert native.request("GET", "/healthz/ready", web=1)[0] == 200
    assert native.request("GET", "/healthz/ready", web=2)[0] == 200
    _before, place = native.mails_from(0)
    native.python("-c", SEND)
    deadline = time.monotonic() + 60
    while not (new := native.mails_from(place)[0]):
        assert time.monotonic() < deadline, native["worker-1"].said()[-2000:]
        time.sleep(0.1)
    assert [(mail.to, mail.links, mail.mode) for mail in new] == [
        ("a@demo.pasbar.example", ["http://localhost/k/abc/"], "ok")
    ]
    assert native.sql("SELECT state FROM mail_outgoingemail WHERE key = 'uji.1'") in ([("sending",)], [("sent",)])


SEND = """
import django
django.setup()
from django.db import transaction
from portal.mail.compose import OutboxMessage
text = "lihat http://localhost/k/abc/\\n"
with transaction.atomic():
    OutboxMessage(key="uji.1", to="a@demo.pasbar.example", subject="Uji", text=text, purpose="sample").send()
"""


def test_a_frozen_server_answers_nobody_and_goes_on_afterwards(native: Native) -> None:
    native["web-2"].freeze()
    with pytest.raises(OSError, match="timed out"):
        native.request("GET", "/healthz/live", web=2, seconds=1)
    native["web-2"].thaw()
    assert native.request("GET", "/healthz/live", web=2)[0] == 200


def checked(native: Native, frozen: bool = False) -> dict[str, bool]:
    """Run the health checks that docker-compose.yml names, all at once, against the native processes.

    The living are given more patience than there, since the machine of a test run is a busy one.
    """
    yaml = pytest.importorskip("yaml")
    services = yaml.safe_load((BASE / "docker-compose.yml").read_text())["services"]
    local = {
        ":8000/": f":{native.ports[0]}/",
        "/tmp/beat": str(native.root / "beat-1.schedule"),
        "-t 10": "-t 2" if frozen else "-t 30",
        "timeout=5": "timeout=2" if frozen else "timeout=30",
        "$$": "$",
    }
    running = {}
    for name in ("web", "worker", "beat"):
        kind, *words = services[name]["healthcheck"]["test"]
        for old, new in local.items():
            words = [word.replace(old, new) for word in words]
        command = words if kind == "CMD" else ["sh", "-c", *words]
        environment = {**native.environment, "HOSTNAME": "1"}
        running[name] = subprocess.Popen(command, cwd=BASE, env=environment, stderr=subprocess.DEVNULL)
    return {name: process.wait(120) == 0 for name, process in running.items()}


def test_the_health_checks_of_compose_tell_the_living_from_the_hanging(native: Native) -> None:
    assert checked(native) == {"web": True, "worker": True, "beat": True}
    for name in ("web-1", "worker-1", "beat-1"):
        native[name].freeze()
    os.utime(native.root / "beat-1.schedule", (time.time() - 120, time.time() - 120))
    try:
        assert checked(native, frozen=True) == {"web": False, "worker": False, "beat": False}
    finally:
        for name in ("web-1", "worker-1", "beat-1"):
            native[name].thaw()


def test_the_proxy_lets_a_commit_happen_and_hides_its_answer(native: Native) -> None:
    native.sql("CREATE TABLE IF NOT EXISTS ambig (n int)")
    native.cut_next_commit()
    with psycopg.connect(native.proxy_url) as connection:
        connection.execute("INSERT INTO ambig VALUES (1)")
        with pytest.raises(psycopg.OperationalError):
            connection.commit()
    deadline = time.monotonic() + 30  # the answer is gone before PostgreSQL has read the COMMIT
    while native.sql("SELECT n FROM ambig") != [(1,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert native.request("GET", "/healthz/ready", web=1)[0] == 200
