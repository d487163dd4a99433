"""`PaperDecision`: that a head decided on a signed sheet, who recorded it, and the scan."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.steps import Step
from portal.files.models import StoredFile
from portal.people.models import Employee


class PaperDecision(models.Model):
    """The way of a decision that came on paper; whoever recorded it takes no other part in the case."""

    step = models.OneToOneField(Step, models.PROTECT, related_name="paper")
    recorded_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    signed_on = models.DateField(_("tanggal ditandatangani"))
    files = models.ManyToManyField(StoredFile, related_name="+")

    class Meta:
        verbose_name = _("keputusan di atas kertas")
        verbose_name_plural = _("keputusan di atas kertas")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.signed_on}"
