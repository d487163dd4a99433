"""Show what waits since all mail is held (after a restore or in an incident), and let it go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from portal import dates
from portal.audit.log import ADMIN, record
from portal.mail import outbox
from portal.mail.models import Hold


class Command(BaseCommand):
    help = "Melepaskan email yang ditahan restore atau hold_mail. Tanpa pilihan: tampilkan saja yang menunggu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="lepaskan email")
        parser.add_argument(
            "--drop", action="store_true", help="yang sudah menunggu ketika penahanan mulai tidak dikirim lagi"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        since = outbox.held_since()
        if since is None:
            self.stdout.write(_("Tidak ada email yang ditahan."))
            return
        self.stdout.write(_("Email ditahan sejak %s. Menunggu sejak sebelum itu:") % dates.moment(since))
        for row in outbox.held_back().values("purpose").annotate(n=Count("pk")).order_by("purpose"):
            self.stdout.write(f"  {row['purpose']}: {row['n']}")
        if not options["apply"]:
            self.stdout.write(_("Lepaskan dengan --apply; tambahkan --drop bila email itu tidak boleh dikirim lagi."))
            return
        with transaction.atomic():
            hold = Hold.objects.get()
            given_up = outbox.release(drop=options["drop"])
            record("mail_released", hold, by=None, via="command", chain=ADMIN, given_up=given_up)
        self.stdout.write(_("Email dilepaskan; %d tidak dikirim lagi.") % given_up)
