"""What an employee owns and declares: channels, drafts, and the frozen snapshots that were sent."""

import hashlib
import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from declarations.status import EDITABLE, OPEN, TURN, Status, Turn
from portal import clock
from portal.crypto import seal, unseal
from portal.people.models import Employee, Opd


class Platform(models.TextChoices):
    YOUTUBE = "youtube", "YouTube"
    TIKTOK = "tiktok", "TikTok"
    INSTAGRAM = "instagram", "Instagram"


class Severity(models.TextChoices):
    """How much a finding asks of the reviewer; the value '' on a declaration means that nothing was found."""

    BLOCK = "block", _("Tinggi")
    WARN = "warn", _("Perlu perhatian")
    INFO = "info", _("Info")


class PolicyMode(models.TextChoices):
    """How the circular's commercial clause is read (DESIGN D3)."""

    STRICT = "KETAT", _("Ketat: setiap aspek komersial memerlukan keputusan BKPSDM")
    CONFLICT = "KONFLIK", _("Konflik: aspek komersial bermasalah bila disertai konflik kepentingan")


class Channel(models.Model):
    """One channel of one person; the same channel declared by two people is two rows with the same key."""

    owner = models.ForeignKey(Employee, models.PROTECT, related_name="channels", verbose_name=_("pegawai"))
    platform = models.CharField(max_length=12, choices=Platform)
    handle = models.CharField(_("nama akun"), max_length=100, blank=True)
    external_id = models.CharField(_("ID kanal"), max_length=64, blank=True)
    key = models.CharField(max_length=110, help_text=_("ID kanal bila diketahui, selain itu nama akun huruf kecil."))
    ownership = models.CharField(_("pemilik"), max_length=12, blank=True)
    shows_asn = models.CharField(_("terlihat sebagai ASN"), max_length=12, blank=True)
    followers = models.CharField(_("pengikut"), max_length=12, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kanal")
        verbose_name_plural = _("kanal")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "platform", "key"],
                condition=models.Q(closed_at__isnull=True),
                name="channel_once_per_owner",
                violation_error_message=_("Kanal ini sudah Anda masukkan."),
            ),
        ]
        indexes = [models.Index(fields=["platform", "key"], name="channel_identity")]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_platform_display()})"

    @property
    def label(self) -> str:
        """Return '@handle', or the channel id where no handle is known."""
        return f"@{self.handle}" if self.handle else self.external_id

    @property
    def url(self) -> str:
        """Return the canonical address, rebuilt from platform and handle or id; never what was typed."""
        if self.platform == Platform.YOUTUBE:
            path = f"channel/{self.external_id}" if self.external_id else f"@{self.handle}"
            return f"https://www.youtube.com/{path}"
        if self.platform == Platform.TIKTOK:
            return f"https://www.tiktok.com/@{self.handle}"
        return f"https://www.instagram.com/{self.handle}/"


_ACTIVE = sorted(OPEN | {Status.SUSPENDED})  # what the queue shows unless asked for more


def chain_of(pk: int) -> str:
    """Return the name of a case's chain in the audit log."""
    return f"case:{pk}"


def label_of(status: str, *, with_conditions: bool) -> str:
    """Return a status as people read it."""
    if status == Status.APPROVED and with_conditions:
        return str(_("Disetujui dengan syarat"))
    return str(Status(status).label)  # get_status_display() translates every status to find this one


class Origin(models.TextChoices):
    """Why a declaration replaces another."""

    RENEWAL = "renewal", _("Perpanjangan")
    AMENDMENT = "amendment", _("Perubahan")


