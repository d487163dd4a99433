"""Fill an empty database from a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import snapshot
from portal.errors import Refused


class Command(BaseCommand):
    help = "Mengisi basis data kosong dari berkas cadangan, seluruhnya atau tidak sama sekali."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--keys-lost", action="store_true", help="pulihkan juga bila FIELD_KEYS-nya hilang")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = snapshot.read(options["file"], keys_lost=options["keys_lost"])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        rows = sum(table["rows"] for table in manifest["tables"])
        said = _(
            "%(rows)d baris dipulihkan, keadaan per %(moment)s. Jalankan check_audit dan check_invariants; "
            "email ditahan sampai release_mail."
        )
        self.stdout.write(said % {"rows": rows, "moment": manifest["made_at"]})
