"""The test harness itself: real servers, a browser where there is one."""

from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage as DjangoMessage
from django.db import connection

from tests.schedule import FIRST, TOGETHER, Scheduling
from tests.servers import BASE
from tests.smtp import SmtpSink


@pytest.mark.django_db
def test_the_database_is_a_real_postgresql_18() -> None:
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        assert cursor.fetchone()[0].startswith("18")


def test_the_broker_answers_over_the_redis_protocol() -> None:
    assert redis.Redis.from_url(settings.REDIS_URL).ping()


def send(timeout: float = 1) -> None:
    transport = {**settings.EMAIL_TRANSPORT, "timeout": timeout}
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", **transport)
    DjangoMessage("Uji", "isi", "a@demo.example", ["b@demo.example"], connection=connection).send()


def test_the_smtp_server_takes_a_mail(smtp_sink: SmtpSink) -> None:
    send()
    assert [m["Subject"] for m in smtp_sink.wait_for(1)] == ["Uji"]


@pytest.mark.parametrize("mode", ["451", "550", "hang", "drop"])
def test_the_smtp_server_misbehaves_when_told(smtp_sink: SmtpSink, mode: Any) -> None:
    smtp_sink.mode = mode
    with pytest.raises(OSError):  # noqa: PT011  (smtplib has a class for each way to fail, all of them OSError)
        send()
    assert (smtp_sink.attempts, smtp_sink.messages) == (1, [])


def test_the_smtp_server_keeps_a_mail_it_never_confirms(smtp_sink: SmtpSink) -> None:
    smtp_sink.mode = "accept_then_hang"
    with pytest.raises(OSError, match="timed out"):
        send()
    assert len(smtp_sink.messages) == 1


def test_tests_that_start_whole_portals_are_one_unit_and_all_others_are_units_of_their_own(
    pytestconfig: pytest.Config,
) -> None:
    assert [path for path in FIRST if not (BASE / path).exists()] == []
    scope_of = object.__new__(Scheduling)._split_scope
    assert scope_of("tests/test_run.py::test_a") == scope_of("tests/drill/test_native.py::test_b[c::d]")
    assert len({scope_of(f"{path}::test_a") for path in TOGETHER}) == 2
    assert scope_of("tests/test_ui.py::test_a") != scope_of("tests/test_ui.py::test_b")
    assert pytestconfig.pluginmanager.has_plugin("tests.schedule")
