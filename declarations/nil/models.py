"""`NilStatement`: that a person has no channel, said once a year; it ends when a channel is declared after all."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Employee


class Ended(models.TextChoices):
    WITHDRAWN = "withdrawn", _("Ditarik oleh yang menyatakan")
    DECLARED = "declared", _("Berakhir karena kanal dideklarasikan")


class NilStatement(models.Model):
    """One row per person and year; whoever withdraws and states it again uses the same row."""

    person = models.ForeignKey(Employee, models.PROTECT, related_name="nil_statements", verbose_name=_("pegawai"))
    year = models.PositiveSmallIntegerField(_("tahun"))
    times = models.PositiveSmallIntegerField(default=1, help_text=_("Berapa kali dinyatakan dalam tahun ini."))
    made_at = models.DateTimeField(_("dinyatakan pada"))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=12, choices=Ended, blank=True)

    class Meta:
        verbose_name = _("pernyataan nihil")
        verbose_name_plural = _("pernyataan nihil")
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "year"], name="nil_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_because="")
                | models.Q(ended_at__isnull=False) & ~models.Q(ended_because=""),
                name="nil_ended_whole_or_absent",
            ),
        ]

    def __str__(self) -> str:
        return f"nihil {self.year}"

    @property
    def audit_chain(self) -> str:
        return f"nil:{self.person_id}"
