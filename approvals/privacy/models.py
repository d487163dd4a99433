"""Requests to correct a datum, holds that keep a case, and the deletions that two officers decide."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration
from portal.people.models import Employee


class Datum(models.TextChoices):
    NAME = "name", _("Nama atau gelar")
    POST = "post", _("Jabatan")
    UNIT = "unit", _("Unit kerja atau OPD")
    EMPLOYMENT = "employment", _("Jenis pegawai atau golongan")
    EMAIL = "email", _("Alamat email")
    CHANNEL = "channel", _("Kanal")
    ANSWER = "answer", _("Isian deklarasi")
    OTHER = "other", _("Data lain")


class Correction(models.Model):
    """A person says what is wrong and what is right; an officer answers within 3 x 24 hours."""

    person = models.ForeignKey(Employee, models.PROTECT, related_name="corrections")
    datum = models.CharField(_("data"), max_length=12, choices=Datum)
    wish = models.CharField(_("yang benar"), max_length=500)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done = models.BooleanField(null=True)
    answer = models.CharField(_("jawaban"), max_length=500, blank=True)
    answered_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("permintaan perbaikan data")
        verbose_name_plural = _("permintaan perbaikan data")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(answered_at=None), name="corrections_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done=None, answered_by=None, answered_at=None, answer="")
                | (models.Q(done__isnull=False, answered_by__isnull=False, answered_at__isnull=False)),
                name="correction_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(answered_by=models.F("person")), name="nobody_answers_his_own_correction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Hold(models.Model):
    """While one stands, nothing of the case is deleted: an investigation needs it; only the Inspektorat reads why."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="holds")
    reason = models.TextField(_("alasan"))
    set_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lift_reason = models.TextField(_("alasan melepas"), blank=True)
    lifted_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("penahanan penghapusan")
        verbose_name_plural = _("penahanan penghapusan")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"], condition=models.Q(lifted_at=None), name="one_standing_hold_a_case"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_by=None, lifted_at=None, lift_reason="")
                | (models.Q(lifted_by__isnull=False, lifted_at__isnull=False) & ~models.Q(lift_reason="")),
                name="hold_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.pk}"


class Period(models.Model):
    """How long a kind of data is kept, where that comes from, and whether anybody has verified it."""

    code = models.CharField(max_length=16, unique=True)
    label = models.CharField(_("data"), max_length=150)
    keep = models.CharField(_("masa simpan"), max_length=150)
    then = models.CharField(_("sesudahnya"), max_length=150)
    days = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(_("sumber"), max_length=200)
    verified = models.BooleanField(_("terverifikasi"), default=False)
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("masa simpan")
        verbose_name_plural = _("masa simpan")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code


class Deletion(models.Model):
    """One list of data past its period: proposed by one officer, confirmed by another, then worked off."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="deletions")
    before = models.DateTimeField(help_text=_("Yang berakhir sebelum saat ini."))
    expected = models.PositiveIntegerField()
    deleted = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("penghapusan")
        verbose_name_plural = _("penghapusan")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period"], condition=models.Q(accepted=None), name="one_open_deletion_a_period"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted=None, decided_by=None, decided_at=None)
                | models.Q(accepted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="deletion_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(accepted=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="deletion_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.pk}"
