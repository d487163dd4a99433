"""check_invariants finds mail that is left lying, links that were not wiped, and an altered audit log."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from portal.audit.log import record
from portal.mail.compose import OutboxMessage
from portal.mail.models import OutgoingEmail
from portal.mail.tasks import sweep
from tests.smtp import SmtpSink

pytestmark = pytest.mark.django_db
Sample = Callable[..., OutboxMessage]


def broken() -> str:
    """Return what the command complains about; nothing when every promise is kept."""
    complaints = StringIO()
    code = 0
    try:
        call_command("check_invariants", stdout=StringIO(), stderr=complaints)
    except SystemExit as ended:
        code = ended.code
    assert code == (1 if complaints.getvalue() else 0)
    return complaints.getvalue()


def test_a_healthy_portal_keeps_every_promise(sample: Sample, smtp_sink: SmtpSink) -> None:
    record("x", sample("uji.1").send(), by=None)
    sweep()
    sample("uji.2", not_before=timezone.now() + timedelta(days=3)).send()
    sample("uji.3", to="").send()
    assert broken() == ""


@pytest.mark.parametrize(("bulk", "minutes", "late"), [(False, 9, False), (False, 11, True), (True, 50, False)])
def test_mail_left_lying_is_found_by_its_class(sample: Sample, bulk: bool, minutes: int, late: bool) -> None:
    sample(bulk=bulk).send()
    OutgoingEmail.objects.update(next_at=timezone.now() - timedelta(minutes=minutes))
    assert ("I5 " in broken()) is late


def test_a_kept_link_is_found_outside_the_demo(sample: Sample, smtp_sink: SmtpSink, settings: Any) -> None:
    sample(secret={"link": "https://portal.example/k/abc/"}).send()
    sweep()
    assert broken() == ""
    settings.DEMO = False
    assert "I5b" in broken()


def test_an_altered_audit_line_is_found(sample: Sample) -> None:
    record("x", sample(to="").send(), by=None)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_auditevent SET actor_name = 'Orang lain'")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert "I11" in broken()
