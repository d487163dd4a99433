"""What the clock has told about a case already, so that nothing is told twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration


class Notice(models.Model):
    """One message of one kind about one case; it goes when a draft is deleted."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pemberitahuan berkala")
        verbose_name_plural = _("pemberitahuan berkala")
        constraints = [models.UniqueConstraint(fields=["declaration", "kind"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.kind}"
