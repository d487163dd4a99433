"""Work that somebody in an office owes and that no mail can do for him: shown until it is done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration
from portal.people.models import Employee, Opd


class WorkKind(models.TextChoices):
    NO_APPROVER = "no_approver", _("Belum ada pejabat")
    HEAD_SILENT = "head_silent", _("Atasan belum memutus")
    STAGE_OVERDUE = "stage_overdue", _("Telaah lewat batas")
    RETURN_OVERDUE = "return_overdue", _("Perbaikan lewat batas")
    CONDITION_OVERDUE = "condition_overdue", _("Syarat lewat batas")
    PROOF_SENT = "proof_sent", _("Bukti syarat menunggu pemeriksaan")
    CHANNEL_PROOF = "channel_proof", _("Bukti kanal menunggu pemeriksaan")
    CONFIRMATION = "confirmation", _("Konfirmasi setelah mutasi belum dijawab")
    RESCREENED = "rescreened", _("Temuan baru setelah persetujuan")
    SECOND_OPINION = "second_opinion", _("Pendapat peninjau kedua diminta")
    NO_OFFICER = "no_officer", _("Tidak ada petugas yang bebas")
    LATE_OBJECTION = "late_objection", _("Keberatan terlambat menunggu keputusan")
    HEAD_CHANGE = "head_change", _("Perubahan pejabat menunggu petugas kedua")
    ACTING_TERM = "acting_term", _("Masa Plt. perlu diperiksa")
    CORRECTION = "correction", _("Permintaan perbaikan data")


class Audience(models.TextChoices):
    REVIEWER = "reviewer", _("BKPSDM")
    INSPECTORATE = "inspectorate", _("Inspektorat")
    ADMINISTRATOR = "administrator", _("Pengelola")


class WorkItem(models.Model):
    """One open piece of work; the same thing is never open twice."""

    kind = models.CharField(max_length=20, choices=WorkKind)
    audience = models.CharField(max_length=16, choices=Audience, default=Audience.REVIEWER)
    declaration = models.ForeignKey(Declaration, models.PROTECT, null=True, blank=True, related_name="work")
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, blank=True, related_name="+")
    about = models.CharField(
        max_length=60, blank=True, help_text=_("Membedakan dua pekerjaan sejenis, misalnya id syarat.")
    )
    text = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("pekerjaan")
        verbose_name_plural = _("pekerjaan")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "declaration", "opd", "about"],
                condition=models.Q(done_at=None),
                nulls_distinct=False,
                name="work_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["audience", "opened_at"], condition=models.Q(done_at=None), name="work_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
