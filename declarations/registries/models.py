"""Rows of the registers with their history, and the imports that brought and ended them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Employee, Opd


class Registry(models.TextChoices):
    VENDOR = "vendor", _("Penyedia barang/jasa")
    PERMIT = "permit", _("Pemegang izin")
    SUPERVISED = "supervised", _("Objek pengawasan")
    SECTOR = "sector", _("Bidang usaha sensitif")
    ELECTION = "election", _("Masa pemilihan")


NAMED = (Registry.VENDOR, Registry.PERMIT, Registry.SUPERVISED)  # rows that are businesses or people


class State(models.TextChoices):
    READING = "reading", _("Sedang dibaca")
    PLANNED = "planned", _("Menunggu Anda simpan")
    APPLYING = "applying", _("Sedang disimpan")
    APPLIED = "applied", _("Tersimpan")
    CANCELLED = "cancelled", _("Dibatalkan")
    FAILED = "failed", _("Tidak dapat dibaca")
    UNDONE = "undone", _("Ditarik kembali")


WORKING = (State.READING, State.APPLYING)


class RegistryImport(models.Model):
    """One file, or one row typed by hand: who brought it, what it would change and what it did."""

    registry = models.CharField(max_length=10, choices=Registry)
    state = models.CharField(max_length=9, choices=State, default=State.READING)
    source = models.CharField(max_length=150, help_text=_("Asal data, misalnya ekspor SPSE UKPBJ."))
    full = models.BooleanField(default=False, help_text=_("Baris yang tidak ada lagi dalam berkas diakhiri."))
    content = models.BinaryField(null=True, blank=True)
    extension = models.CharField(max_length=5, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    beat_at = models.DateTimeField(help_text=_("Tanda terakhir dari pekerja yang mengerjakannya."))
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, help_text=_("Berapa kali dikerjakan."))
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    screen_from = models.BigIntegerField(
        null=True,
        blank=True,
        help_text=_("Deklarasi terakhir yang ditinjau ulang; kosong: selesai."),
    )

    class Meta:
        verbose_name = _("impor register")
        verbose_name_plural = _("impor register")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["registry", "-id"], name="registry_imports"),
            models.Index(fields=["beat_at"], name="imports_at_work", condition=models.Q(state__in=WORKING)),
            models.Index(fields=["id"], name="imports_to_screen", condition=models.Q(screen_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.registry} {self.pk}"


class Fields(models.Model):
    """What a row says; `identity` is a digest of what makes it the same row in the next file."""

    line = models.PositiveIntegerField()
    identity = models.CharField(max_length=64)
    name = models.CharField(max_length=150)
    norm = models.CharField(max_length=150)
    keys = ArrayField(models.CharField(max_length=40), default=list)
    npwp = models.CharField(max_length=16, blank=True)
    nib = models.CharField(max_length=13, blank=True)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+")
    function = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Entry(Fields):
    """A row of a register. It is never changed: a new one takes its place, the old one keeps who ended it."""

    registry = models.CharField(max_length=10, choices=Registry)
    added_by = models.ForeignKey(RegistryImport, models.PROTECT, related_name="added")
    ended_by = models.ForeignKey(RegistryImport, models.PROTECT, null=True, blank=True, related_name="closed")

    class Meta:
        verbose_name = _("baris register")
        verbose_name_plural = _("baris register")
        constraints = [
            models.UniqueConstraint(
                fields=["registry", "identity"], name="one_live_row", condition=models.Q(ended_by=None)
            ),
        ]
        indexes = [
            GinIndex(fields=["keys"], name="entry_keys"),
            models.Index(fields=["norm"], name="entry_norm", condition=models.Q(ended_by=None)),
            models.Index(fields=["nib"], name="entry_nib", condition=~models.Q(nib="")),
            models.Index(
                fields=["registry", "norm"],
                name="entry_prefix",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
                condition=models.Q(ended_by=None),
            ),
            models.Index(fields=["registry", "norm", "id"], name="entry_list", condition=models.Q(ended_by=None)),
        ]

    def __str__(self) -> str:
        return f"{self.registry} {self.pk}"


class StagedRow(Fields):
    """A row of a file that is not applied yet, or the sentence why it cannot be; gone after applying."""

    batch = models.ForeignKey(RegistryImport, models.CASCADE, related_name="staged")
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("baris yang dibaca")
        verbose_name_plural = _("baris yang dibaca")
        indexes = [
            models.Index(fields=["batch", "identity"], name="staged_identity"),
            models.Index(fields=["batch", "line"], name="staged_problems", condition=~models.Q(problem="")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.line}"
