"""`make bench`: 100,000 rows of the queue as CSV and XLSX beside COPY TO, and mails through a worker beside smtplib."""

import os
import smtplib
import time
from email import policy
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from approvals.exports import background
from portal.mail.compose import OutboxMessage
from portal.mail.models import OutgoingEmail, State
from tests.bench import filling
from tests.bench.memory import grown
from tests.bench.serving import Site, megabytes, say
from tests.exports import PURPOSE, ask_for_csv, proven_visitor, workers_of
from tests.factories import World, endorse, sent
from tests.smtp import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = int(os.environ.get("ROWS", "100000"))
MAILS = int(os.environ.get("MAILS", "300"))
_COPY = """
COPY (SELECT d.number, d.status, e.name, e.nip, e.post, u.name, o.name, d.platforms, d.kinds, d.commercial, d.rules,
    d.worst, d.submitted_at, d.due_on, d.valid_until, r.name
FROM declarations_declaration d JOIN people_employee e ON e.id = d.declarant_id JOIN people_opd u ON u.id = e.unit_id
LEFT JOIN people_opd o ON o.id = d.opd_id LEFT JOIN people_employee r ON r.id = d.reviewer_id
WHERE d.submitted_at IS NOT NULL AND d.status = 'approved'
ORDER BY d.submitted_at, d.id) TO STDOUT WITH (FORMAT csv, DELIMITER ';')
"""


def copied() -> float:
    """Return the seconds in which the database alone gives the same table."""
    started = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(_COPY) as out:
        size = sum(len(piece) for piece in out)
    assert size > ROWS * 50
    return time.perf_counter() - started


def test_export_against_copy_to(process_environment: dict[str, str], tmp_path: Path) -> None:
    world = World()
    case = endorse(sent(world.teacher))
    filling.fill(ROWS, pattern=case.pk, head=world.head.pk)
    with Site(process_environment, tmp_path) as site:
        visitor = proven_visitor(site, world.reviewer)
        ask_for_csv(visitor, "?status=awaiting_review")  # the workers have met the page
        with grown(*workers_of(site)) as memory:
            started = time.perf_counter()
            answer = ask_for_csv(visitor, "?status=approved")
            seconds = time.perf_counter() - started
    lines = answer.body.count(b"\r\n")
    assert lines > ROWS * 0.9
    floor = copied()
    rate = f"{lines / seconds:,.0f} rows/s, {seconds / floor:.1f}x COPY TO ({floor:.2f} s)"
    say(f"CSV of {lines - 1:,} cases, {len(answer.body) / 1e6:.0f} MB: {rate}, workers {memory.megabytes:+.1f} MB")
    order = background.order(world.reviewer, "status=approved", PURPOSE, lines)
    started = time.perf_counter()
    with grown() as memory:
        assert background.make(order.pk)
    seconds = time.perf_counter() - started
    say(f"XLSX of the same by the worker's code: {lines / seconds:,.0f} rows/s, {memory.megabytes:+.1f} MB")


def test_mails_against_smtplib(smtp_sink: SmtpSink, start_worker: Any) -> None:
    world = World()
    sent(world.teacher)  # a case sends two mails: one of them is the pattern
    pattern = OutgoingEmail.objects.latest("pk")
    worker = start_worker()
    smtp_sink.wait_for(2, 60)
    bytes_of = smtp_sink.messages[-1].as_bytes(policy=policy.SMTP)
    rest = megabytes(worker.pid)
    already = len(smtp_sink.messages)
    with transaction.atomic():
        for number in range(MAILS):
            message = OutboxMessage(
                key=f"bench.{number}", to=pattern.to, subject=pattern.subject, text=pattern.text, purpose="bench",
                html=pattern.html, secret={"link": "https://portal.example/k/x/"},
            )  # fmt: skip
            message.send()
        started = time.perf_counter()
    smtp_sink.wait_for(already + MAILS, 300)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as floor:
        for _number in range(MAILS):
            floor.sendmail("portal@demo.pasbar.example", [pattern.to], bytes_of)
    bare = time.perf_counter() - started
    deadline = time.monotonic() + 60
    while OutgoingEmail.objects.filter(purpose="bench").exclude(state=State.SENT).exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    say(
        f"{MAILS} mails of {len(bytes_of) / 1024:.0f} kB through outbox and worker: {MAILS / seconds:.0f}/s, "
        f"{seconds / bare:.1f}x smtplib on one connection ({MAILS / bare:.0f}/s); "
        f"worker {rest:.0f} MB at rest, {megabytes(worker.pid):.0f} MB after"
    )
