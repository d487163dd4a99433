"""When a channel is read, what was read, and under which names it was seen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.models import Channel


class ReadState(models.TextChoices):
    """What the last look at the platform gave; none of them says anything against the person."""

    NEW = "new", _("Belum diperiksa")
    READ = "read", _("Terbaca")
    UNKNOWN = "unknown", _("Belum dapat diperiksa")
    OTHER = "other", _("Nama akun kini menunjuk ke kanal lain")


class FeedCheck(models.Model):
    """The one row per YouTube channel that says when it is read next, and what is known of it by now."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="feed")
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("Kegagalan berturut-turut."))
    state = models.CharField(max_length=8, choices=ReadState, default=ReadState.NEW)
    problem = models.CharField(max_length=12, blank=True)
    external_id = models.CharField(_("ID kanal"), max_length=64, blank=True)
    handle = models.CharField(_("nama akun"), max_length=100, blank=True)
    title = models.CharField(_("nama kanal"), max_length=150, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pemeriksaan kanal")
        verbose_name_plural = _("pemeriksaan kanal")
        indexes = [
            models.Index(fields=["due_at", "id"], name="feed_due"),
            models.Index(fields=["external_id"], condition=~models.Q(external_id=""), name="feed_identity"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.state}"


class FeedReading(models.Model):
    """One successful reading: the newest uploads with their times and marks of advertising, no descriptions."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="readings")
    read_at = models.DateTimeField()
    title = models.CharField(max_length=150, blank=True)
    handle = models.CharField(max_length=100, blank=True)
    uploads = models.JSONField(default=list)  # [{"id", "title", "at" (ISO, UTC), "marks": [word]}], newest first

    class Meta:
        verbose_name = _("hasil pembacaan kanal")
        verbose_name_plural = _("hasil pembacaan kanal")
        ordering = ["-read_at", "-pk"]
        indexes = [models.Index(fields=["channel", "-read_at"], name="reading_of_channel")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.read_at}"


class NameKind(models.TextChoices):
    HANDLE = "handle", _("Nama akun")
    TITLE = "title", _("Nama kanal")


class ChannelName(models.Model):
    """A name under which the same channel id was seen, from the first to the last time."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="names")
    kind = models.CharField(max_length=8, choices=NameKind)
    value = models.CharField(max_length=150)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        verbose_name = _("riwayat nama kanal")
        verbose_name_plural = _("riwayat nama kanal")
        ordering = ["first_seen", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind", "value"], name="channel_name_once"),
        ]

    def __str__(self) -> str:
        return self.value


class Sample(models.Model):
    """A sample link of a declaration and the channel that the platform names as its owner."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="samples")
    video = models.CharField(max_length=20)
    author = models.CharField(
        max_length=110, blank=True, help_text=_("Nama akun atau ID kanal; kosong: belum diketahui.")
    )
    author_name = models.CharField(max_length=150, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("contoh unggahan")
        verbose_name_plural = _("contoh unggahan")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["channel", "video"], name="sample_once")]

    def __str__(self) -> str:
        return self.video


class HostPace(models.Model):
    """When a host may be asked again, for all workers together."""

    host = models.CharField(max_length=100, unique=True)
    next_at = models.DateTimeField()

    class Meta:
        verbose_name = _("jeda permintaan")
        verbose_name_plural = _("jeda permintaan")

    def __str__(self) -> str:
        return f"{self.host}: {self.next_at}"
