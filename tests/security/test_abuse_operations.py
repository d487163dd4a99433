"""[H..] [O..] [X..] Abuse of deployment, record and text, reference/security.md 2.5; each test names its numbers."""

import json
import logging
import os
import socket
import subprocess
import sys
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from approvals import links
from declarations.status import Status
from portal import env, snapshot
from portal.accounts import denials
from portal.accounts.denials import AN_HOUR
from portal.audit.log import fingerprint, record, verify_all
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from tests import dependencies
from tests.audit.test_log import tamper
from tests.factories import PASSWORD, World, declaration_at, sent, step_of
from tests.security.test_access_matrix import Town, address_of, addresses, town  # noqa: F401
from tests.servers import BASE


@pytest.fixture
def world(db: None) -> World:
    return World()


OVER_HTTPS = """
import json, django; django.setup()
from django.conf import settings
from django.test import Client
from approvals.views import link, mailed_list
from portal.accounts import access
client = Client(headers={"host": "deklarasi.example.go.id"})
answer = client.get("/masuk/?bahasa=en", secure=True)
named = [link._COOKIE, mailed_list._COOKIE, access.COOKIE, settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME]
seen = answer.cookies.items()
cookies = {name: [bool(c["secure"]), bool(c["httponly"]), c["samesite"], c["path"]] for name, c in seen}
headers = dict(answer.headers)
print(json.dumps({"named": named, "cookies": cookies, "headers": headers, "status": answer.status_code}))
"""


