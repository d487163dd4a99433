"""Keep all mail back: before workers start on a database that was restored by other means, or in an incident."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from portal import dates, snapshot
from portal.audit.log import ADMIN, record
from portal.mail import outbox


class Command(BaseCommand):
    help = "Menahan semua email sampai release_mail; yang ditulis sementara itu menunggu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--restored",
            action="store_true",
            help="basis data dikembalikan ke saat lampau oleh PostgreSQL: akhiri semua sesi dan kode, mulai kunci baru",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restored"]:
            snapshot.forget_the_past()
        with transaction.atomic():
            hold = outbox.hold()
            record("mail_held", hold, by=None, via="command", chain=ADMIN, restored=options["restored"])
        since = outbox.held_since()
        assert since is not None
        self.stdout.write(_("Email ditahan sejak %s.") % dates.moment(since))
