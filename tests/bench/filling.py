"""Fills a database with declarations and five times as many employees, all of them really stored.

`make bench` uses it, and so can whoever wants to look at a portal of that size while `make run` is up:

    .venv/bin/python -m tests.bench.filling 1000000
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

OFFICES = 200
_NAMES = "{Andi,Budi,Citra,Dewi,Eko,Fitri,Gita,Hadi,Indra,Joko,Kartika,Lestari,Mega,Nanda,Putri,Rahmi,Sari,Tono}"
# one in fifty waits for BKPSDM, one for a head; the rest is what the years have left behind
_STATUS = "CASE WHEN n % 50 = 0 THEN 'awaiting_review' WHEN n % 50 = 1 THEN 'awaiting_head' ELSE 'approved' END"
_OFFICES = f"""
INSERT INTO people_opd (name, code, kind, head_title, is_active)
SELECT 'Dinas Contoh ' || n, 'DC' || n, 'opd', '', true FROM generate_series(0, {OFFICES - 1}) n
ON CONFLICT DO NOTHING
"""
# two of eighteen given names, and one of 4,096 that are as rare as a surname
_EMPLOYEES = f"""
INSERT INTO people_employee (password, is_superuser, public_id, nip, name, title_prefix, title_suffix, email, email_gov,
    employment_type, employment_text, legal_status, grade, echelon, post, post_kind, unit_id, is_active, is_staff,
    is_demo)
SELECT '!', false, gen_random_uuid(), '7' || lpad(n::text, 17, '0'),
    ('{_NAMES}'::text[])[1 + n %% 18] || ' ' || ('{_NAMES}'::text[])[1 + n / 18 %% 18] || ' ' || to_hex(n %% 4096),
    '', '', '', '', 'pns', '', 'Aktif', 'III/b', '', 'Guru', 'fungsional', o.id, true, false, true
FROM generate_series(%s, %s) n JOIN people_opd o ON o.code = 'DC' || n %% {OFFICES}
"""
_COPIED = (
    "answers, revision, version, platforms, kinds, rules, partners, commercial, origin, late, scope, "
    "with_conditions, created_at, edited_at"
)
_DECLARATIONS = f"""
INSERT INTO declarations_declaration (number, status, final, declarant_id, opd_id, due_on, submitted_at, since,
    decided_at, valid_until, search, worst, findings, {_COPIED})
SELECT 'DX-' || n, {_STATUS.replace("%", "%%")}, false, e.id, e.unit_id,
    CASE WHEN n %% 50 <= 1 THEN current_date + (n %% 30) END,
    now() - n * interval '20 second', now() - n * interval '20 second',
    CASE WHEN n %% 50 > 1 THEN now() - n * interval '20 second' END,
    CASE WHEN n %% 50 > 1 THEN current_date + 300 END, to_tsvector('simple', 'dx' || n || ' ' || e.name),
    CASE WHEN n %% 49 = 0 THEN 'block' WHEN n %% 49 = 1 THEN 'warn' ELSE '' END, (n %% 49 < 2)::int,
    {", ".join("p." + name for name in _COPIED.split(", "))}
FROM generate_series(%s, %s) n JOIN people_employee e ON e.nip = '7' || lpad(n::text, 17, '0')
JOIN declarations_declaration p ON p.id = %s
"""
_SNAPSHOTS = """
INSERT INTO declarations_snapshot (declaration_id, version, content, digest, policy, policy_version, created_at)
SELECT d.id, d.version, p.content, p.digest, p.policy, p.policy_version, d.submitted_at
FROM declarations_declaration d
JOIN (SELECT * FROM declarations_snapshot WHERE declaration_id = %s ORDER BY version DESC LIMIT 1) p ON true
WHERE d.id > %s AND d.number LIKE 'DX-%%'
"""
_STEPS = """
INSERT INTO approvals_step (declaration_id, snapshot_id, stage, assigned_to_id, opd_id, capacity, post, because,
    second_look, inspectorate_decides, second_reviewer, link_version, opened_at, reminders, due_on, outcome,
    reason_code, reason, marks, decided_by_id, decided_at, via, cancelled_because)
