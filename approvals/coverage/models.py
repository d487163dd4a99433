"""The yearly campaign, counts per office kept beside the data they come from, and calls to those who are silent."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Employee, Opd


class Campaign(models.Model):
    """The weeks of one year in which everybody is asked to declare or to state that there is nothing to declare."""

    year = models.PositiveSmallIntegerField(_("tahun"), unique=True)
    name = models.CharField(_("nama"), max_length=100)
    starts = models.DateField(_("mulai"))
    ends = models.DateField(_("berakhir"))

    class Meta:
        verbose_name = _("kampanye")
        verbose_name_plural = _("kampanye")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("starts")), name="campaign_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name

    def runs(self, on: date) -> bool:
        """Tell whether the campaign is under way on this day (first and last day included)."""
        return self.starts <= on <= self.ends


class OfficeCount(models.Model):
    """How many people of one office have answered this year; recounted whole whenever something was marked."""

    office = models.OneToOneField(Opd, models.CASCADE, primary_key=True, related_name="coverage")
    year = models.PositiveSmallIntegerField()
    roster = models.PositiveIntegerField(default=0)
    declared = models.PositiveIntegerField(default=0)
    nil = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    silent = models.PositiveIntegerField(default=0)
    permille = models.PositiveSmallIntegerField(default=0, help_text=_("Yang sudah menjawab, per seribu."))
    counted_at = models.DateTimeField()
    # the same numbers together with all offices below this one, kept by one statement after every recount
    above = models.ForeignKey(Opd, models.SET_NULL, null=True, related_name="+", help_text=_("OPD di atasnya."))
    offices = models.PositiveIntegerField(default=0, help_text=_("OPD di bawahnya, termasuk yang ini."))
    all_roster = models.PositiveIntegerField(default=0)
    all_declared = models.PositiveIntegerField(default=0)
    all_nil = models.PositiveIntegerField(default=0)
    all_pending = models.PositiveIntegerField(default=0)
    all_silent = models.PositiveIntegerField(default=0)
    all_permille = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("cakupan OPD")
        verbose_name_plural = _("cakupan OPD")
        ordering = ["permille", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    roster=models.F("declared") + models.F("nil") + models.F("pending") + models.F("silent")
                ),
                name="coverage_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["permille", "office"], name="coverage_by_share"),
            models.Index(fields=["-silent", "office"], name="coverage_by_silent"),
            models.Index(fields=["year"], name="coverage_year"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id}: {self.permille}"


class Mark(models.Model):
    """That the counts of an office are out of date; written by triggers, never by us, and deleted when recounted."""

    # no constraint: a mark must never wait for, or hold up, whoever changes the unit
    office = models.ForeignKey(Opd, models.DO_NOTHING, db_constraint=False, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("tanda hitung ulang")
        verbose_name_plural = _("tanda hitung ulang")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["office"], name="coverage_mark_office"),
            models.Index(fields=["at"], name="coverage_mark_at"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id}"


class Call(models.Model):
    """One order to mail the silent people of an office, or of all; the clock works it off and notes how far it is."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="calls")
    office = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expected = models.PositiveIntegerField(help_text=_("Jumlah yang ditunjukkan sebelum dikirim."))
    last = models.BigIntegerField(default=0, help_text=_("Pegawai terakhir yang sudah dilalui."))
    mailed = models.PositiveIntegerField(default=0)
    without_address = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("panggilan")
        verbose_name_plural = _("panggilan")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "office"],
                condition=models.Q(done_at=None),
                nulls_distinct=False,
                name="one_running_call",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=models.Q(done_at=None), name="call_open")]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.office_id or 'semua'}"


class Called(models.Model):
    """That this person was mailed in this campaign; nobody is mailed twice."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    person = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    call = models.ForeignKey(Call, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("sudah dipanggil")
        verbose_name_plural = _("sudah dipanggil")
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="called_once_a_campaign")]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.person_id}"
