"""`make bench`: 100,000 people through `import_roster --apply` beside COPY of the same rows; ROWS=… for fewer."""

import os
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from portal.people.models import Employee
from portal.people.roster import import_roster
from tests.bench.memory import grown
from tests.bench.serving import say
from tests.factories import World, unit
from tests.people.files import employee, write_csv

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = int(os.environ.get("ROWS", "100000"))


def copied(columns: str) -> float:
    """Return the seconds that COPY takes for what the import stored, into a table with the same indexes."""
    with transaction.atomic(), connection.cursor() as cursor:
        where = f"COPY (SELECT {columns} FROM people_employee WHERE roster_id LIKE 'D-%') TO STDOUT"
        with cursor.copy(where) as out:
            data = b"".join(bytes(piece) for piece in out)
        cursor.execute("CREATE TEMPORARY TABLE floor (LIKE people_employee INCLUDING ALL) ON COMMIT DROP")
        started = time.perf_counter()
        with cursor.copy(f"COPY floor ({columns}) FROM STDIN") as into:
            into.write(data)
        return time.perf_counter() - started


def test_roster_against_copy(tmp_path: Path) -> None:
    world = World()
    unit("SD Negeri 92 Contoh", parent=world.dinas, roster_id="U-SD")
    fresh = write_csv(tmp_path / "baru.csv", (employee(number) for number in range(ROWS)), separator=";")
    few = (employee(number, **({"JABATAN_NAMA": "Pengawas"} if number % 25 == 0 else {})) for number in range(ROWS))
    changed = write_csv(tmp_path / "berubah.csv", few, separator=";")
    taken: dict[str, float] = {}
    memory: dict[str, float] = {}
    for name, path, new in (("new", fresh, ROWS), ("unchanged", fresh, 0), ("one in 25 changed", changed, 0)):
        started = time.perf_counter()
        with grown() as more:
            plan = import_roster(path, apply=True)
        taken[name], memory[name] = time.perf_counter() - started, more.megabytes
        assert plan.applied is not None
        assert (plan.totals.read, plan.totals.rejected, plan.applied["new"]) == (ROWS, 0, new)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE people_employee")  # autovacuum's work, at once
    columns = ", ".join(field.column for field in Employee._meta.concrete_fields if field.column != "id")
    floor = copied(columns)
    say(f"COPY of {ROWS:,} people into a table with the same indexes: {ROWS / floor:,.0f} rows/s")
    for name, seconds in taken.items():
        rate = f"{ROWS / seconds:,.0f} rows/s, {seconds / floor:.1f}x COPY"
        say(f"import_roster --apply, {name}: {rate}, {memory[name]:+.1f} MB")
