"""Rows of the reviewer's desk: none of them changes what becomes of a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.people.models import Employee


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
