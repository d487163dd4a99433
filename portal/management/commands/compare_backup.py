"""Prove that the database equals a backup: rows and SHA-256 of every table; exit code 1 if one differs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import snapshot
from portal.errors import Refused


class Command(BaseCommand):
    help = "Membandingkan basis data dengan berkas cadangan, tabel demi tabel, sebelum email dilepaskan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = snapshot.compare(options["file"])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        for name, there, here, same in found:
            self.stdout.write(f"{'=' if same else '≠'} {name}: {there} / {here}")
        different = sum(not same for *_rest, same in found)
        if different:
            raise CommandError(_("%d tabel berbeda dari cadangan.") % different)
        said = _("%(tables)d tabel, %(rows)d baris: sama dengan cadangan.")
        self.stdout.write(said % {"tables": len(found), "rows": sum(row[2] for row in found)})
