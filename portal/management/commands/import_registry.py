"""`import_registry KIND FILE`: shows what a register would change; `--apply` does it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from declarations.registries import applying
from declarations.registries.models import Registry, State
from declarations.registries.reading import read_file
from portal.errors import Refused
from portal.people.registries.units import UnitPlan, import_units
from portal.people.sheets import Bar

_SHOWN = 200
KINDS: dict[str, Callable[..., UnitPlan]] = {"unit": import_units}
ALL_KINDS = (*KINDS, *Registry.values)


class Command(BaseCommand):
    help = "Membaca register (CSV atau XLSX) dan menampilkan perubahannya; dengan --apply perubahan disimpan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", metavar="JENIS", help=", ".join(ALL_KINDS))
        parser.add_argument("file", metavar="BERKAS", type=Path)
        parser.add_argument("--apply", action="store_true", help="simpan perubahan")
        parser.add_argument("--full", action="store_true", help="baris yang tidak ada lagi dalam berkas diakhiri")
        parser.add_argument("--source", default="Dimuat dengan perintah", help="asal data, tampil pada temuan")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] in Registry.values:
            return self._register(options)
        reader = KINDS.get(options["kind"])
        if reader is None:
            raise CommandError(f"Jenis register {options['kind']} tidak dikenal. Yang ada: {', '.join(ALL_KINDS)}.")
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

    def _register(self, options: dict[str, Any]) -> None:
        """Read a register through the same rows as the browser does."""
        batch = applying.start(
            options["kind"], source=options["source"], full=options["full"], by=None, content=b"", extension=""
        )
        bar = Bar(sys.stderr, "Membaca")
        read_file(batch, options["file"], progress=bar)
        bar.end()
        if batch.state == State.FAILED:
            raise CommandError(batch.error)
        for row in batch.staged.exclude(problem="").order_by("line")[:_SHOWN]:
            self.stdout.write(f"DITOLAK  Baris {row.line}: {row.problem}")
        counts = f"Baru {batch.new}, berubah {batch.changed}, tidak berubah {batch.same}, diakhiri {batch.ended}"
        self.stdout.write(f"{counts}, ditolak {batch.problems}.")
        if not options["apply"]:
            applying.cancel(batch)
            self.stdout.write("Ini rencana; belum ada yang disimpan. Jalankan dengan --apply untuk menyimpan.")
        elif batch.new or batch.changed or batch.ended:
            applying.apply(batch)
            self.stdout.write("Disimpan.")
        else:
            applying.cancel(batch)
            self.stdout.write("Tidak ada perubahan.")
