"""Rows of the reviewer's desk: none of them changes what becomes of a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models import Outcome
from declarations.models import Declaration
from portal import clock
from portal.people.models import Employee

REASONED = [
    (outcome.value, outcome.label)
    for outcome in (Outcome.APPROVED, Outcome.APPROVED_CONDITIONS, Outcome.RETURNED, Outcome.REJECTED)
]


class SavedView(models.Model):
    """One view of the queue under a name; the view itself is a plain link that anybody may be sent."""

    owner = models.ForeignKey(Employee, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("nama"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("tampilan tersimpan")
        verbose_name_plural = _("tampilan tersimpan")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_named_once")]

    def __str__(self) -> str:
        return self.name


class DeskSetting(models.Model):
    """How one officer likes the desk; whoever has no row has the defaults."""

    person = models.OneToOneField(Employee, models.CASCADE, primary_key=True, related_name="desk_setting")
    shortcuts = models.BooleanField(_("pintasan papan ketik"), default=True)

    class Meta:
        verbose_name = _("pengaturan meja")
        verbose_name_plural = _("pengaturan meja")

    def __str__(self) -> str:
        return str(self.person_id)


class AnswerComment(models.Model):
    """A remark of an officer at one answer; never changed. A visible one goes along with a request to mend."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="comments")
    version = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12)
    channel = models.CharField(max_length=200, blank=True)
    text = models.CharField(_("komentar"), max_length=300)
    visible = models.BooleanField(_("untuk ASN"))
    author = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("komentar pada isian")
        verbose_name_plural = _("komentar pada isian")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.code}"


class ReasonText(models.Model):
    """A ready sentence for one kind of decision; it fills the reason, which the officer then makes his own."""

    outcome = models.CharField(_("untuk keputusan"), max_length=20, choices=REASONED)
    title = models.CharField(_("judul"), max_length=80)
    text = models.TextField(_("teks"), max_length=1000)
    active = models.BooleanField(_("dipakai"), default=True)

    class Meta:
        verbose_name = _("contoh alasan")
        verbose_name_plural = _("contoh alasan")
        ordering = ["outcome", "title", "pk"]
        constraints = [models.UniqueConstraint(fields=["outcome", "title"], name="reason_text_titled_once")]

    def __str__(self) -> str:
        return self.title
