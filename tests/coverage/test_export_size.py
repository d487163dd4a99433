"""A hundred thousand rows of the queue leave a real gunicorn while its memory stays as it was."""

from pathlib import Path

import pytest
from django.db import connection

from approvals import workflow
from declarations.models import Declaration
from portal.audit.models import AuditEvent
from tests.bench.memory import grown
from tests.bench.serving import Site
from tests.exports import ask_for_csv, proven_visitor, workers_of
from tests.factories import World, draft

ROWS = 100_000
MOST = 12  # MB for both workers together; the file has more than that
_COPIED = (
    "declarant_id, opd_id, answers, revision, version, worst, findings, platforms, kinds, rules, partners, commercial, "
    "origin, late, scope, search, created_at, edited_at, submitted_at, since, due_on, final, with_conditions"
)


def multiply(pattern: Declaration, number: int) -> None:
    """Add so many waiting cases by copying one that was really sent."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # triggers tell others of changes; nobody listens
        cursor.execute(
            f"INSERT INTO declarations_declaration (number, status, {_COPIED}) SELECT 'DX-' || n, 'awaiting_review', "
            f"{_COPIED} FROM declarations_declaration, generate_series(1, %s) n WHERE id = %s",
            [number, pattern.pk],
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE declarations_declaration")


@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_rows_leave_with_flat_memory(process_environment: dict[str, str], tmp_path: Path) -> None:
    """[F15]"""
    world = World()
    multiply(workflow.submit(draft(world.teacher), by=world.teacher), ROWS - 1)
    with Site(process_environment, tmp_path) as site:
        for _connection in range(6):  # both workers have met the page
            visitor = proven_visitor(site, world.reviewer)
            ask_for_csv(visitor, "?status=awaiting_head")
        with grown(*workers_of(site)) as memory:
            answer = ask_for_csv(visitor)
    print(f"{ROWS} rows in {answer.seconds:.1f} s, {memory.megabytes:+.1f} MB")
    lines = answer.body.decode("utf-8-sig").splitlines()
    assert len(lines) == ROWS + 1
    assert len({line.split(";")[0] for line in lines[1:]}) == ROWS
    assert len(answer.body) > MOST * 1024 * 1024
    assert memory.megabytes < MOST
    assert AuditEvent.objects.filter(event="queue_exported").latest("pk").data["rows"] == ROWS
