"""What a named insert says from a day on; a row is never changed, only taken back before its day."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.people.models import Employee


class Language(models.TextChoices):
    INDONESIAN = "id", _("Bahasa Indonesia")
    ENGLISH = "en", _("Bahasa Inggris")


class InsertText(models.Model):
    """One version of one insert in one language; an empty text leaves its place in the mail empty."""

    key = models.CharField(_("sisipan"), max_length=20)
    language = models.CharField(_("bahasa"), max_length=2, choices=Language)
    text = models.CharField(_("teks"), max_length=300, blank=True)
    starts = models.DateField(_("berlaku mulai"))
    ends = models.DateField(_("berlaku sampai"), null=True, blank=True)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    cancelled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("teks sisipan")
        verbose_name_plural = _("teks sisipan")
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cancelled_by__isnull=True, cancelled_at__isnull=True)
                | models.Q(cancelled_by__isnull=False, cancelled_at__isnull=False),
                name="insert_cancelled_whole_or_not",
            ),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="insert_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["key", "language", "starts"],
                condition=models.Q(cancelled_at__isnull=True),
                name="insert_begins_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} {self.starts}"

    def planned(self, on: date) -> bool:
        """Tell whether this version is still to begin."""
        return self.cancelled_at is None and self.starts > on
