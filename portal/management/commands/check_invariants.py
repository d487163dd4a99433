"""Look for whatever contradicts the promises of the portal; exit code 1 and the rows if there is anything."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from approvals.invariants import INVARIANTS as OF_CASES
from portal.invariants import INVARIANTS

SHOWN = 20


class Command(BaseCommand):
    help = "Memeriksa janji-janji portal terhadap basis data; kode keluar 1 bila ada yang dilanggar."

    def handle(self, *args: Any, **options: Any) -> None:
        invariants = (*INVARIANTS, *OF_CASES)
        broken = 0
        for invariant in invariants:
            found = invariant.violations()
            if not found:
                continue
            broken += 1
            self.stderr.write(f"{invariant.code} {invariant.says}: {len(found)}")
            for line in found[:SHOWN]:
                self.stderr.write(f"  {line}")
        if broken:
            raise SystemExit(1)
        self.stdout.write(_("%d janji diperiksa, semuanya terpenuhi.") % len(invariants))
