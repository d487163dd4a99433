"""Migrate once for the whole run: `python -m tests.template` fills the database that all others are copies of.

It runs beside the collection of the tests. The workers clone its database (CREATE DATABASE … TEMPLATE), the stacks
of tests/native take its whole cluster: each of them saves the seconds of some hundred migrations.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from portal.embedded import Postgres, die_with_parent

BASE = Path(__file__).resolve().parent.parent
NAMED_BY = "TEST_TEMPLATE"  # the folder of the copy; unset where the servers of the tests are given from outside
READY, FAILED, CLUSTER, PASSWORD = "template.ready", "template.failed", "cluster", "cluster.password"


def begin(postgres: Postgres, folder: Path) -> subprocess.Popen[bytes]:
    """Start to migrate the empty database of this server; the copy comes to lie in the folder."""
    os.environ[NAMED_BY] = str(folder)
    shutil.copy(postgres.password_file, folder / PASSWORD)
    command = [sys.executable, "-W", "ignore", "-m", "tests.template", str(postgres.data), str(folder)]
    return subprocess.Popen(command, cwd=BASE, preexec_fn=die_with_parent(signal.SIGKILL), start_new_session=True)


def wait_for() -> Path | None:
    """Wait until the copy is whole and return its folder, or None where there is none to come."""
    if not (named := os.environ.get(NAMED_BY)):
        return None
    folder = Path(named)
    deadline = time.monotonic() + 240
    while not (folder / READY).exists():
        if (folder / FAILED).exists():
            raise pytest.UsageError(f"the migrations failed:\n{(folder / FAILED).read_text()[-4000:]}")
        if time.monotonic() > deadline:
            raise pytest.UsageError("the migrations did not end in 240 seconds")
        time.sleep(0.05)
    return folder


def keep_cluster(data: Path, folder: Path) -> None:
    """Copy a running cluster by the way PostgreSQL has for it."""
    with psycopg.connect(os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        connection.execute("SELECT pg_backup_start('copy', true)")
        skipped = shutil.ignore_patterns("pg_wal", "postmaster.*")
        shutil.copytree(data, folder / CLUSTER, ignore=skipped)
        row = connection.execute("SELECT labelfile FROM pg_backup_stop(false)").fetchone()
        assert row
        (folder / CLUSTER / "backup_label").write_text(row[0])
        shutil.copytree(data / "pg_wal", folder / CLUSTER / "pg_wal")


def lay_cluster(data: Path, password: Path, own: Any) -> bool:
    """Put the copy where a new cluster is wanted; False where there is no copy."""
    folder = wait_for()
    if folder is None:
        return False
    shutil.copytree(folder / CLUSTER, data)
    shutil.copy(folder / PASSWORD, password)
    for path in (password, data, *data.rglob("*")):
        own(path)
    data.chmod(0o700)
    return True


def main(data: Path, folder: Path) -> None:
    """Migrate the database of DATABASE_URL, then copy the cluster it lies in."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    keep_cluster(data, folder)
    (folder / READY).touch()


if __name__ == "__main__":
    at, to = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        main(at, to)
    except BaseException as error:
        (to / FAILED).write_text(repr(error))
        raise
