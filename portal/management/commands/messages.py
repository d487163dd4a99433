"""Keep the English catalogue: collect the texts, compile the .mo, name what is not translated."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from portal.catalogue import compiled, parse

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"


class Command(BaseCommand):
    help = "Kumpulkan teks untuk terjemahan Inggris, susun django.mo, dan sebutkan yang belum diterjemahkan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--compile-only", action="store_true", help="jangan kumpulkan teks, susun saja")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["compile_only"]:
            if shutil.which("xgettext"):
                self._collect()
            else:
                self.stderr.write("GNU gettext tidak terpasang (apt-get install gettext): teks baru tidak dikumpulkan.")
        source = CATALOGUE.read_text()
        CATALOGUE.with_suffix(".mo").write_bytes(compiled(source))
        messages = [message for message in parse(source) if message.id]
        for message in messages:
            if not message.complete:
                self.stdout.write(f"belum: {message.id!r}")
        self.stdout.write(f"{sum(message.complete for message in messages)} dari {len(messages)} teks diterjemahkan")

    def _collect(self) -> None:
        skip = ["tests/*", ".venv/*", "var/*"]
        options = {"no_obsolete": True, "add_location": "file", "verbosity": 0}
        call_command("makemessages", locale=["en"], ignore_patterns=skip, **options)
