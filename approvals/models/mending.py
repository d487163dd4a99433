"""What a declarant answers to one point of a return, beside or instead of an edit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.steps import Step


class PointAnswer(models.Model):
    """The answer to one marked part of one return; read by whoever returned the case."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="answers")
    part = models.CharField(max_length=16)
    text = models.TextField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("jawaban atas permintaan perbaikan")
        verbose_name_plural = _("jawaban atas permintaan perbaikan")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["step", "part"], name="one_answer_per_point")]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.part}"
