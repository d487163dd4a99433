"""Rows of the calendar: free days, Ramadan, working patterns and who follows which, with every change."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Opd, UnitKind


class Revision(models.Model):
    """One row: a token that is new after every change, so that processes notice that what they remember is old."""

    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = _("versi kalender")
        verbose_name_plural = _("versi kalender")

    def __str__(self) -> str:
        return str(self.token)


class Year(models.Model):
    """A year whose free days are rows, and the version of the library they were last taken from."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    library = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("tahun kalender")
        verbose_name_plural = _("tahun kalender")

    def __str__(self) -> str:
        return str(self.year)


class HolidayKind(models.TextChoices):
    NATIONAL = "national", _("Libur nasional")
    JOINT_LEAVE = "joint_leave", _("Cuti bersama")
    LOCAL = "local", _("Libur daerah")


class Source(models.TextChoices):
    LIBRARY = "library", _("Pustaka hari libur")
    BKPSDM = "bkpsdm", _("BKPSDM")


class Holiday(models.Model):
    """A day on which offices are closed; a removed one stays, so that it is not taken over from the library again."""

    day = models.DateField(_("tanggal"), unique=True)
    name = models.CharField(_("nama"), max_length=150)
    kind = models.CharField(_("jenis"), max_length=12, choices=HolidayKind)
    source = models.CharField(_("sumber"), max_length=8, choices=Source)
    removed_at = models.DateTimeField(_("dihapus"), null=True, blank=True)

    class Meta:
        verbose_name = _("hari libur")
        verbose_name_plural = _("hari libur")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"


class Ramadan(models.Model):
    """The first and the last day of a Ramadan, entered from the decree; never computed."""

    starts = models.DateField(_("mulai"))
    ends = models.DateField(_("sampai"))

    class Meta:
        verbose_name = _("Ramadan")
        verbose_name_plural = _("Ramadan")
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")),
                name="ramadan_ends_after_start",
                violation_error_message=_("Tanggal akhir harus sama dengan atau setelah tanggal mulai."),
            ),
            ExclusionConstraint(
                name="one_ramadan_at_a_time",
                expressions=[
                    (
                        models.Func(models.F("starts"), models.F("ends"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message=_("Tanggal ini bertabrakan dengan Ramadan lain yang sudah tercatat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts:%Y-%m-%d}..{self.ends:%Y-%m-%d}"


class PatternCode(models.TextChoices):
    FIVE = "5HK", _("Lima hari kerja")
    SIX = "6HK", _("Enam hari kerja")
    FIVE_RAMADAN = "5HK_RAMADAN", _("Lima hari kerja, Ramadan")
    SIX_RAMADAN = "6HK_RAMADAN", _("Enam hari kerja, Ramadan")
    SHIFT = "SHIFT", _("Sif (jam kerja tidak diperiksa)")
    PART_TIME = "PARUH_WAKTU", _("Paruh waktu (jam kerja tidak diperiksa)")


TIMED = (PatternCode.FIVE, PatternCode.SIX, PatternCode.FIVE_RAMADAN, PatternCode.SIX_RAMADAN)
RAMADAN_OF = {PatternCode.FIVE: PatternCode.FIVE_RAMADAN, PatternCode.SIX: PatternCode.SIX_RAMADAN}


class WorkPattern(models.Model):
    """The hours of one pattern from a day on; a later row of the same code takes over on its first day."""

    code = models.CharField(_("pola"), max_length=12, choices=PatternCode)
    starts = models.DateField(_("berlaku mulai"))

    class Meta:
        verbose_name = _("pola kerja")
        verbose_name_plural = _("pola kerja")
        ordering = ["code", "-starts"]
        constraints = [models.UniqueConstraint(fields=["code", "starts"], name="one_pattern_from_a_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.starts:%Y-%m-%d}"


class WorkDay(models.Model):
    """The hours of one weekday (1 is Monday) with its break."""

    pattern = models.ForeignKey(WorkPattern, models.CASCADE, related_name="days")
    weekday = models.PositiveSmallIntegerField(_("hari"))
    opens = models.TimeField(_("masuk"))
    closes = models.TimeField(_("pulang"))
    break_starts = models.TimeField(_("istirahat mulai"), null=True, blank=True)
    break_ends = models.TimeField(_("istirahat sampai"), null=True, blank=True)

    class Meta:
        verbose_name = _("jam kerja")
        verbose_name_plural = _("jam kerja")
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "weekday"], name="one_work_day"),
            models.CheckConstraint(condition=models.Q(weekday__range=(1, 7)), name="work_day_is_a_weekday"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens"))
                & (
                    models.Q(break_starts=None, break_ends=None)
                    | models.Q(
                        break_starts__gte=models.F("opens"),
                        break_ends__gt=models.F("break_starts"),
                        break_ends__lte=models.F("closes"),
                    )
                ),
                name="work_day_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class PatternUse(models.Model):
    """Which pattern a unit, or every unit of a kind, follows; without a row the default of portal.calendar.hours."""

    opd = models.OneToOneField(Opd, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    unit_kind = models.CharField(_("jenis unit"), max_length=16, choices=UnitKind, null=True, blank=True, unique=True)
    code = models.CharField(_("pola"), max_length=12, choices=PatternCode)

    class Meta:
        verbose_name = _("pola kerja unit")
        verbose_name_plural = _("pola kerja unit")
        ordering = ["unit_kind", "opd__name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opd=None, unit_kind__isnull=False) | models.Q(opd__isnull=False, unit_kind=None),
                name="pattern_of_a_unit_or_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.code}"

    @property
    def label(self) -> str:
        return self.opd.name if self.opd else self.get_unit_kind_display()


class Act(models.TextChoices):
    ADDED = "added", _("ditambahkan")
    REMOVED = "removed", _("dihapus")
    RESTORED = "restored", _("dipulihkan")
    CHANGED = "changed", _("diubah")
    TAKEN = "taken", _("diambil dari pustaka")


class Change(models.Model):
    """What was changed, by whom, why, and how many deadlines moved; append-only, shown on the page."""

    year = models.PositiveSmallIntegerField(db_index=True)
    what = models.CharField(max_length=250)
    act = models.CharField(max_length=8, choices=Act)
    reason = models.CharField(max_length=500, blank=True)
    moved = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("perubahan kalender")
        verbose_name_plural = _("perubahan kalender")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.what}: {self.act}"
