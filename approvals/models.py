"""Who must decide, what was found, what was decided: steps, findings, conditions and letters."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration, PolicyMode, Severity, Snapshot
from portal.people.models import Capacity, Employee, Opd


class Stage(models.TextChoices):
    HEAD = "head", _("Atasan")
    INSPECTORATE = "inspectorate", _("Inspektorat")
    REVIEW = "review", _("BKPSDM")


class Because(models.TextChoices):
    """Why this person was asked; the sentence is shown to the declarant before sending."""

    HEAD_OF_OPD = "head_of_opd", _("Kepala OPD Anda, jabatan definitif")
    ACTING_DAILY = "acting_daily", _("Pelaksana harian (Plh.) karena kepala OPD berhalangan sementara")
    ACTING_VACANT = "acting_vacant", _("Pelaksana tugas (Plt.) karena jabatan kepala OPD kosong")
    ACTING_PJ = "acting_pj", _("Penjabat (Pj.) yang memimpin OPD Anda")
    SELF_IS_HEAD = "self_is_head", _("Anda memimpin unit ini, jadi diputus satu tingkat di atasnya")
    SENIOR_POST = "senior_post", _("Jabatan Anda diputus satu tingkat di atasnya")
    RELATED = "related", _("Pejabat sebelumnya adalah keluarga Anda, jadi diputus satu tingkat di atasnya")
    NO_APPROVER = "no_approver", _("Belum ada pejabat yang dapat dihubungi; BKPSDM akan menetapkannya")


class Outcome(models.TextChoices):
    ENDORSED = "endorsed", _("Disetujui")
    ENDORSED_NOTE = "endorsed_note", _("Disetujui dengan catatan")
    OBJECTED = "objected", _("Tidak disetujui")
    RETURNED = "returned", _("Dikembalikan untuk diperbaiki")
    APPROVED = "approved", _("Disetujui")
    APPROVED_CONDITIONS = "approved_conditions", _("Disetujui dengan syarat")
    REJECTED = "rejected", _("Tidak disetujui")
    FORWARDED = "forwarded", _("Diteruskan ke Inspektorat")
    OPINION = "opinion", _("Pendapat diberikan")


class Via(models.TextChoices):
    LINK = "link", _("tautan email")
    LINK_CODE = "link_code", _("tautan email dengan kode")
    HAND = "hand", _("nomor dan kode dari email")
    DASHBOARD = "dashboard", _("dasbor")
    SYSTEM = "system", _("sistem")


class Step(models.Model):
    """One required decision on one snapshot: who was asked, in which capacity, why, and what came of it."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="steps")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=12, choices=Stage)
    assigned_to = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="steps")
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="steps")
    capacity = models.CharField(max_length=10, choices=Capacity, blank=True)
    post = models.CharField(max_length=200, blank=True, help_text=_("Jabatan saat diminta, dengan Plt./Plh."))
    because = models.CharField(max_length=16, choices=Because, blank=True)
    second_look = models.BooleanField(default=False)
    inspectorate_decides = models.BooleanField(default=False)
    reopens = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reopened_by")
    link_version = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    reason_code = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    marks = models.JSONField(default=list, blank=True)  # parts of the form to be mended, when returned
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="decisions")
    decided_at = models.DateTimeField(null=True, blank=True)
    via = models.CharField(max_length=12, choices=Via, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("langkah keputusan")
        verbose_name_plural = _("langkah keputusan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"],
                condition=models.Q(decided_at__isnull=True, cancelled_at__isnull=True),
                name="one_pending_step",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_by__isnull=True, decided_at__isnull=True, via="")
                | (
                    ~models.Q(outcome="")
                    & ~models.Q(via="")
                    & models.Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="decision_whole_or_absent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assigned_to", "due_on"],
                condition=models.Q(decided_at__isnull=True, cancelled_at__isnull=True),
                name="step_pending_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.get_stage_display()}"

    @property
    def pending(self) -> bool:
        return self.decided_at is None and self.cancelled_at is None


