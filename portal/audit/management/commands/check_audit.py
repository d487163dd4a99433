"""Prove that the audit log is as it was written, or name the first altered line of every broken chain."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import fingerprint, prove, refusing
from portal.audit.models import AuditEvent


class Command(BaseCommand):
    help = "Membuktikan jejak audit utuh, atau menyebut baris pertama yang berubah pada tiap rantai (kode keluar 1)."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = prove()
        for found in broken:
            line = _("Rantai %(chain)s, baris %(seq)d: %(reason)s.")
            self.stderr.write(line % {"chain": found.chain, "seq": found.seq, "reason": found.reason})
        if broken:
            raise SystemExit(1)
        chains = AuditEvent.objects.values("chain").distinct().count()
        figures = {"chains": chains, "lines": AuditEvent.objects.count(), "print": fingerprint()}
        self.stdout.write(_("Jejak audit utuh: %(chains)d rantai, %(lines)d baris. Sidik: %(print)s") % figures)
        behind, until = refusing()
        if until:
            line = _(
                "Jam PostgreSQL tertinggal dari jejaknya: %(chains)d rantai menolak catatan baru sampai %(until)s."
            )
            self.stdout.write(line % {"chains": behind, "until": f"{timezone.localtime(until):%d-%m-%Y %H.%M} WIB"})
