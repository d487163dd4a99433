"""Large exports: ordered by an officer, made by a worker, kept for a day."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.people.models import Employee


class Export(models.Model):
    """One workbook of the filtered queue, for the officer who ordered it."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Employee, models.CASCADE, related_name="exports")
    query = models.CharField(max_length=1000, blank=True)
    purpose = models.CharField(_("keperluan"), max_length=300)
    expected = models.PositiveIntegerField()
    written = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(null=True)
    ordered_at = models.DateTimeField(default=clock.now)
    beat_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("ekspor besar")
        verbose_name_plural = _("ekspor besar")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["beat_at"], condition=models.Q(done_at=None, failed_at=None), name="export_under_way"),
            models.Index(fields=["done_at"], condition=models.Q(dropped_at=None), name="export_kept"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "query"],
                condition=models.Q(done_at=None, failed_at=None),
                name="one_export_of_a_view_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def under_way(self) -> bool:
        return self.done_at is None and self.failed_at is None

    @property
    def ready(self) -> bool:
        return self.done_at is not None and self.dropped_at is None


class ExportPart(models.Model):
    """A piece of the workbook: read one after the other, so that no process holds it whole."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("bagian ekspor")
        verbose_name_plural = _("bagian ekspor")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]

    def __str__(self) -> str:
        return f"{self.export_id}/{self.number}"
