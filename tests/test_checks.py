"""Settings that must not go together stop the start with a sentence."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal import checks
from tests.servers import BASE

LONG = "k" * 50


def ids(check: Any) -> list[str | None]:
    return [message.id for message in check()]


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"])
def test_demo_runs_on_this_machine(settings: Any, url: str) -> None:
    settings.DEMO, settings.PORTAL_URL = True, url
    assert ids(checks.demo_stays_at_home) == []


@pytest.mark.parametrize(
    "url", ["https://deklarasi.pasamanbaratkab.go.id", "http://192.168.1.5:8000", "http://localhost.x.id"]
)
def test_demo_is_refused_on_an_address_others_can_open(settings: Any, url: str) -> None:
    settings.DEMO, settings.PORTAL_URL = True, url
    assert ids(checks.demo_stays_at_home) == ["portal.E001"]
    settings.DEMO = False
    assert ids(checks.demo_stays_at_home) == []


def test_short_keys_are_refused_outside_the_demo(settings: Any) -> None:
    settings.DEMO, settings.SECRET_KEY, settings.FIELD_KEYS = False, LONG[1:], [LONG, LONG[1:]]
    assert ids(checks.keys_are_long) == ["portal.E002", "portal.E002"]
    settings.SECRET_KEY, settings.FIELD_KEYS = LONG, [LONG]
    assert ids(checks.keys_are_long) == []


def test_an_outside_address_needs_https(settings: Any) -> None:
    settings.PORTAL_URL = "http://deklarasi.example.go.id"
    assert ids(checks.the_outside_is_encrypted) == ["portal.E003"]
    settings.PORTAL_URL = "https://deklarasi.example.go.id"
    assert ids(checks.the_outside_is_encrypted) == []


def test_the_address_in_mails_must_be_an_allowed_host_and_no_other_may_be(settings: Any) -> None:
    settings.PORTAL_URL, settings.ALLOWED_HOSTS = "https://deklarasi.example.go.id", ["*"]
    assert ids(checks.the_host_is_allowed) == ["portal.E004", "portal.E005"]
    settings.ALLOWED_HOSTS = ["deklarasi.example.go.id"]
    assert ids(checks.the_host_is_allowed) == []


def test_answers_without_a_key_of_their_own_are_a_warning(settings: Any) -> None:
    settings.DEMO, settings.SECRET_KEY, settings.FIELD_KEYS = False, LONG, [LONG]
    assert ids(checks.answers_have_their_own_key) == ["portal.W001"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", "Variabel lingkungan SECRET_KEY belum diisi"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL harus berbentuk"),
        ("PORTAL_URL", "localhost", "PORTAL_URL harus berupa alamat"),
        ("DEMO", "ya", "DEMO harus 0 atau 1"),
        ("EMAIL_URL", "mail.example", "EMAIL_URL harus berbentuk"),
        ("EMAIL_URL", "smtp+tls://surel:geh/eim@mail.example:587", "EMAIL_URL tidak terbaca sebagai alamat"),
        ("DATABASE_URL", "postgresql://portal:geh#eim@postgres:5432/portal", "DATABASE_URL tidak terbaca"),
        ("PORTAL_URL", "https://[deklarasi", "PORTAL_URL tidak terbaca"),
    ],
)
def test_a_wrong_variable_ends_a_command_with_one_sentence(name: str, value: str, sentence: str) -> None:
    environment = {**os.environ, name: value}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert "Traceback" not in done.stderr
    assert "eim" not in done.stderr  # a secret is not repeated


@pytest.mark.parametrize("value", ["dua", "0", "-1", "2.5"])
def test_a_wrong_number_of_web_processes_ends_the_start_with_one_sentence(value: str) -> None:
    environment = {**os.environ, "WEB_WORKERS": value}
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--check-config"]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("WEB_WORKERS harus bilangan bulat")
    assert "Traceback" not in done.stderr


def test_the_example_names_every_variable_and_no_other() -> None:
    read = {"PORT", "DATA_DIR", "TEST_DATABASE_URL", "TEST_REDIS_URL"}  # by make run and the tests
    hidden = {"STATICFILES_BACKEND"}  # only the tests change it
    read |= set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (BASE / "portal" / "settings.py").read_text()))
    read |= set(re.findall(r"\$\{([A-Z_]+)", (BASE / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^([A-Z_]+)=", (BASE / ".env.example").read_text(), re.MULTILINE))
    assert named == read - hidden


@pytest.mark.django_db
def test_an_older_postgresql_is_refused_before_anything_is_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations would pass on 17; the first import of people would not."""
    monkeypatch.setattr(connection, "get_database_version", lambda: (17, 4))
    with pytest.raises(CommandError, match="PostgreSQL 17; portal memerlukan PostgreSQL 18"):
        call_command("prepare", "--skip-static")
