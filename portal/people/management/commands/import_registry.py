"""`import_registry KIND FILE`: shows what a register would change; `--apply` does it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refused
from portal.people.registries.units import UnitPlan, import_units
from portal.people.sheets import Bar

_SHOWN = 200
KINDS: dict[str, Callable[..., UnitPlan]] = {"unit": import_units}


class Command(BaseCommand):
    help = "Membaca register (CSV atau XLSX) dan menampilkan perubahannya; dengan --apply perubahan disimpan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", metavar="JENIS", help=", ".join(KINDS))
        parser.add_argument("file", metavar="BERKAS", type=Path)
        parser.add_argument("--apply", action="store_true", help="simpan perubahan")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = KINDS.get(options["kind"])
        if reader is None:
            raise CommandError(f"Jenis register {options['kind']} tidak dikenal. Yang ada: {', '.join(KINDS)}.")
        bar = Bar(sys.stderr, "Membaca")
        try:
            plan = reader(options["file"], apply=options["apply"], progress=bar)
        except Refused as refused:
            bar.end()
            raise CommandError(refused.message) from refused
        bar.end()
        for problem in plan.problems:
            self.stdout.write(f"DITOLAK  {problem}")
        for word, rows in (("BARU", plan.new), ("BERUBAH", plan.changed)):
            for row in rows[:_SHOWN]:
                self.stdout.write(f"{word}  baris {row.line}  {row.name}")
        self.stdout.write(
            f"Unit baru {len(plan.new)}, berubah {len(plan.changed)}, tidak berubah {plan.same}, "
            f"ditolak {len(plan.problems)}."
        )
        if not options["apply"]:
            self.stdout.write("Ini rencana; belum ada yang disimpan. Jalankan dengan --apply untuk menyimpan.")
        elif not (plan.new or plan.changed):
            self.stdout.write("Tidak ada perubahan.")
        else:
            self.stdout.write("Disimpan.")
