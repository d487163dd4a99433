"""Who works where, and who heads what, on which date."""

import uuid
from datetime import date
from typing import Any

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What a unit is; only the kinds in DECIDING may decide on a declaration."""

    PEMKAB = "pemkab", _("Pemerintah kabupaten")
    SETDA = "setda", _("Sekretariat Daerah")
    ASISTEN = "asisten", _("Asisten")
    STAF_AHLI = "staf_ahli", _("Staf Ahli Bupati")
    BAGIAN = "bagian", _("Bagian")
    OPD = "opd", _("Perangkat daerah")
    KECAMATAN = "kecamatan", _("Kecamatan")
    RSUD = "rsud", _("Rumah sakit umum daerah")
    PUSKESMAS = "puskesmas", _("Puskesmas")
    SEKOLAH = "sekolah", _("Sekolah")
    UNIT = "unit", _("Unit kerja")


DECIDING = frozenset(
    {UnitKind.PEMKAB, UnitKind.SETDA, UnitKind.ASISTEN, UnitKind.OPD, UnitKind.KECAMATAN, UnitKind.RSUD}
)


class Capacity(models.TextChoices):
    """In which capacity a person heads a unit; the label is what a letter prints before the post."""

    DEFINITIVE = "definitive", _("Definitif")
    PLT = "plt", "Plt."
    PLH = "plh", "Plh."
    PJ = "pj", "Pj."


class EmploymentType(models.TextChoices):
    PNS = "pns", "PNS"
    CPNS = "cpns", "CPNS"
    PPPK = "pppk", "PPPK"
    PPPK_PARUH_WAKTU = "pppk_pw", "PPPK Paruh Waktu"
    OFFICIAL = "pejabat", _("Pejabat negara")  # the Bupati: decides, has no NIP, never declares


class PostKind(models.TextChoices):
    STRUCTURAL = "struktural", _("Jabatan struktural")
    FUNCTIONAL = "fungsional", _("Jabatan fungsional")
    EXECUTIVE = "pelaksana", _("Jabatan pelaksana")


class Opd(models.Model):
    """One unit of the tree: Pemkab at the top, then Setda, OPD and Kecamatan, then their units."""

    roster_id = models.CharField(_("UNOR ID"), max_length=64, unique=True, null=True, blank=True)
    code = models.CharField(_("kode"), max_length=32, unique=True, null=True, blank=True)
    name = models.CharField(_("nama"), max_length=150)
    kind = models.CharField(_("jenis"), max_length=16, choices=UnitKind, default=UnitKind.UNIT)
    head_title = models.CharField(_("sebutan kepala"), max_length=150, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("induk")
    )
    office = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("OPD"),
        help_text=_("Unit terdekat ke atas yang kepalanya memutus; diisi otomatis."),
    )
    is_active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        verbose_name = _("unit organisasi")
        verbose_name_plural = _("unit organisasi")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="pemkab"), name="one_pemkab"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="unit_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.decides and self.parent_id:
            self.office_id = self.parent.office_id if self.parent else None
        super().save(*args, **kwargs)
        if self.decides and self.office_id != self.pk:
            type(self).objects.filter(pk=self.pk).update(office=self)
            self.office_id = self.pk

    @property
    def decides(self) -> bool:
        return self.kind in DECIDING

    @property
    def short(self) -> str:
        """Return the code for narrow tables, the name where there is no code."""
        return self.code or self.name


LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("English"))]


def with_titles(prefix: str, name: str, suffix: str) -> str:
    """Return a name as letters write it: 'Drs. Amir, M.Pd.'."""
    name = f"{prefix} {name}".strip()
    return f"{name}, {suffix}" if suffix else name


class EmployeeManager(BaseUserManager["Employee"]):
    def get_by_natural_key(self, username: str | None) -> "Employee":
        return self.get(nip=username)

    def create_user(self, nip: str | None, password: str | None = None, **fields: Any) -> "Employee":
        """Create a person; without a password the row is only a directory entry."""
        person = self.model(nip=nip, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Employee(AbstractBaseUser, PermissionsMixin):
    """One row per person: the directory entry is the user. Most rows have no usable password; the roster owns them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(_("bahasa"), max_length=2, choices=LANGUAGES, default="id", db_default="id")
    roster_id = models.CharField("PNS ID", max_length=64, unique=True, null=True, blank=True)
    nip = models.CharField("NIP", max_length=18, unique=True, null=True, blank=True)
    name = models.CharField(_("nama"), max_length=150)
    title_prefix = models.CharField(_("gelar depan"), max_length=60, blank=True)
    title_suffix = models.CharField(_("gelar belakang"), max_length=100, blank=True)
    email = models.EmailField(_("email kepegawaian"), blank=True)
    email_gov = models.EmailField(_("email dinas"), blank=True)
    contact_email = models.EmailField(_("email terbukti"), unique=True, null=True, blank=True)
    employment_type = models.CharField(_("jenis pegawai"), max_length=8, choices=EmploymentType)
    employment_text = models.CharField(_("jenis pegawai menurut daftar"), max_length=150, blank=True)
    legal_status = models.CharField(_("kedudukan hukum"), max_length=60, default="Aktif")
    grade = models.CharField(_("golongan"), max_length=8, blank=True)
    echelon = models.CharField(_("eselon"), max_length=12, blank=True)
    post = models.CharField(_("jabatan"), max_length=150, blank=True)
    post_kind = models.CharField(_("jenis jabatan"), max_length=12, choices=PostKind, blank=True)
    post_since = models.DateField(_("TMT jabatan"), null=True, blank=True)
    unit = models.ForeignKey(
        Opd,
        models.PROTECT,
        related_name="employees",
        verbose_name=_("unit kerja"),
        db_index=False,  # employee_unit_active begins with it
    )
    is_active = models.BooleanField(_("aktif"), default=True)
    is_staff = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)

    moved_at = models.DateTimeField(
        _("pindah unit atau jabatan"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Kosong: sudah diikuti."),
    )

    objects = EmployeeManager()
    USERNAME_FIELD = "nip"
    EMAIL_FIELD = "contact_email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("pegawai")
        verbose_name_plural = _("pegawai")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["unit", "is_active"], name="employee_unit_active"),
            models.Index(fields=["name", "id"], name="employee_name"),
            models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="employee_name_prefix"),
            models.Index(fields=["email"], name="employee_email"),
            models.Index(fields=["email_gov"], name="employee_email_gov"),
            models.Index(fields=["moved_at"], condition=models.Q(moved_at__isnull=False), name="employee_moved"),
        ]
        triggers = [
            # whoever writes the row, a roster of 8,000 lines or one officer: a move is never missed
            pgtrigger.Trigger(
                name="note_move",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("unit", "post"),
                func="NEW.moved_at = NOW(); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.official_name

    @property
    def official_name(self) -> str:
        """Return the name with its titles."""
        return with_titles(self.title_prefix, self.name, self.title_suffix)

    @property
    def office(self) -> Opd | None:
        """Return the OPD this person belongs to, or None for somebody outside every OPD."""
        return self.unit.office

    @property
    def mailbox(self) -> str:
        """Return the address mail goes to: the proven one, else the official one, else the roster's; may be empty."""
        return self.contact_email or self.email_gov or self.email

    def get_full_name(self) -> str:
        return self.official_name


def covers(on: date, starts: date, ends: date | None) -> bool:
    """Tell whether a day lies within a time whose two ends belong to it; no end means open."""
    return starts <= on and (ends is None or on <= ends)


class HeadAssignment(models.Model):
    """This person heads this unit in this capacity from one day to another (both included; no end = open)."""

    person = models.ForeignKey(Employee, models.PROTECT, related_name="assignments", verbose_name=_("pejabat"))
    opd = models.ForeignKey(Opd, models.PROTECT, related_name="heads", verbose_name=_("unit"))
    capacity = models.CharField(_("kapasitas"), max_length=10, choices=Capacity, default=Capacity.DEFINITIVE)
    starts = models.DateField(_("mulai"))
    ends = models.DateField(_("sampai"), null=True, blank=True)
    decree_number = models.CharField(_("nomor SK"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("penugasan kepala")
        verbose_name_plural = _("penugasan kepala")
        ordering = ["opd", "-starts"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="assignment_ends_after_start",
                violation_error_message=_("Tanggal akhir harus sama dengan atau setelah tanggal mulai."),
            ),
            ExclusionConstraint(
                name="one_head_at_a_time",
                expressions=[
                    (
                        models.Func(models.F("opd"), models.F("opd"), models.Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        models.Func(models.F("starts"), models.F("ends"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=models.Q(capacity__in=["definitive", "plt", "pj"]),
                violation_error_message=_("Masa tugas bertabrakan dengan pejabat lain pada unit ini."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.official_name}, {self.post_on_letter}"

    @property
    def post_on_letter(self) -> str:
        """Return the post with its capacity: 'Plt. Kepala Dinas Kesehatan'."""
        title = self.opd.head_title or f"Kepala {self.opd.name}"
        return title if self.capacity == Capacity.DEFINITIVE else f"{self.get_capacity_display()} {title}"

    def covers(self, on: date) -> bool:
        """Tell whether the assignment is in force on this day."""
        return covers(on, self.starts, self.ends)


class HeadChange(models.Model):
    """A change of who heads a unit, or of a head's address: asked by one officer, done when a second one accepts."""

    class Kind(models.TextChoices):
        APPOINT = "appoint", _("Penunjukan pejabat")
        END = "end", _("Akhir masa tugas")
        ADDRESS = "address", _("Alamat email pejabat")

    kind = models.CharField(max_length=8, choices=Kind)
    opd = models.ForeignKey(Opd, models.PROTECT, related_name="head_changes")
    person = models.ForeignKey(Employee, models.PROTECT, related_name="head_changes")
    assignment = models.ForeignKey(HeadAssignment, models.PROTECT, null=True, blank=True, related_name="changes")
    capacity = models.CharField(max_length=10, choices=Capacity, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    decree_number = models.CharField(max_length=80, blank=True)
    replaces = models.BooleanField(
        default=False, help_text=_("Masa tugas pejabat yang ada diakhiri sehari sebelumnya.")
    )
    email = models.EmailField(blank=True)
    asked_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("perubahan pejabat")
        verbose_name_plural = _("perubahan pejabat")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opd", "kind", "person"], condition=models.Q(decided_at=None), name="one_open_head_change"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted=None, decided_by=None, decided_at=None)
                | models.Q(accepted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="head_change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(accepted=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="head_change_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.opd}"
