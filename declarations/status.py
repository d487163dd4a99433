"""The life of a declaration as data: statuses, whose turn it is, and what each may become."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    DRAFT = "draft", _("Draf")
    AWAITING_HEAD = "awaiting_head", _("Menunggu atasan")
    RETURNED = "returned", _("Perlu perbaikan")
    AWAITING_REVIEW = "awaiting_review", _("Menunggu BKPSDM")
    AWAITING_INSPECTORATE = "awaiting_inspectorate", _("Menunggu Inspektorat")
    APPROVED = "approved", _("Disetujui")
    SUSPENDED = "suspended", _("Ditangguhkan")
    REJECTED = "rejected", _("Tidak disetujui")
    OBJECTION = "objection", _("Keberatan ditelaah")
    WITHDRAWN = "withdrawn", _("Ditarik")
    EXPIRED = "expired", _("Berakhir")
    REVOKED = "revoked", _("Dicabut")
    SUPERSEDED = "superseded", _("Digantikan")


class Turn(TextChoices):
    DECLARANT = "declarant", _("Anda")
    HEAD = "head", _("Atasan")
    REVIEWER = "reviewer", _("BKPSDM")
    INSPECTORATE = "inspectorate", _("Inspektorat")
    NOBODY = "nobody", _("Tidak ada")


_S = Status

TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    _S.DRAFT: frozenset({_S.AWAITING_HEAD, _S.WITHDRAWN}),
    _S.AWAITING_HEAD: frozenset({_S.AWAITING_REVIEW, _S.AWAITING_INSPECTORATE, _S.RETURNED, _S.WITHDRAWN}),
    _S.RETURNED: frozenset({_S.AWAITING_HEAD, _S.AWAITING_REVIEW, _S.AWAITING_INSPECTORATE, _S.WITHDRAWN}),
    _S.AWAITING_REVIEW: frozenset(
        {_S.AWAITING_HEAD, _S.AWAITING_INSPECTORATE, _S.APPROVED, _S.REJECTED, _S.RETURNED, _S.WITHDRAWN}
    ),
    _S.AWAITING_INSPECTORATE: frozenset(
        {_S.AWAITING_REVIEW, _S.APPROVED, _S.REJECTED, _S.RETURNED, _S.AWAITING_HEAD, _S.WITHDRAWN}
    ),
    _S.APPROVED: frozenset({_S.SUSPENDED, _S.EXPIRED, _S.REVOKED, _S.SUPERSEDED}),
    _S.SUSPENDED: frozenset({_S.APPROVED, _S.REVOKED, _S.EXPIRED, _S.SUPERSEDED, _S.WITHDRAWN}),
    _S.REJECTED: frozenset({_S.OBJECTION}),
    _S.OBJECTION: frozenset({_S.APPROVED, _S.REJECTED, _S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.REVOKED: frozenset(),
    _S.SUPERSEDED: frozenset(),
}

TURN: Mapping[Status, Turn] = {
    _S.DRAFT: Turn.DECLARANT,
    _S.AWAITING_HEAD: Turn.HEAD,
    _S.RETURNED: Turn.DECLARANT,
    _S.AWAITING_REVIEW: Turn.REVIEWER,
    _S.AWAITING_INSPECTORATE: Turn.INSPECTORATE,
    _S.APPROVED: Turn.NOBODY,
    _S.SUSPENDED: Turn.DECLARANT,
    _S.REJECTED: Turn.NOBODY,
    _S.OBJECTION: Turn.REVIEWER,
    _S.WITHDRAWN: Turn.NOBODY,
    _S.EXPIRED: Turn.NOBODY,
    _S.REVOKED: Turn.NOBODY,
    _S.SUPERSEDED: Turn.NOBODY,
}

# Working days a step has, from the day after it opened (DESIGN 3).
WORKING_DAYS: Mapping[Status, int] = {
    _S.AWAITING_HEAD: 5,
    _S.RETURNED: 7,
    _S.AWAITING_REVIEW: 7,
    _S.AWAITING_INSPECTORATE: 7,
    _S.OBJECTION: 7,
}

# Calendar days after a rejection in which an objection is in time (DESIGN 3).
DAYS_TO_OBJECT = timedelta(days=14)

EDITABLE = frozenset({_S.DRAFT, _S.RETURNED})
# A channel may be in one live declaration only: these still count.
LIVE = frozenset(
    status for status in Status if status not in {_S.WITHDRAWN, _S.EXPIRED, _S.REVOKED, _S.SUPERSEDED, _S.REJECTED}
)
OPEN = frozenset({_S.AWAITING_HEAD, _S.RETURNED, _S.AWAITING_REVIEW, _S.AWAITING_INSPECTORATE, _S.OBJECTION})


class InvalidMove(Exception):
    """The table of transitions does not list this pair."""

    def __init__(self, current: Status, target: Status) -> None:
        super().__init__(f"{current} -> {target}")
        self.current, self.target = current, target


def check_move(current: Status, target: Status) -> None:
    """Raise InvalidMove unless the table lists the pair."""
    if target not in TRANSITIONS[current]:
        raise InvalidMove(current, target)
