"""Questions raised by the rules on one snapshot, and what the declarant explained."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.rules import ConflictSource
from declarations.models import Declaration, Severity, Snapshot
from portal.people.models import Employee


class ConflictKind(models.TextChoices):
    """What an officer holds a situation for (PermenPANRB 17/2024); being in one is no breach yet."""

    NONE = "none", _("Bukan benturan kepentingan")
    POTENTIAL = "potential", _("Benturan potensial")
    ACTUAL = "actual", _("Benturan aktual")


class Finding(models.Model):
    """One question raised by a rule on one snapshot, with all that is needed to explain it later."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=5, choices=Severity)
    name = models.CharField(max_length=150)
    reason = models.TextField()
    topic = models.CharField(max_length=150)
    evidence = models.JSONField(default=list)  # [{"code", "question", "answer", "channel"?, "sensitive"?}]
    bases = models.JSONField(default=list)  # [{"code", "text", "verified"}] as they stood on that day
    added_at = models.DateTimeField(null=True, blank=True, help_text=_("Kosong: ada sejak deklarasi dikirim."))
    explanation = models.TextField(blank=True, help_text=_("Penjelasan ASN."))
    source = models.CharField(max_length=3, choices=ConflictSource, blank=True)
    conflict = models.CharField(max_length=9, choices=ConflictKind, blank=True)
    situation = models.TextField(blank=True, help_text=_("Analisis: apakah keadaannya benar."))
    impact = models.TextField(blank=True, help_text=_("Analisis: kemungkinan dampaknya."))
    relevant = models.BooleanField(null=True, blank=True)
    handling = models.TextField(blank=True)
    handled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("temuan")
        verbose_name_plural = _("temuan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "code"], name="finding_once_per_snapshot"),
            models.CheckConstraint(
                condition=models.Q(relevant__isnull=True, handled_by__isnull=True, handled_at__isnull=True)
                | models.Q(relevant__isnull=False, handled_by__isnull=False, handled_at__isnull=False),
                name="handling_whole_or_absent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.snapshot}"


class Explanation(models.Model):
    """What the declarant wrote beside a likely finding before sending; copied to the finding when it fires."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="explanations")
    code = models.CharField(max_length=8)
    text = models.TextField(max_length=500)

    class Meta:
        verbose_name = _("penjelasan")
        verbose_name_plural = _("penjelasan")
        constraints = [models.UniqueConstraint(fields=["declaration", "code"], name="explanation_once")]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.code}"
