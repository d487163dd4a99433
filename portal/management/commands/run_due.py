"""`run_due`: do everything that time owes, now or as if it were another moment."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.due import perform
from portal import clock


class Command(BaseCommand):
    help = "Mengerjakan semua yang jatuh tempo (masa berlaku, surat). Aman dijalankan berulang kali."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="Waktu ISO 8601 untuk latihan, misalnya 2026-12-01T09:00+07:00.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = options["at"]
        if not at:
            done = perform()
        else:
            try:
                moment = datetime.fromisoformat(at)
            except ValueError as error:
                raise CommandError(f"--at harus berupa waktu ISO 8601, bukan {at!r}.") from error
            with clock.pretend(moment if timezone.is_aware(moment) else timezone.make_aware(moment)):
                done = perform()
        self.stdout.write(f"{done} hal dikerjakan.")
