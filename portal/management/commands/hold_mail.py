"""Keep all mail back: before workers start on a database that was restored by other means, or in an incident."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from portal import dates
from portal.mail import outbox


class Command(BaseCommand):
    help = "Menahan semua email sampai release_mail; yang ditulis sementara itu menunggu."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            outbox.hold()
        since = outbox.held_since()
        assert since is not None
        self.stdout.write(_("Email ditahan sejak %s.") % dates.moment(since))