class Finding(models.Model):
    """One question raised by a rule on one snapshot, with all that is needed to explain it later."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=5, choices=Severity)
    name = models.CharField(max_length=150)
    reason = models.TextField()
    topic = models.CharField(max_length=150)
    evidence = models.JSONField(default=list)  # [{"code", "question", "answer", "channel"?, "sensitive"?}]
    bases = models.JSONField(default=list)  # [{"code", "text", "verified"}] as they stood on that day
    explanation = models.TextField(blank=True, help_text=_("Penjelasan ASN."))
    relevant = models.BooleanField(null=True, blank=True)
    handling = models.TextField(blank=True)
    handled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("temuan")
        verbose_name_plural = _("temuan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "code"], name="finding_once_per_snapshot"),
            models.CheckConstraint(
                condition=models.Q(relevant__isnull=True, handled_by__isnull=True, handled_at__isnull=True)
                | models.Q(relevant__isnull=False, handled_by__isnull=False, handled_at__isnull=False),
                name="handling_whole_or_absent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.snapshot}"


class Explanation(models.Model):
    """What the declarant wrote beside a likely finding before sending; copied to the finding when it fires."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="explanations")
    code = models.CharField(max_length=8)
    text = models.TextField(max_length=500)

    class Meta:
        verbose_name = _("penjelasan")
        verbose_name_plural = _("penjelasan")
        constraints = [models.UniqueConstraint(fields=["declaration", "code"], name="explanation_once")]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.code}"


class LegalBasis(models.Model):
    """A legal text by short code; never in code, so that BKPSDM corrects it without a release."""

    code = models.CharField(max_length=24, unique=True)
    instrument = models.CharField(max_length=200)
    clause = models.CharField(max_length=80, blank=True)
    summary = models.TextField(blank=True)
    verified_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("dasar hukum")
        verbose_name_plural = _("dasar hukum")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True, verified_at__isnull=True)
                | models.Q(verified_by__isnull=False, verified_at__isnull=False),
                name="verification_whole_or_absent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.clause}".strip()


class RuleText(models.Model):
    """Name, reason and topic of a rule, by version; conditions are tested code in approvals.screening."""

    code = models.CharField(max_length=8)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=150)
    reason = models.TextField()
    topic = models.CharField(max_length=150, help_text=_("Disebut kepada ASN sebelum mengirim."))
    bases = models.ManyToManyField(LegalBasis, blank=True, related_name="rules")
    effective_from = models.DateField()
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("aturan penapisan")
        verbose_name_plural = _("aturan penapisan")
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Policy(models.Model):
    """How the commercial clause is read from a day on, and why."""

    mode = models.CharField(max_length=8, choices=PolicyMode)
    effective_from = models.DateField(unique=True)
    reason = models.TextField()

    class Meta:
        verbose_name = _("kebijakan komersial")
        verbose_name_plural = _("kebijakan komersial")
        ordering = ["effective_from"]

    def __str__(self) -> str:
        return f"{self.mode} {self.effective_from}"


class ControlMeasure(models.Model):
    """A condition a reviewer can choose (KP-01 ...)."""

    code = models.CharField(max_length=8, unique=True)
    text = models.CharField(max_length=300)
    needs_proof = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("langkah pengendalian")
        verbose_name_plural = _("langkah pengendalian")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Condition(models.Model):
    """A condition of one approval."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="conditions")
    measure = models.ForeignKey(ControlMeasure, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=500)
    due_on = models.DateField(null=True, blank=True)
    needs_proof = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("syarat")
        verbose_name_plural = _("syarat")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Note(models.Model):
    """An internal note on a case; append-only, never shown to the declarant."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="notes")
    author = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("catatan internal")
        verbose_name_plural = _("catatan internal")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.written_at:%Y-%m-%d}"


class LetterCounter(models.Model):
    """The running number of letters of one year; taken under a row lock, so numbers have no gaps."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("nomor urut surat")
        verbose_name_plural = _("nomor urut surat")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Letter(models.Model):
    """The letter of one approval: frozen facts; the PDF is rendered from them by a task."""

    step = models.OneToOneField(Step, models.PROTECT, related_name="letter")
    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="letters")
    number = models.CharField(max_length=20, unique=True)
    official_number = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=26, unique=True)
    facts: "models.JSONField[Any, Any]" = models.JSONField()
    issued_at = models.DateTimeField()
    valid_until = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("surat keterangan")
        verbose_name_plural = _("surat keterangan")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number


class LetterFile(models.Model):
    """The rendered PDF and its SHA-256; its absence means 'being made'."""

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="file")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    rendered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("berkas surat")
        verbose_name_plural = _("berkas surat")

    def __str__(self) -> str:
        return self.sha256
