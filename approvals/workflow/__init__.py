"""The verbs of a case: each is one transaction that locks the declaration first and leaves one audit event."""

from approvals.workflow.answering import answer_point
from approvals.workflow.conditions import conditions_of, judge_proof, lift, overdue_of, send_proof, suspend
from approvals.workflow.deciding import VALIDITY, decide, last_valid_day
from approvals.workflow.ending import close_returned, expire, revoke, withdraw
from approvals.workflow.handing import officials_for, pass_on, step_down, take_back
from approvals.workflow.moves import confirm, follow_move
from approvals.workflow.moving import lock, open_step
from approvals.workflow.objecting import admit, check_objectable, last_day, object_to
from approvals.workflow.paper import check_day, is_head_step, record_paper, signer_of
from approvals.workflow.requests import ask_again, escalate, nudge, reassign, remind, reopen
from approvals.workflow.sending import Incomplete, submit

__all__ = [
    "Incomplete",
    "answer_point",
    "check_day",
    "is_head_step",
    "record_paper",
    "signer_of",
    "confirm",
    "follow_move",
    "officials_for",
    "pass_on",
    "step_down",
    "take_back",
    "conditions_of",
    "judge_proof",
    "lift",
    "overdue_of",
    "send_proof",
    "suspend",
    "last_valid_day",
    "escalate",
    "nudge",
    "admit",
    "last_day",
    "object_to",
    "check_objectable",
    "VALIDITY",
    "ask_again",
    "close_returned",
    "decide",
    "expire",
    "lock",
    "open_step",
    "reassign",
    "remind",
    "reopen",
    "revoke",
    "submit",
    "withdraw",
]
