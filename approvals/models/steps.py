"""Who must decide and what came of it; internal notes of reviewers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration, Snapshot
from portal.people.models import Capacity, Employee, Opd


class Stage(models.TextChoices):
    HEAD = "head", _("Atasan")
    INSPECTORATE = "inspectorate", _("Inspektorat")
    REVIEW = "review", _("BKPSDM")
    SECOND = "second", _("Peninjau kedua BKPSDM")
    OBJECTION = "objection", _("Penelaah keberatan")


class Because(models.TextChoices):
    """Why this person was asked; the sentence is shown to the declarant before sending."""

    HEAD_OF_OPD = "head_of_opd", _("Kepala OPD Anda, jabatan definitif")
    ACTING_DAILY = "acting_daily", _("Pelaksana harian (Plh.) karena kepala OPD berhalangan sementara")
    ACTING_VACANT = "acting_vacant", _("Pelaksana tugas (Plt.) karena jabatan kepala OPD kosong")
    ACTING_PJ = "acting_pj", _("Penjabat (Pj.) yang memimpin OPD Anda")
    SELF_IS_HEAD = "self_is_head", _("Anda memimpin unit ini, jadi diputus satu tingkat di atasnya")
    SENIOR_POST = "senior_post", _("Jabatan Anda diputus satu tingkat di atasnya")
    RELATED = "related", _("Pejabat sebelumnya adalah keluarga Anda, jadi diputus satu tingkat di atasnya")
    PASSED_ON = "passed_on", _("Diteruskan oleh pejabat yang diminta semula, untuk perkara ini saja")
    STEPPED_DOWN = (
        "stepped_down",
        _("Pejabat sebelumnya tidak memutus perkara ini karena punya kepentingan atau peran lain, jadi naik setingkat"),
    )
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
    PAPER = "paper", _("lembar keputusan bertanda tangan")
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
    second_reviewer = models.BooleanField(
        default=False, help_text=_("Pendapat datang dari peninjau kedua, karena Inspektorat yang dinilai.")
    )
    passed_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="passed_to")
    reopens = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reopened_by")
    link_version = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
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
            models.Index(fields=["assigned_to", "mailed_at"], name="step_mailed_to"),
            # few steps are so, and every list of the desk asks of each case whether it has one
            models.Index(fields=["declaration"], condition=models.Q(inspectorate_decides=True), name="step_reserved"),
            models.Index(
                fields=["declaration"],
                condition=models.Q(
                    stage="head", assigned_to__isnull=True, decided_at__isnull=True, cancelled_at__isnull=True
                ),
                name="step_nobody_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.get_stage_display()}"

    @property
    def pending(self) -> bool:
        return self.decided_at is None and self.cancelled_at is None


class Recusal(models.Model):
    """That somebody stepped down from one case because of an interest; he takes no part in it again."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("pengunduran diri dari perkara")
        verbose_name_plural = _("pengunduran diri dari perkara")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["declaration", "person"], name="recused_once")]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.person_id}"


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