def test_h01_h02_over_https_every_cookie_is_bound_and_every_header_is_there() -> None:
    given = {**os.environ, "PORTAL_URL": "https://deklarasi.example.go.id", "ALLOWED_HOSTS": "", "DEMO": "0"}
    command = [sys.executable, "-W", "ignore", "-c", OVER_HTTPS]
    done = subprocess.run(command, cwd=BASE, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["status"] == 200
    assert said["named"] == ["__Secure-kunci", "__Secure-daftar", "__Host-isian", "__Host-sessionid", "__Host-bahasa"]
    assert set(said["cookies"]) == {"__Host-csrftoken", "__Host-bahasa"}
    assert all(values == [True, True, "Lax", "/"] for values in said["cookies"].values()), said["cookies"]
    headers = said["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy  # object-src and worker-src fall back to it
    assert not {"unsafe-inline", "unsafe-eval", "http:", "*"} & set(policy.replace(";", " ").replace("'", "").split())


def test_h01_static_files_redirects_and_errors_carry_the_headers_too(client: Client) -> None:
    for path in ("/static/portal.css", "/static/tidak-ada.css", "/deklarasi/", "/masuk/kode", "/%00"):
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], (path, answer.status_code)
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert "camera=()" in answer["Permissions-Policy"], path


def test_h03_behind_the_front_only_what_the_front_noted_last_counts(world: World) -> None:
    client = Client()
    answers = [
        client.post(
            "/masuk/",
            {"login": f"orang{number}", "password": "salah sekali ini"},
            secure=True,
            headers={"x-forwarded-for": f"1.2.3.{number}, 203.0.113.9"},
        ).status_code
        for number in range(102)
    ]
    assert answers[:100] == [422] * 100
    assert answers[100:] == [429] * 2


def test_o02_a_log_whose_end_was_cut_off_is_seen_by_the_mark_in_the_operators_mail(world: World) -> None:
    for number in range(12):
        record("x", world.dinas, by=None, chain="case:1", n=number)
        record("x", world.dinas, by=None, chain="case:2", n=number)
    mark = fingerprint()
    tamper("DELETE FROM audit_auditevent WHERE chain = 'case:1' AND seq > 2")
    assert list(verify_all()) == []  # what is left hangs together: only a mark kept elsewhere shows it
    cut = fingerprint()
    assert cut != mark
    tamper("DELETE FROM audit_auditevent WHERE chain = 'case:2'")
    assert fingerprint() not in (mark, cut)


def test_o03_refusals_and_failed_logins_are_events_without_secrets(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(world.teacher)
    for _time in range(AN_HOUR + 5):
        assert client.get("/tinjau/").status_code == 403
    events = AuditEvent.objects.filter(event="access_denied", actor_id=world.teacher.pk)
    assert events.count() == AN_HOUR  # the request log has every one; nobody fills the audit log at will
    first = events.earliest("seq")
    assert (first.data["view"], first.data["method"]) == ("approvals:summary", "GET")
    assert len(first.data["from"]) == 12
    client.logout()
    with caplog.at_level(logging.WARNING):
        client.post("/masuk/", {"login": world.teacher.nip, "password": "rahasia yang salah"})
        client.post("/masuk/", {"login": "199999999999999999", "password": "rahasia yang salah"})
    (failed,) = AuditEvent.objects.filter(event="login_failed")
    assert failed.subject_id == str(world.teacher.pk)
    told = " ".join(line.getMessage() for line in caplog.records if "login failed" in line.getMessage())
    assert told.count("login failed") == 2
    everything = told + json.dumps([failed.data, first.data]) + failed.subject_label
    for secret in (str(world.teacher.nip), "199999999999999999", "rahasia", "203.0.113.9"):
        assert secret not in everything
    assert list(verify_all()) == []


def test_o03_no_method_and_no_trouble_with_the_log_turns_a_refusal_into_an_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.teacher)
    assert client.generic("198504122010012901", "/profil/bahasa/").status_code == 403
    assert AuditEvent.objects.get(event="access_denied").data["method"] == "other"

    def locked(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(denials, "hit", locked)
    assert client.get("/tinjau/").status_code == 403


def test_r10_o03_writing_a_failed_login_down_costs_the_same_for_nobodys_account(world: World) -> None:
    work = []
    for typed in (str(world.teacher.nip), "199912312020121001"):
        with CaptureQueriesContext(connection) as queries:
            Client().post("/masuk/", {"login": typed, "password": "salah sekali ini"})
        work.append(sorted(each["sql"].split()[0] for each in queries if "SAVEPOINT" not in each["sql"]))
    assert work[0] == work[1]


def test_o06_valkey_answers_only_this_machine_and_only_with_its_password() -> None:
    at = urlsplit(settings.REDIS_URL)
    assert at.hostname == "127.0.0.1"
    if not at.password:
        pytest.skip("TEST_REDIS_URL names a server without a password")
    with socket.create_connection((at.hostname, at.port or 6379), timeout=5) as line:
        for command in (b"PING\r\n", b"CONFIG SET dir /tmp\r\n", b"FLUSHALL\r\n", b"AUTH salah\r\n"):
            line.sendall(command)
            answer = line.recv(200)
            assert answer.startswith((b"-NOAUTH", b"-WRONGPASS")), (command, answer)


def test_a_database_elsewhere_is_asked_over_tls_when_its_address_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    base = "postgresql://portal:x@db.example:5432/portal"
    monkeypatch.setenv("DATABASE_URL", f"{base}?sslmode=verify-full&sslrootcert=/run/secrets/ca")
    given = env.database("DATABASE_URL", {"connect_timeout": 5})
    assert given["OPTIONS"] == {"connect_timeout": 5, "sslmode": "verify-full", "sslrootcert": "/run/secrets/ca"}
    assert given["NAME"] == "portal"
    monkeypatch.setenv("DATABASE_URL", f"{base}?sslmod=verify-full")  # a slip must not mean: without TLS
    with pytest.raises(env.EnvError, match="sslmod"):
        env.database("DATABASE_URL", {})


@pytest.mark.django_db(transaction=True)
def test_o09_a_stolen_backup_gives_away_no_secret_without_the_key(tmp_path: Path, settings: Any) -> None:
    world = World()
    secret = "Saya pernah berbagi poster calon bupati."
    case = sent(world.teacher, C6F="YA", C6F_TEXT=secret)
    file = tmp_path / "cadangan.zip"
    call_command("backup", file, stdout=StringIO())
    with zipfile.ZipFile(file) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert case.number.encode() in everything  # it is the whole database, in clear where it need not be sealed
    token = links.token_for(step_of(case)).split(":")[0]
    waiting = OutgoingEmail.objects.get(case=case.number, purpose="head_request")
    assert waiting.secret
    for hidden in (
        secret,
        token,
        links.hand_code(step_of(case)),
        PASSWORD,
        settings.SECRET_KEY,
        settings.FIELD_KEYS[0],
    ):
        assert hidden.encode() not in everything, hidden[:6]
    settings.FIELD_KEYS = ["kunci-pencuri" * 5]
    with pytest.raises(CommandError):
        call_command("rotate_keys")


def test_o12_the_audit_believes_only_a_service_that_knows_old_holes(capsys: pytest.CaptureFixture[str]) -> None:
    def service(*, knows: bool, hole: str = "", whole: bool = True) -> Any:
        def audit(file: Path) -> dict[str, list[str]] | None:
            if "control" in file.name:
                return {"django 2.2.0": ["PYSEC-2019-10"] if knows else []}
            return {"django 5.2.19": [hole] if hole else [], "celery 5.5": []} if whole else None

        return audit

    assert dependencies.main(service(knows=False)) == 0
    said = capsys.readouterr().out
    assert "Tidak satu paket pun diaudit" in said
    assert "tanpa" not in said
    assert dependencies.main(lambda _file: None) == 0
    assert "Tidak satu paket pun diaudit" in capsys.readouterr().out
    assert dependencies.main(service(knows=True)) == 0
    assert "2 paket diaudit, 0 dengan celah" in capsys.readouterr().out
    assert dependencies.main(service(knows=True, hole="PYSEC-2026-1")) == 1
    assert "django 5.2.19: PYSEC-2026-1" in capsys.readouterr().out
    assert dependencies.main(service(knows=True, whole=False)) == 1
    assert "python -m tests.dependencies" in (BASE / "Makefile").read_text().replace("$(BIN)/", "")


def test_x08_f13_a_form_beyond_six_megabytes_is_a_413_and_stores_nothing(world: World) -> None:
    case = declaration_at(Status.DRAFT, world)
    client = Client()
    client.force_login(world.teacher)
    before = snapshot.digests()
    for path in (f"/deklarasi/{case.number}/waktu/", "/cek/", "/profil/kata-sandi/"):
        answer = client.post(path, "a=" + "x" * 10_000_000, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 413, path
        assert "terlalu besar" in answer.content.decode()
    assert snapshot.digests() == before


def test_x11_whatever_breaks_in_any_view_the_page_holds_a_reference_and_nothing_else(
    town: Town,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(*_args: object, **_kwargs: object) -> None:
        raise ValueError("SELECT rahasia FROM people_employee WHERE nip = 198504122010012901")

    client, asked = town.clients["declarant"], 0
    for name, pattern in addresses():
        address = address_of(name, town)
        monkeypatch.setattr(pattern, "callback", breaks)
        answer = client.get(address)
        monkeypatch.undo()
        body = answer.content.decode()
        asked += 1
        assert isinstance(pattern, URLPattern)
        assert answer.status_code == 500, name
        assert 'class="ref"' in body, name
        assert not [word for word in ("rahasia", "ValueError", "Traceback", "198504") if word in body], name
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert asked > 150
