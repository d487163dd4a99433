"""One function per message: each builds and returns it, the caller sends it in the transaction that owes it."""

from approvals.emails.clockwork import (
    acting_term,
    draft_ends,
    ends_soon,
    escalated,
    list_for_head,
    mailed_today,
    mails_to,
    overdue_for_office,
    remind_returned,
)
from approvals.emails.conditions import condition_due, lifted, proof_judged, suspended
from approvals.emails.head import ask_head, batch_code, head_code, passed_on, receipt, remind_head
from approvals.emails.objections import objection_admitted, objection_decided, objection_filed
from approvals.emails.ownership import channel_again, channel_proven, channel_returned
from approvals.emails.parts import CIRCULAR, short_name
from approvals.emails.progress import (
    closed,
    confirm_after_move,
    head_decided,
    moved,
    reopened,
    returned,
    sent,
    withdrawn,
)
from approvals.emails.results import approved, expired, preview_decision, rejected, revoked

__all__ = [
    "confirm_after_move",
    "passed_on",
    "condition_due",
    "lifted",
    "proof_judged",
    "suspended",
    "channel_again",
    "channel_proven",
    "channel_returned",
    "acting_term",
    "draft_ends",
    "ends_soon",
    "escalated",
    "list_for_head",
    "mailed_today",
    "mails_to",
    "overdue_for_office",
    "remind_returned",
    "objection_admitted",
    "objection_decided",
    "objection_filed",
    "CIRCULAR",
    "approved",
    "closed",
    "ask_head",
    "batch_code",
    "expired",
    "head_code",
    "head_decided",
    "moved",
    "preview_decision",
    "receipt",
    "rejected",
    "remind_head",
    "reopened",
    "returned",
    "revoked",
    "sent",
    "short_name",
    "withdrawn",
]
