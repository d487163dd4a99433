"""`Proof`: one attempt to show that a channel is its declarant's, with its code and its outcome."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Channel
from portal.files.models import StoredFile
from portal.people.models import Employee


class ProofState(models.TextChoices):
    ISSUED = "issued", _("Belum dibuktikan")
    WAITING = "waiting", _("Menunggu pemeriksaan")
    UNREADABLE = "unreadable", _("Belum dapat diperiksa")
    RETURNED = "returned", _("Belum terbukti, perlu diulang")
    PROVEN = "proven", _("Terbukti")
    LAPSED = "lapsed", _("Perlu dibuktikan ulang")


class Method(models.TextChoices):
    MACHINE = "machine", _("kode terbaca oleh sistem")
    REVIEWER = "reviewer", _("kode dilihat petugas di halaman kanal")
    PICTURE = "picture", _("tangkapan layar diperiksa petugas")
    PERSON = "person", _("diperlihatkan langsung kepada petugas")


class Proof(models.Model):
    """The newest row of a channel is where its proof stands; older ones stay as they ended."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="proofs")
    code = models.CharField(max_length=9, unique=True)
    state = models.CharField(max_length=12, choices=ProofState, default=ProofState.ISSUED)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0, help_text=_("Berapa kali sistem mencari kode."))
    method = models.CharField(max_length=10, choices=Method, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True, help_text=_("Dibaca ASN."))
    valid_until = models.DateField(null=True, blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name=_("tangkapan layar"))
    handle = models.CharField(max_length=100, blank=True, help_text=_("Nama akun ketika terbukti."))

    class Meta:
        verbose_name = _("bukti kanal")
        verbose_name_plural = _("bukti kanal")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["proven", "lapsed"])
                | models.Q(checked_at__isnull=False, valid_until__isnull=False) & ~models.Q(method=""),
                name="proven_by_a_method_until_a_day",
            ),
            models.UniqueConstraint(
                fields=["channel"],
                condition=models.Q(state__in=["waiting", "unreadable", "proven"]),
                name="one_running_proof_per_channel",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "-id"], name="proof_of_channel"),
            models.Index(fields=["state", "asked_at"], name="proof_waiting"),
            models.Index(fields=["valid_until"], condition=models.Q(state="proven"), name="proof_until"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.state}"

    def usable(self, now: datetime) -> bool:
        """Tell whether the code may still be shown and looked for."""
        return self.state in (ProofState.ISSUED, ProofState.RETURNED) and now < self.expires_at

    @property
    def under_way(self) -> bool:
        return self.state in (ProofState.WAITING, ProofState.UNREADABLE)
