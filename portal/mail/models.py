"""`OutgoingEmail`: a mail is a row, written with the deed that owes it; a worker hands it over afterwards."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

FARTHEST = timedelta(days=60)


class State(models.TextChoices):
    """Where a mail stands; `sending` is a claim with a lease, so a dead worker never keeps it."""

    QUEUED = "queued", _("Menunggu")
    SENDING = "sending", _("Sedang dikirim")
    SENT = "sent", _("Terkirim")
    FAILED = "failed", _("Gagal")


class Priority(models.IntegerChoices):
    """Mail that somebody waits for overtakes mail in bulk."""

    DIRECT = 0, _("langsung")
    BULK = 5, _("massal")


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, moment: Any) -> "OutgoingEmailQuerySet":
        """Return what may be claimed at a moment (a time or an expression): waiting and due, or its lease ran out.

        Nothing is ever planned months ahead: such a time was written by a clock that has been set right since.
        """
        never = moment + FARTHEST
        waiting = Q(state=State.QUEUED, next_at__lte=moment) | Q(state=State.QUEUED, next_at__gt=never)
        abandoned = Q(state=State.SENDING, lease_until__lte=moment) | Q(state=State.SENDING, lease_until__gt=never)
        return self.filter(~Exists(Hold.objects.all()), waiting | abandoned).order_by("priority", "next_at", "pk")

    def overdue(self, moment: datetime) -> "OutgoingEmailQuerySet":
        """Return what should have gone out by now, held or not."""
        return self.filter(state__in=(State.QUEUED, State.SENDING), next_at__lte=moment)

    def failed(self) -> "OutgoingEmailQuerySet":
        """Return what was given up and not sent anew: somebody at BKPSDM has to look at it."""
        return self.filter(state=State.FAILED, resends__isnull=True)


class Hold(models.Model):
    """While a row is here no mail leaves: after a restore (people may have been told more), or in an incident."""

    since = models.DateTimeField(_("sejak"))

    class Meta:
        verbose_name = _("penahan email")
        verbose_name_plural = _("penahan email")

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M}"


class OutgoingEmail(models.Model):
    """One mail to one recipient. Text and HTML keep the placeholders [[link]] and [[code]]; `secret` is sealed."""

    key = models.CharField(_("kunci"), max_length=120, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    case = models.CharField(_("nomor deklarasi"), max_length=24, blank=True)
    purpose = models.CharField(_("keperluan"), max_length=40)
    to = models.CharField(_("penerima"), max_length=254, blank=True)
    subject = models.CharField(_("subjek"), max_length=200)
    text = models.TextField(_("isi teks"))
    html = models.TextField(_("isi HTML"), blank=True)
    headers: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    secret = models.BinaryField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.DIRECT)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    next_at = models.DateTimeField(_("dikirim pada"))
    give_up_at = models.DateTimeField(_("dicoba sampai"))
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("terkirim pada"), null=True, blank=True)
    failed_at = models.DateTimeField(_("gagal pada"), null=True, blank=True)
    last_error = models.CharField(_("galat terakhir"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("ditulis pada"))
    resend_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="resends", verbose_name=_("kirim ulang dari")
    )

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("email keluar")
        verbose_name_plural = _("email keluar")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.QUEUED, lease_until=None, sent_at=None, failed_at=None)
                | Q(state=State.SENDING, lease_until__isnull=False, sent_at=None, failed_at=None)
                | Q(state=State.SENT, lease_until=None, sent_at__isnull=False, failed_at=None)
                | Q(state=State.FAILED, lease_until=None, sent_at=None, failed_at__isnull=False),
                name="mail_state_and_times_agree",
            ),
            models.CheckConstraint(
                condition=~Q(to="") | Q(state=State.FAILED), name="mail_without_recipient_has_failed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "next_at", "id"],
                condition=Q(state__in=[State.QUEUED, State.SENDING]),
                name="mail_open",
            ),
            models.Index(fields=["-failed_at"], condition=Q(state=State.FAILED), name="mail_failed"),
            models.Index(fields=["case", "id"], condition=~Q(case=""), name="mail_case"),
            models.Index(fields=["purpose", "-id"], name="mail_kind"),
            models.Index(fields=["-id"], condition=Q(state=State.SENT), name="mail_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"
