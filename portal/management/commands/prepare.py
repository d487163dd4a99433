"""Bring database and static files to the state this version needs, in one process."""

import time
from collections.abc import Callable
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

OLDEST = 18  # uuidv7()


class Command(BaseCommand):
    help = "Migrasi basis data, kumpulkan berkas statis, dan dengan DEMO=1 isi data demo; aman diulang."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--skip-static", action="store_true", help="berkas statis sudah ada (citra Docker)")

    def handle(self, *args: Any, **options: Any) -> None:
        version = connection.get_database_version()[0]
        if version < OLDEST:
            raise CommandError(
                f"Basis data ini PostgreSQL {version}; portal memerlukan PostgreSQL {OLDEST} atau lebih baru."
            )
        self.step("basis data", lambda: call_command("migrate", verbosity=0, interactive=False))
        if not options["skip_static"]:
            self.step("berkas statis", lambda: call_command("collectstatic", verbosity=0, interactive=False))
        if settings.DEMO and "demo" in get_commands():
            self.step("data demo", lambda: call_command("demo", verbosity=0, stdout=StringIO()))

    def step(self, title: str, work: Callable[[], object]) -> None:
        """Name the step before it runs and its seconds after it."""
        self.stdout.write(f"    {title} … ", ending="")
        self.stdout.flush()
        started = time.monotonic()
        work()
        self.stdout.write(f"{time.monotonic() - started:.1f} detik")
