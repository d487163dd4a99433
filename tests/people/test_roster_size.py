"""A whole roster in one run: 100,000 rows with 50 bad ones of ten kinds, in bounded memory."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from portal.errors import Refused
from portal.people.models import Employee
from portal.people.roster import import_roster
from tests.people.files import employee, nip, write_csv, write_excel
from tests.servers import BASE

ROWS = 100_000
BAD: list[dict[str, Any]] = [
    {"NIP_BARU": "1.98609E+17"},
    {"NIP_BARU": "1234"},
    {"NIP_BARU": ""},
    {"NAMA": ""},
    {"UNOR_ID": "?", "UNOR_NAMA": "Tidak Ada"},
    {"UNOR_ID": "", "UNOR_NAMA": "Sekretariat"},
    {"JENIS_PEGAWAI_NAMA": "THL"},
    {"EMAIL": "tanpa-at"},
    {"NAMA": "=1+1"},
    {"TMT_JABATAN": "kemarin"},
]


def peak() -> int:
    """Return the largest memory of this process so far, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def rows(count: int, bad: int) -> Any:
    """Yield rows, every so often a bad one, all kinds in turn."""
    step = count // bad if bad else 2 * count
    for number in range(count):
        cells = BAD[number // step % len(BAD)] if number % step == step // 2 and bad else {}
        yield employee(number, **cells)


def test_a_hundred_thousand_rows_in_one_run(tree: SimpleNamespace, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "siasn.csv", rows(ROWS, 50), separator=";")
    before, began = peak(), time.monotonic()
    plan = import_roster(path, apply=True)
    seconds = time.monotonic() - began
    print(f"{ROWS} rows in {seconds:.1f} s, {ROWS / seconds:.0f} rows/s, memory +{peak() - before} kB")
    assert (plan.totals.read, plan.totals.rejected, len(plan.problems)) == (ROWS, 50, 50)
    assert len({problem.kind for problem in plan.problems}) == 10
    assert plan.applied == {"new": ROWS - 50, "changed": 0, "held": 0, "same": 0}
    assert len(plan.people) == 1000
    assert seconds < 60
    assert peak() - before < 80_000


MEASURE = """
import resource, sys
from pathlib import Path
import django
django.setup()
from portal.people.roster.columns import find_header
from portal.people.sheets import open_sheet
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
sheet = open_sheet(Path(sys.argv[1]))
header = find_header(sheet.head())
count = sum(1 for _row in sheet.rows(header.fields.values(), after=header.line, progress=lambda done, total: None))
print(count, peak() - before)
"""


@pytest.mark.parametrize(("write", "limit"), [(write_csv, 20_000), (write_excel, 60_000)])
def test_reading_keeps_no_more_than_the_wanted_texts_in_memory(tmp_path: Path, write: Any, limit: int) -> None:
    path = write(tmp_path / "siasn", rows(20_000, 0))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=BASE, env=dict(os.environ), capture_output=True, check=True
    )
    count, kilobytes = map(int, done.stdout.split())
    assert count == 20_000
    assert kilobytes < limit


@pytest.mark.django_db(transaction=True)
def test_an_import_that_dies_halfway_leaves_nothing_and_can_be_run_again(tree: SimpleNamespace, tmp_path: Path) -> None:
    """[F06]"""
    path = write_csv(tmp_path / "siasn.csv", rows(7000, 0))

    def die(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_roster(path, apply=True, progress=die)
    assert not Employee.objects.filter(nip=nip(1)).exists()
    assert import_roster(path, apply=True).applied == {"new": 7000, "changed": 0, "held": 0, "same": 0}


@pytest.mark.django_db(transaction=True)
def test_a_second_import_at_the_same_time_is_refused_and_a_plan_is_not(tree: SimpleNamespace, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "siasn.csv", rows(1, 0))
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('portal:import', 0))")
            with pytest.raises(Refused, match="sedang berjalan") as refused:
                import_roster(path, apply=True)
        assert refused.value.status == 409
        assert import_roster(path).totals.changes["new"] == 1
    finally:
        other.close()
