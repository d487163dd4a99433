"""`make bench`: the pages of the desk at 10,000 and at a million declarations, five employees to each, in one run.

`SIZES=10000,100000` makes it shorter. A million declarations and five million employees need some
gigabytes and minutes.
"""

import os
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.coverage import counting
from declarations.models import Declaration
from portal.people.models import Employee, Opd
from tests.bench.bench_portal import say, seconds
from tests.factories import World, endorse, sent, unit

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [int(size) for size in os.environ.get("SIZES", "10000,1000000").split(",")]
OFFICES = 200
_NAMES = "{Andi,Budi,Citra,Dewi,Eko,Fitri,Gita,Hadi,Indra,Joko,Kartika,Lestari,Mega,Nanda,Putri,Rahmi,Sari,Tono}"
# waiting cases stay as many as reviewers can have on their desk; what grows with the years is what was decided
_STATUS = "CASE WHEN n % 50 = 0 THEN 'awaiting_review' WHEN n % 50 = 1 THEN 'awaiting_head' ELSE 'approved' END"
_EMPLOYEES = f"""
INSERT INTO people_employee (password, is_superuser, public_id, nip, name, title_prefix, title_suffix, email, email_gov,
    employment_type, employment_text, legal_status, grade, echelon, post, post_kind, unit_id, is_active, is_staff,
    is_demo)
SELECT '!', false, gen_random_uuid(), '7' || lpad(n::text, 17, '0'),
    ('{_NAMES}'::text[])[1 + n %% 18] || ' ' || ('{_NAMES}'::text[])[1 + n / 18 %% 18] || ' ' || to_hex(n),
    '', '', '', '', 'pns', '', 'Aktif', 'III/b', '', 'Guru', 'fungsional', %s + (n %% {OFFICES}), true, false, false
FROM generate_series(%s, %s) n
"""
_COPIED = (
    "answers, revision, version, worst, findings, platforms, kinds, rules, partners, commercial, origin, late, scope, "
    "with_conditions, created_at, edited_at"
)
_DECLARATIONS = f"""
INSERT INTO declarations_declaration (number, status, final, declarant_id, opd_id, due_on, submitted_at, since,
    decided_at, valid_until, search, {_COPIED})
SELECT 'DX-' || n, {_STATUS.replace("%", "%%")}, false, e.id, e.unit_id, current_date + (n %% 30),
    now() - n * interval '20 second', now() - n * interval '20 second',
    CASE WHEN n %% 50 > 1 THEN now() - n * interval '20 second' END,
    CASE WHEN n %% 50 > 1 THEN current_date + 300 END, to_tsvector('simple', 'dx' || n || ' ' || e.name), {_COPIED}
FROM generate_series(%s, %s) n JOIN people_employee e ON e.nip = '7' || lpad(n::text, 17, '0'),
    (SELECT * FROM declarations_declaration WHERE id = %s) AS pattern ({{columns}})
"""


def fill(number: int, *, first_office: int, pattern: Declaration) -> None:
    """Bring the tables to `number` declarations and five times as many employees, all of them really stored."""
    had = Declaration.objects.filter(number__startswith="DX-").count()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # triggers tell others of changes; nobody listens
        cursor.execute(_EMPLOYEES, [first_office, had * 5 + 1, number * 5])
        cursor.execute(
            "SELECT string_agg('p_' || column_name, ', ' ORDER BY ordinal_position), "
            "string_agg(column_name, ', ' ORDER BY ordinal_position) "
            "FROM information_schema.columns WHERE table_name = 'declarations_declaration'"
        )
        columns = ", ".join(
            name if name in _COPIED.split(", ") else f"p_{name}" for name in cursor.fetchone()[1].split(", ")
        )
        cursor.execute(_DECLARATIONS.replace("{columns}", columns), [had + 1, number, pattern.pk])
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE people_employee")
        cursor.execute("VACUUM ANALYZE declarations_declaration")
    offices = list(Opd.objects.values_list("pk", flat=True))
    for start in range(0, len(offices), 100):
        counting.recount(offices[start : start + 100])


def plans(act: Callable[[], object]) -> Iterator[str]:
    """Yield what is read row by row though it is large, for every statement of the act."""
    with CaptureQueriesContext(connection) as queries:
        act()
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            if query["sql"].lstrip().upper().startswith("SELECT"):
                cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"))
                for (line,) in cursor.fetchall():
                    if "Seq Scan on declarations_declaration" in line or "Seq Scan on people_employee" in line:
                        yield line.strip()


def test_pages_of_the_desk_as_the_years_go_by() -> None:
    world = World()
    case = endorse(sent(world.teacher))
    offices = [unit(f"Dinas Contoh {index}", code=f"DC{index}") for index in range(OFFICES)]
    client = Client()
    client.force_login(world.reviewer)
    pages = {
        "queue, first page": "/tinjau/antrean/",
        "status and OPD filter": f"/tinjau/antrean/?status=awaiting_review&opd={offices[0].code}",
        "all that was decided": "/tinjau/antrean/?status=approved",
        "search of a name": "/tinjau/antrean/?q=rahmi+putri",
        "search of a number": "/tinjau/antrean/?q=dx-4711",
        "coverage board": "/laporan/cakupan/",
        "summary": "/tinjau/",
        "case": f"/tinjau/{case.number}/",
    }
    first: dict[str, float] = {}
    asked: dict[str, int] = {}
    for size in SIZES:
        started = time.perf_counter()
        fill(size, first_office=offices[0].pk, pattern=case)
        people = Employee.objects.count()
        say(f"{size:,} declarations, {people:,} employees, made in {time.perf_counter() - started:.0f} s")
        for name, address in pages.items():

            def look(address: str = address) -> None:
                assert client.get(address).status_code == 200

            taken = seconds(look)
            with CaptureQueriesContext(connection) as queries:
                look()
            ratio = taken / first.setdefault(name, taken)
            same = "" if asked.setdefault(name, len(queries)) == len(queries) else f" (was {asked[name]})"
            read = sorted(set(plans(look)))
            say(f"{name:>22}: {taken * 1000:6.1f} ms, {ratio:.2f}x, {len(queries)} queries{same} {' | '.join(read)}")
