"""What BKPSDM maintains: legal bases, texts of rules, the policy on commerce, the library of conditions."""

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


class RuleText(models.Model):
    """Name, reason and topic of a rule, by version; conditions are tested code in approvals.screening."""

    code = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=150)
    reason = models.TextField()
    topic = models.CharField(max_length=150, help_text=_("Disebut kepada ASN sebelum mengirim."))
    bases = models.ManyToManyField(LegalBasis, blank=True, related_name="rules")
    effective_from = models.DateField()
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("aturan penapisan")
        verbose_name_plural = _("aturan penapisan")
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Policy(models.Model):
    """How the commercial clause is read from a day on, and why."""

    mode = models.CharField(max_length=8, choices=PolicyMode)
    effective_from = models.DateField(unique=True)
    reason = models.TextField()

    class Meta:
        verbose_name = _("kebijakan komersial")
        verbose_name_plural = _("kebijakan komersial")
        ordering = ["effective_from"]

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
