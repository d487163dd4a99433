"""What BKPSDM maintains: legal bases, rules by version, the policy on commerce, the library of conditions."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import PolicyMode
from portal.people.models import Employee


class LegalBasis(models.Model):
    """A legal text by short code; never in code, so that BKPSDM corrects it without a release."""

    code = models.CharField(max_length=24, unique=True)
    instrument = models.CharField(max_length=200)
    clause = models.CharField(max_length=80, blank=True)
    summary = models.TextField(blank=True)
    verified_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("dasar hukum")
        verbose_name_plural = _("dasar hukum")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True, verified_at__isnull=True)
                | models.Q(verified_by__isnull=False, verified_at__isnull=False),
                name="verification_whole_or_absent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.clause}".strip()


class ConflictSource(models.TextChoices):
    """The eight sources of a conflict of interest, PermenPANRB 17/2024."""

    BUSINESS = "SK1", _("Kepentingan bisnis atau finansial")
    FAMILY = "SK2", _("Hubungan keluarga dan kerabat")
    AFFILIATION = "SK3", _("Hubungan afiliasi")
    OTHER_WORK = "SK4", _("Pekerjaan di luar pekerjaan pokok")
    OTHER_POST = "SK5", _("Rangkap jabatan")
    FORMER_POST = "SK6", _("Pengaruh atau relasi dari jabatan lama")
    GIFT = "SK7", _("Penerimaan hadiah atau gratifikasi")
    OTHER = "SK8", _("Sumber lain")


class RuleText(models.Model):
    """Words, severities and thresholds of a rule, by version; conditions are tested code in approvals.screening."""

    code = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=150)
    reason = models.TextField()
    topic = models.CharField(max_length=150, help_text=_("Disebut kepada ASN sebelum mengirim."))
    bases = models.ManyToManyField(LegalBasis, blank=True, related_name="rules")
    levels = models.JSONField(default=dict, help_text=_("Tingkat tiap cabang: {tingkat dasar: tingkat berlaku}."))
    limits = models.JSONField(default=dict, help_text=_("Ambang aturan, menurut nama."))
    source = models.CharField(max_length=3, choices=ConflictSource, blank=True)
    effective_from = models.DateField()
    active = models.BooleanField(default=True)
    note = models.TextField(blank=True, help_text=_("Alasan perubahan."))
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True, help_text=_("Kosong: ada sejak portal dibuat."))
    cancelled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("aturan penapisan")
        verbose_name_plural = _("aturan penapisan")
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_version_once"),
            models.CheckConstraint(
                condition=models.Q(cancelled_by__isnull=True, cancelled_at__isnull=True)
                | models.Q(cancelled_by__isnull=False, cancelled_at__isnull=False),
                name="rule_cancelled_whole_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def planned(self, on: date) -> bool:
        """Tell whether this version is still to begin."""
        return self.cancelled_at is None and self.effective_from > on


class Policy(models.Model):
    """How the commercial clause is read from a day on, and why."""

    mode = models.CharField(max_length=8, choices=PolicyMode)
    effective_from = models.DateField()
    reason = models.TextField()
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kebijakan komersial")
        verbose_name_plural = _("kebijakan komersial")
        ordering = ["effective_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cancelled_by__isnull=True, cancelled_at__isnull=True)
                | models.Q(cancelled_by__isnull=False, cancelled_at__isnull=False),
                name="policy_cancelled_whole_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.effective_from}"


class ControlMeasure(models.Model):
    """A condition a reviewer can choose (KP-01 ...)."""

    code = models.CharField(max_length=8, unique=True)
    text = models.CharField(max_length=300)
    needs_proof = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("langkah pengendalian")
        verbose_name_plural = _("langkah pengendalian")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
