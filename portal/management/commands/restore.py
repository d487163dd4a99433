"""Fill an empty database from a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import snapshot
from portal.errors import Refused


class Command(BaseCommand):
    help = "Mengisi basis data kosong dari berkas cadangan, seluruhnya atau tidak sama sekali."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = snapshot.read(options["file"])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        except (OSError, KeyError, BadZipFile) as error:
            raise CommandError(_("%(file)s bukan cadangan yang utuh.") % {"file": options["file"]}) from error
        rows = sum(table["rows"] for table in manifest["tables"])
        said = _(
            "%(rows)d baris dipulihkan, keadaan per %(moment)s. Jalankan check_audit dan check_invariants; "
            "email ditahan sampai release_mail."
        )
        self.stdout.write(said % {"rows": rows, "moment": manifest["made_at"]})
