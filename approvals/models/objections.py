"""The declarant's objection against a result: grounds, files, and whether it came in time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.steps import Step
from declarations.models import Declaration
from portal.files.models import StoredFile
from portal.people.models import Employee


class Objection(models.Model):
    """One objection against one result; a late one waits until a reviewer admits or refuses it with a reason."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="objections")
    against = models.OneToOneField(Step, models.PROTECT, related_name="objection")
    grounds = models.TextField(max_length=2000)
    filed_at = models.DateTimeField()
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    late = models.BooleanField(default=False)
    admitted = models.BooleanField(null=True, blank=True, help_text=_("Kosong: terlambat dan belum diputuskan."))
    admission_reason = models.TextField(blank=True, max_length=2000)
    admitted_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    admitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("keberatan")
        verbose_name_plural = _("keberatan")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(late=False, admitted=True)
                | models.Q(late=True, admitted__isnull=True, admitted_by__isnull=True, admitted_at__isnull=True)
                | (
                    models.Q(late=True, admitted__isnull=False, admitted_by__isnull=False, admitted_at__isnull=False)
                    & ~models.Q(admission_reason="")
                ),
                name="late_objection_admitted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.filed_at:%Y-%m-%d}"
