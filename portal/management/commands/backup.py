"""Write a backup of the whole database into one file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import snapshot

STANDARD_OUTPUT = Path("-")


class Command(BaseCommand):
    help = "Menulis cadangan seluruh basis data ke satu berkas; portal tetap dapat dipakai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="nama berkas baru, atau - untuk keluaran standar")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path == STANDARD_OUTPUT:
            snapshot.write_to(sys.stdout.buffer)
            return
        if path.exists():
            raise CommandError(_("%(file)s sudah ada. Pilih nama lain.") % {"file": path})
        manifest = snapshot.write(path)
        rows = sum(table["rows"] for table in manifest["tables"])
        said = _("%(rows)d baris dari %(tables)d tabel ditulis ke %(file)s (%(size)d kB). Simpan FIELD_KEYS terpisah.")
        size = path.stat().st_size // 1024
        self.stdout.write(said % {"rows": rows, "tables": len(manifest["tables"]), "file": path, "size": size})
