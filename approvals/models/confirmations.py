"""After a move the holder of an approval is asked whether his answers still hold; the approval stands meanwhile."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration


class Answer(models.TextChoices):
    SAME = "same", _("Semua masih sama")
    CHANGED = "changed", _("Ada perubahan")


class Confirmation(models.Model):
    """One question to the holder of an approval, and the answer."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="confirmations")
    post = models.CharField(max_length=300, help_text=_("Jabatan dan unit baru."))
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("konfirmasi setelah mutasi")
        verbose_name_plural = _("konfirmasi setelah mutasi")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"], condition=models.Q(answered_at=None), name="one_open_confirmation"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="confirmation_answered_whole_or_absent",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(answered_at=None), name="confirmation_open")]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.answer}"
