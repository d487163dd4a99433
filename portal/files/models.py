"""`StoredFile`: one file with its content; one backup of the database holds all."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Employee


class Kind(models.TextChoices):
    PDF = "pdf", "PDF"
    JPEG = "jpg", "JPEG"
    PNG = "png", "PNG"


class StoredFile(models.Model):
    """A file about one case. Its name is ours; what the person called it is not kept, as it may hold a NIP."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.CharField(_("nomor deklarasi"), max_length=24, db_index=True)
    kind = models.CharField(max_length=4, choices=Kind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(Employee, models.PROTECT, related_name="files")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("berkas")
        verbose_name_plural = _("berkas")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name under which the file is downloaded."""
        return f"{self.case}-{str(self.public_id)[:8]}.{self.kind}"
