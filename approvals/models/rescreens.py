"""Rounds of judging again what was sent: one for each change of the world around the cases."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RescreenRun(models.Model):
    """One round over the cases, taken up again where it stopped; the key names what changed."""

    key = models.CharField(max_length=60, unique=True)
    because = models.CharField(max_length=30)
    position = models.BigIntegerField(default=0, help_text=_("Deklarasi terakhir yang ditinjau ulang."))
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tinjauan ulang")
        verbose_name_plural = _("tinjauan ulang")
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], name="rescreens_open", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return self.key
