"""`demo`: seed the fictitious people and their cases; running it again changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from approvals.demo import seed_cases
from approvals.demo_desk import seed_desk
from approvals.letters import render_missing
from portal.people.demo import seed_people


class Command(BaseCommand):
    help = "Mengisi data demo yang fiktif (pegawai, OPD, pejabat, perkara). Hanya dengan DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Data demo hanya dapat diisi dengan DEMO=1.")
        with transaction.atomic():
            seed_people()
            cases = seed_cases()
            seed_desk()
        render_missing()
        self.stdout.write(f"Data demo siap: {cases} deklarasi.")