class Declaration(models.Model):
    """One content activity on one or more channels; the columns below `status` serve the queue and its filters."""

    number = models.CharField(_("nomor"), max_length=20, unique=True)
    declarant = models.ForeignKey(
        Employee, models.PROTECT, related_name="declarations", verbose_name=_("pegawai"), db_index=False
    )
    opd = models.ForeignKey(Opd, models.PROTECT, null=True, related_name="declarations", verbose_name=_("OPD"))
    status = models.CharField(max_length=24, choices=Status, default=Status.DRAFT)
    final = models.BooleanField(default=False, help_text=_("Tidak disetujui setelah keberatan."))
    answers = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text=_("Naik setiap kali isi atau status berubah."))
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    origin = models.CharField(max_length=10, choices=Origin, blank=True)
    late = models.BooleanField(default=False, help_text=_("Perpanjangan yang dimulai setelah masa berlaku habis."))
    scope = ArrayField(models.CharField(max_length=16), default=list, blank=True, help_text=_("Bagian yang ditanya."))
    version = models.PositiveSmallIntegerField(default=0)
    worst = models.CharField(max_length=5, choices=Severity, blank=True)
    findings = models.PositiveSmallIntegerField(default=0)
    platforms = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    rules = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    partners = ArrayField(
        models.CharField(max_length=150), default=list, blank=True, help_text=_("Nama mitra, dinormalkan.")
    )
    commercial = models.CharField(max_length=8, blank=True)
    with_conditions = models.BooleanField(default=False)
    due_on = models.DateField(_("batas"), null=True, blank=True)
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    reviewer = models.ForeignKey(
        Employee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("peninjau"),
        db_index=False,  # like the declarant it leads an index of its own below
    )
    search = SearchVectorField(null=True, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("terkirim"), null=True, blank=True)
    since = models.DateTimeField(_("di status ini sejak"), default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("deklarasi")
        verbose_name_plural = _("deklarasi")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="declaration_status_known"),
            models.CheckConstraint(
                condition=~models.Q(reviewer=models.F("declarant")), name="nobody_reviews_his_own_declaration"
            ),
        ]
        indexes = [
            models.Index(fields=["declarant", "-id"], name="declaration_of_person"),
            # the queue by deadline: of one status, of one office, of all that is under way, of everything; a count
            # stays within an index, so what `cases_for` asks of every case stands beside the keys
            models.Index(
                fields=["status", "due_on", "id"], include=["declarant", "submitted_at"], name="declaration_desk"
            ),
            models.Index(
                fields=["due_on", "id"], condition=models.Q(status__in=_ACTIVE), name="declaration_active_due"
            ),
            models.Index(
                fields=["opd", "due_on", "id"], condition=models.Q(status__in=_ACTIVE), name="declaration_active_opd"
            ),
            models.Index(fields=["due_on", "id"], name="declaration_due"),
            models.Index(
                fields=["worst", "status", "due_on", "id"],
                include=["declarant", "submitted_at"],
                condition=~models.Q(worst=""),
                name="declaration_flagged",
            ),
            GinIndex(fields=["platforms", "kinds", "rules"], name="declaration_facets"),
            models.Index(fields=["decided_at"], name="declaration_decided"),
            models.Index(
                fields=["status", "opd", "due_on", "id"],
                include=["declarant", "submitted_at"],
                name="declaration_desk_opd",
            ),
            models.Index(
                fields=["reviewer", "status", "due_on"],
                include=["declarant", "submitted_at"],
                name="declaration_desk_of",
            ),
            models.Index(fields=["status", "valid_until"], name="declaration_expiry"),
            models.Index(fields=["submitted_at", "id"], name="declaration_submitted"),
            GinIndex(fields=["search"], name="declaration_search"),
            GinIndex(fields=["partners"], name="declaration_partners"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def audit_chain(self) -> str:
        return chain_of(self.pk)

    @property
    def turn(self) -> Turn:
        return TURN[Status(self.status)]

    @property
    def editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def status_label(self) -> str:
        return label_of(self.status, with_conditions=self.with_conditions)

    @property
    def snapshot(self) -> "Snapshot | None":
        """Return the newest snapshot, or None while nothing was sent."""
        return self.snapshots.order_by("-version").first()


class DeclarationChannel(models.Model):
    """A channel within a declaration, with the answers given for it; the decision may exclude it with a reason."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="items")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(default=dict, blank=True)
    excluded = models.BooleanField(default=False)
    excluded_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("kanal dalam deklarasi")
        verbose_name_plural = _("kanal dalam deklarasi")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "channel"], name="channel_once_per_declaration"),
            models.CheckConstraint(
                condition=models.Q(excluded=False) | ~models.Q(excluded_reason=""), name="excluded_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.channel)


class SealedAnswers(models.Model):
    """Sensitive answers, encrypted, of a draft (no snapshot) or of one snapshot."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="sealed")
    snapshot = models.OneToOneField("Snapshot", models.CASCADE, null=True, blank=True, related_name="sealed")
    token = models.BinaryField()

    class Meta:
        verbose_name = _("jawaban tersandi")
        verbose_name_plural = _("jawaban tersandi")
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"], condition=models.Q(snapshot__isnull=True), name="one_sealed_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id}"

    @property
    def answers(self) -> dict[str, Any]:
        value = unseal(bytes(self.token))
        return value if isinstance(value, dict) else {}

    @answers.setter
    def answers(self, value: dict[str, Any]) -> None:
        self.token = seal(value)


class Snapshot(models.Model):
    """The answers exactly as sent, with the declarant's post on that day; never changed afterwards."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="snapshots")
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    policy = models.CharField(max_length=8, choices=PolicyMode)
    policy_version = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("isian terkirim")
        verbose_name_plural = _("isian terkirim")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["declaration", "version"], name="snapshot_version_once")]

    def __str__(self) -> str:
        return f"{self.declaration} v{self.version}"

    @staticmethod
    def digest_of(content: dict[str, Any]) -> str:
        """Return the SHA-256 of the content in canonical JSON (sorted keys, no blanks, UTF-8)."""
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class StatementText(models.Model):
    """A statement to be ticked (G1-G4) or the seven commitments (K), by version; old ones stay for old ticks."""

    code = models.CharField(max_length=4)
    version = models.PositiveSmallIntegerField()
    body = models.TextField()
    effective_from = models.DateField()

    class Meta:
        verbose_name = _("teks pernyataan")
        verbose_name_plural = _("teks pernyataan")
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="statement_version_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class StatementMade(models.Model):
    """That the declarant ticked this text, and when."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="statements")
    text = models.ForeignKey(StatementText, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pernyataan")
        verbose_name_plural = _("pernyataan")
        ordering = ["text__code"]
        constraints = [models.UniqueConstraint(fields=["declaration", "text"], name="statement_made_once")]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.text_id}"


class MonthlyCounter(models.Model):
    """The running number of declarations of one month; taken under a row lock."""

    month = models.CharField(max_length=4, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("nomor urut bulanan")
        verbose_name_plural = _("nomor urut bulanan")

    def __str__(self) -> str:
        return f"{self.month}: {self.last}"
