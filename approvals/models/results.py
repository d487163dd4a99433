"""What a decision leaves behind: conditions and the letter."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.rules import ControlMeasure
from approvals.models.steps import Step
from declarations.models import Declaration
from portal.files.models import StoredFile
from portal.people.models import Employee


class Condition(models.Model):
    """A condition of one approval."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="conditions")
    measure = models.ForeignKey(ControlMeasure, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=500)
    due_on = models.DateField(null=True, blank=True)
    needs_proof = models.BooleanField(default=False)
    fulfilled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(fulfilled_at=None), name="condition_open_due"),
        ]
        verbose_name = _("syarat")
        verbose_name_plural = _("syarat")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Proof(models.Model):
    """What the declarant handed in for a condition, and what an officer said about it."""

    condition = models.ForeignKey(Condition, models.PROTECT, related_name="proofs")
    text = models.TextField(max_length=2000, blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    sent_at = models.DateTimeField()
    accepted = models.BooleanField(null=True, blank=True, help_text=_("Kosong: belum diperiksa."))
    note = models.TextField(max_length=2000, blank=True)
    judged_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("bukti syarat")
        verbose_name_plural = _("bukti syarat")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["condition"], condition=models.Q(accepted=None), name="one_proof_waits_per_condition"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted__isnull=True, judged_by__isnull=True, judged_at__isnull=True)
                | models.Q(accepted__isnull=False, judged_by__isnull=False, judged_at__isnull=False),
                name="proof_judged_whole_or_absent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.condition_id}: {self.sent_at:%Y-%m-%d}"


class LetterCounter(models.Model):
    """The running number of letters of one year; taken under a row lock, so numbers have no gaps."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("nomor urut surat")
        verbose_name_plural = _("nomor urut surat")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Letter(models.Model):
    """The letter of one approval: frozen facts; the PDF is rendered from them by a task."""

    step = models.OneToOneField(Step, models.PROTECT, related_name="letter")
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="letters")
    number = models.CharField(max_length=20, unique=True)
    official_number = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=26, unique=True)
    facts: "models.JSONField[Any, Any]" = models.JSONField()
    issued_at = models.DateTimeField()
    valid_until = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("surat keterangan")
        verbose_name_plural = _("surat keterangan")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number


class LetterFile(models.Model):
    """The rendered PDF and its SHA-256; its absence means 'being made'."""

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="file")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    rendered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("berkas surat")
        verbose_name_plural = _("berkas surat")

    def __str__(self) -> str:
        return self.sha256