SELECT d.id, s.id, stage, head, d.opd_id, '', '', '', false, false, false, 1, d.submitted_at, 0, d.due_on,
    CASE WHEN done THEN 'endorsed' ELSE '' END, '', '', '[]', CASE WHEN done THEN head END,
    CASE WHEN done THEN d.submitted_at END, CASE WHEN done THEN 'link' ELSE '' END, ''
FROM declarations_declaration d JOIN declarations_snapshot s ON s.declaration_id = d.id
CROSS JOIN LATERAL (VALUES ('head', d.status <> 'awaiting_head'), ('review', d.status = 'approved')) AS t (stage, done)
CROSS JOIN (SELECT %s::bigint AS head) AS h
WHERE d.id > %s AND d.number LIKE 'DX-%%' AND (stage = 'head' OR d.status <> 'awaiting_head')
"""
_TABLES = ("people_employee", "declarations_declaration", "declarations_snapshot", "approvals_step")


def fill(number: int, *, pattern: int, head: int) -> None:
    """Bring the tables to `number` copies of the case with the key `pattern` and five times as many employees.

    Each case has its snapshot and its steps, the one before the head asked of `head`. Copies are numbered DX-1 on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        with transaction.atomic(), _without_indexes(cursor):
            _insert(cursor, number, pattern, head)
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
    _recount()


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Rows first, then each index at once by sorting: a third of the time. Whole or not at all, in one transaction."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef NOT LIKE 'CREATE UNIQUE%%' "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [list(_TABLES)],
    )
    dropped = cursor.fetchall()
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for name, _definition in dropped:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in dropped:
        cursor.execute(definition)


def _insert(cursor: Any, number: int, pattern: int, head: int) -> None:
    cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM declarations_declaration WHERE number LIKE 'DX-%'")
    had, last = cursor.fetchone()
    cursor.execute(_OFFICES)
    cursor.execute("UPDATE people_opd SET office_id = id WHERE office_id IS NULL AND kind = 'opd'")
    cursor.execute("SET LOCAL session_replication_role = replica")  # triggers tell others of changes; nobody listens
    cursor.execute(_EMPLOYEES, [had * 5 + 1, number * 5])
    cursor.execute(_DECLARATIONS, [had + 1, number, pattern])
    cursor.execute(_SNAPSHOTS, [pattern, last])
    cursor.execute(_STEPS, [head, last])


def empty() -> None:
    """Remove every copy and every employee made for them."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        copies = "SELECT id FROM declarations_declaration WHERE number LIKE 'DX-%'"
        cursor.execute(f"DELETE FROM approvals_step WHERE declaration_id IN ({copies})")
        cursor.execute(f"DELETE FROM declarations_snapshot WHERE declaration_id IN ({copies})")
        cursor.execute("DELETE FROM declarations_declaration WHERE number LIKE 'DX-%'")
        cursor.execute("DELETE FROM people_employee WHERE nip LIKE '70%' AND is_demo AND length(nip) = 18")
        cursor.execute("SET session_replication_role = origin")
        for table in _TABLES:
            cursor.execute(f"VACUUM FULL {table}")


def _recount() -> None:
    from approvals.coverage import counting
    from portal.people.models import Opd

    offices = list(Opd.objects.values_list("pk", flat=True))
    for start in range(0, len(offices), 100):
        counting.recount(offices[start : start + 100])


def main() -> None:
    """Fill the database of the portal that runs here; only one with demo data, never a real one."""
    import django
    from django.conf import settings

    from portal.runenv import load_run_env

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    load_run_env()
    django.setup()
    if not settings.DEMO:
        sys.exit("Hanya untuk portal dengan data fiktif (DEMO=1).")
    from declarations.models import Declaration

    pattern = Declaration.objects.filter(status="awaiting_review").exclude(number__startswith="DX-").earliest("pk")
    head = pattern.steps.filter(stage="head").latest("pk").assigned_to_id
    started, number = time.perf_counter(), int(sys.argv[1])
    fill(number, pattern=pattern.pk, head=head)
    print(f"{number:,} deklarasi, {number * 5:,} pegawai: {time.perf_counter() - started:.0f} detik")  # noqa: T201


if __name__ == "__main__":
    main()
