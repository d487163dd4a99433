"""Codes by mail, counters of attempts, forms rescued from an ended session, and requests for help with registering."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Opd
from portal.people.roles import LABELS


class OneTimeCode(models.Model):
    """A code that was mailed: who it is for is a keyed digest, and so is the code."""

    purpose = models.CharField(max_length=20)
    subject = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sent_to: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("kode sekali pakai")
        verbose_name_plural = _("kode sekali pakai")
        indexes = [
            models.Index(fields=["subject", "purpose", "-id"], name="code_newest"),
            models.Index(fields=["expires_at"], name="code_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class Counter(models.Model):
    """How often something happened in a period; the key is a keyed digest."""

    name = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("penghitung")
        verbose_name_plural = _("penghitung")
        constraints = [models.UniqueConstraint(fields=["name", "key"], name="one_counter_per_key")]
        indexes = [models.Index(fields=["until"], name="counter_until")]

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


class RescuedForm(models.Model):
    """What was typed into a form whose session had ended, sealed, for the browser that holds the random cookie."""

    token = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=500)
    owner_id = models.BigIntegerField(null=True)
    data = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("isian tersimpan")
        verbose_name_plural = _("isian tersimpan")
        indexes = [models.Index(fields=["expires_at"], name="rescued_expiry")]

    def __str__(self) -> str:
        return self.path


class Device(models.Model):
    """One session of a person, by its key: what is listed on the page of security and may be ended there."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    label = models.CharField(_("perangkat"), max_length=60, blank=True)
    since = models.DateTimeField(_("masuk pada"))
    seen_at = models.DateTimeField(_("terakhir dipakai"))

    class Meta:
        verbose_name = _("perangkat")
        verbose_name_plural = _("perangkat")
        indexes = [models.Index(fields=["person", "-seen_at"], name="device_person")]

    def __str__(self) -> str:
        return f"Perangkat {self.pk}"


class RoleChange(models.Model):
    """A role to be given or taken: proposed by one officer, in force when a second one accepts it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_changes")
    role = models.CharField(_("peran"), max_length=20)
    give = models.BooleanField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("perubahan peran")
        verbose_name_plural = _("perubahan peran")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(decided_at=None), name="one_open_role_change"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted=None, decided_by=None, decided_at=None)
                | models.Q(accepted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="role_change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(accepted=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="role_change_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return f"Perubahan peran {self.pk}"

    @property
    def label(self) -> str:
        """Return the role in words."""
        return str(LABELS.get(self.role, self.role))


class HelpRequest(models.Model):
    """Somebody proved an address that the roster does not hold; officers decide whose it is."""

    class Kind(models.TextChoices):
        REGISTER = "daftar", _("Bantuan mendaftar")
        ADDRESS = "email", _("Ganti email pejabat atau petugas")

    class State(models.TextChoices):
        OPEN = "baru", _("Menunggu petugas")
        SECOND = "kedua", _("Menunggu petugas kedua")
        CONFIRMED = "cocok", _("Dikonfirmasi")
        REFUSED = "ditolak", _("Ditolak")

    kind = models.CharField(_("jenis"), max_length=8, choices=Kind, default=Kind.REGISTER)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.OPEN)
    name = models.CharField(_("nama"), max_length=150)
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, related_name="+", verbose_name=_("OPD"))
    email = models.EmailField(_("email terbukti"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="help_requests", verbose_name=_("pegawai")
    )
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("alasan"), blank=True)
    created_at = models.DateTimeField(_("dikirim"))
    decided_at = models.DateTimeField(_("diputus"), null=True)

    class Meta:
        verbose_name = _("permintaan bantuan")
        verbose_name_plural = _("permintaan bantuan")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["state", "created_at"], name="help_queue")]

    def __str__(self) -> str:
        return f"Permintaan {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.OPEN, self.State.SECOND)
