"""After a restore: which decisions were confirmed by a receipt, by the log of the mail server, but are not here."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from approvals.emails.head import receipt_key
from approvals.models import Step
from portal.mail.compose import message_id
from portal.mail.models import OutgoingEmail

_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[^>\s]+>")


class Command(BaseCommand):
    help = "Mencari dalam log server surat tanda terima keputusan yang hilang karena pemulihan cadangan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("log", type=Path, help="log server surat dengan Message-ID, sejak saat cadangan")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            delivered = set(_MESSAGE_ID.findall(options["log"].read_text(errors="replace")))
        except OSError as error:
            raise CommandError(str(error)) from error
        ours = {each for each in delivered if each.endswith(message_id("").partition("@")[2])}
        known = set(OutgoingEmail.objects.filter(message_id__in=ours).values_list("message_id", flat=True))
        steps = Step.objects.filter(decided_at=None, cancelled_at=None).select_related("declaration", "assigned_to")
        for step in steps.order_by("declaration__number").iterator():
            if message_id(receipt_key(step)) in ours - known:
                who = step.assigned_to.official_name if step.assigned_to else ""
                self.stdout.write(f"{step.declaration.number}: {step.get_stage_display()}, {who}")
        said = _("%(n)d email terkirim tidak dikenal basis data ini. Mintalah keputusan di atas sekali lagi.")
        self.stdout.write(said % {"n": len(ours - known)})
