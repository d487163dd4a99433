"""`Bundle`: that a bundle was made, by whom and what for, and the digests by which it is known again."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration
from portal.people.models import Employee


class Bundle(models.Model):
    """One ZIP that left the portal; its content is not kept, what it held is known by name, size and SHA-256."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="bundles")
    version = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    purpose = models.CharField(_("keperluan"), max_length=300)
    sensitive = models.BooleanField(_("dengan jawaban sensitif"), default=False)
    manifest_sha256 = models.CharField(max_length=64)
    zip_sha256 = models.CharField(max_length=64)
    last_seq = models.PositiveBigIntegerField()
    last_hash = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    members = models.JSONField()  # [{"nama", "ukuran", "sha256"}], as the manifest says
    # last_seq and last_hash name the newest line of the case's audit chain that the bundle tells of

    class Meta:
        verbose_name = _("paket bukti")
        verbose_name_plural = _("paket bukti")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["declaration", "-id"], name="bundle_of_case")]

    def __str__(self) -> str:
        return str(self.public_id)
