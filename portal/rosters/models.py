"""One import of the roster: its file while it is unread, its rows while they are unsaved, and what it replaced."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Employee


class State(models.TextChoices):
    MATCHING = "matching", _("Cocokkan kolom")
    READING = "reading", _("Sedang dibaca")
    PLANNED = "planned", _("Menunggu Anda simpan")
    APPLYING = "applying", _("Sedang disimpan")
    WAITING = "waiting", _("Sebagian menunggu petugas kedua")
    CONFIRMING = "confirming", _("Perubahan yang ditahan sedang disimpan")
    APPLIED = "applied", _("Tersimpan")
    CANCELLED = "cancelled", _("Dibatalkan")
    FAILED = "failed", _("Tidak dapat dibaca")
    UNDONE = "undone", _("Diurungkan")


WORKING = (State.READING, State.APPLYING, State.CONFIRMING)
UNSAVED = (State.MATCHING, State.PLANNED)
SAVED = (State.WAITING, State.APPLIED)


class RosterImport(models.Model):
    """One file of the roster and how far it has come; the file itself is sealed and gone as soon as it is read."""

    state = models.CharField(max_length=10, choices=State, default=State.MATCHING)
    content = models.BinaryField(null=True, blank=True, help_text=_("Berkas, tersandi; dihapus setelah dibaca."))
    extension = models.CharField(max_length=5)
    digest = models.CharField(max_length=64)
    full = models.BooleanField(default=False, help_text=_("Sebutkan pegawai yang tidak ada dalam berkas."))
    heading_line = models.PositiveIntegerField(default=0)
    heading_filled = models.PositiveIntegerField(default=0)
    headings: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    headings_key = models.CharField(max_length=64)
    mapping: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    forbidden: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    percent = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    shared_addresses = models.PositiveIntegerField(default=0)
    changes: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    done: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    left: "models.JSONField[Any, Any]" = models.JSONField(default=list, help_text=_("Tidak dapat diurungkan."))
    error = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    beat_at = models.DateTimeField(help_text=_("Tanda terakhir dari pekerja yang mengerjakannya."))
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, help_text=_("Berapa kali dikerjakan."))
    applied_at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, help_text=_("Jawaban petugas kedua atas yang ditahan."))
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("impor pegawai")
        verbose_name_plural = _("impor pegawai")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["beat_at"], name="rosters_at_work", condition=models.Q(state__in=WORKING)),
            models.Index(fields=["made_at"], name="rosters_unsaved", condition=models.Q(state__in=UNSAVED)),
            models.Index(fields=["applied_at"], name="rosters_saved", condition=models.Q(state__in=SAVED)),
            models.Index(fields=["headings_key", "-id"], name="rosters_headings"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(accepted=True) | ~models.Q(second_by=models.F("made_by")),
                name="roster_import_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def working(self) -> bool:
        return self.state in WORKING


class RosterRow(models.Model):
    """A row of the file with the columns we keep: its texts, and the values they were read into (`ok`)."""

    batch = models.ForeignKey(RosterImport, models.CASCADE, related_name="staged")
    line = models.PositiveIntegerField()
    ok = models.BooleanField()
    data: "models.JSONField[Any, Any]" = models.JSONField()

    class Meta:
        verbose_name = _("baris yang dibaca")
        verbose_name_plural = _("baris yang dibaca")
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="roster_row_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.line}"


class RosterProblem(models.Model):
    """What is wrong with a row: where, what stands there, and how to mend it."""

    batch = models.ForeignKey(RosterImport, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=150)
    value = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20)
    message = models.CharField(max_length=200)
    late = models.BooleanField(default=False, help_text=_("Ditemukan saat dibandingkan dengan direktori."))

    class Meta:
        verbose_name = _("masalah pada baris")
        verbose_name_plural = _("masalah pada baris")
        indexes = [models.Index(fields=["batch", "line"], name="roster_problems")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.line}"


class RosterChange(models.Model):
    """One line of the plan: who would change, and in what."""

    batch = models.ForeignKey(RosterImport, models.CASCADE, related_name="planned")
    line = models.PositiveIntegerField()
    nip = models.CharField(max_length=20, help_text=_("Disamarkan."))
    name = models.CharField(max_length=150)
    change = models.CharField(max_length=10)
    before = models.CharField(max_length=320, blank=True)
    after = models.CharField(max_length=320, blank=True)
    held = models.CharField(max_length=4, blank=True)

    class Meta:
        verbose_name = _("perubahan yang direncanakan")
        verbose_name_plural = _("perubahan yang direncanakan")
        indexes = [models.Index(fields=["batch", "change", "id"], name="roster_changes")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.line}"


class Kept(models.Model):
    """What the directory said of a person before an import and after it; no `old` for somebody it brought."""

    batch = models.ForeignKey(RosterImport, models.CASCADE, related_name="kept")
    person = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    head = models.BooleanField(default=False)
    old: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    new: "models.JSONField[Any, Any]" = models.JSONField(null=True)

    class Meta:
        verbose_name = _("keadaan sebelum impor")
        verbose_name_plural = _("keadaan sebelum impor")
        constraints = [models.UniqueConstraint(fields=["batch", "person"], name="roster_kept_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.person_id}"
