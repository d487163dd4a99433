"""`AuditEvent`: one line of the append-only log, which the database guards. `LogReading`: whether the log was whole."""

from datetime import datetime
from typing import Any, NoReturn

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """Somebody tried to change or remove a line of the audit log."""


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """Reads and appends; every other statement is refused before it reaches the database."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The audit log is append-only.")

    update = delete = bulk_update = bulk_create = update_or_create = _refuse


class AuditEvent(models.Model):
    """Who did what to what, when and how; without foreign keys, so that it outlives what it tells about."""

    chain = models.CharField(_("rantai"), max_length=64)
    seq = models.PositiveIntegerField(_("urutan"))
    at = models.DateTimeField(_("waktu"))
    as_of = models.DateTimeField(_("waktu latihan"), null=True)
    event = models.CharField(_("kejadian"), max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("pelaku"), max_length=250, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(_("objek"), max_length=200)
    via = models.CharField(_("melalui"), max_length=20, blank=True)
    data: "models.JSONField[Any, Any]" = models.JSONField(_("rincian"))
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("kejadian audit")
        verbose_name_plural = _("jejak audit")
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_chain_seq")]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["at"], name="audit_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the audit log is append-only: TRUNCATE refused';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq} {self.event}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("The audit log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("The audit log is append-only.")

    @property
    def when(self) -> datetime:
        """Return the time the event tells of: the drill's moment if there was one, else the real one."""
        return self.as_of or self.at


class LogReading(models.Model):
    """When the log was last read from end to end, and how many chains were not as they were written: one row."""

    at = models.DateTimeField(_("dibaca pada"))
    broken = models.PositiveIntegerField(_("rantai yang tidak utuh"))

    class Meta:
        verbose_name = _("pembacaan jejak audit")
        verbose_name_plural = _("pembacaan jejak audit")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.broken}"
