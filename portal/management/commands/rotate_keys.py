"""Seal all stored secrets under the first key of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import keys
from portal.crypto import CannotUnseal


class Command(BaseCommand):
    help = "Menyandikan ulang nilai rahasia dengan kunci pertama FIELD_KEYS; boleh dihentikan dan diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        for vault in keys.vaults():
            try:
                renewed = sum(keys.rotate(vault))
            except CannotUnseal as error:
                raise CommandError(str(error)) from error
            self.stdout.write(_("%(table)s: %(n)d disandikan ulang") % {"table": vault.model._meta.label, "n": renewed})
        self.stdout.write(_("Selesai. Kunci lama kini boleh dihapus dari FIELD_KEYS."))
