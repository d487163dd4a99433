"""Proving a channel: asking, the machine's look, the officer's word, and what falls due again."""

from approvals.ownership.asking import ask, issue
from approvals.ownership.judging import check_officer, confirm, lapse, send_back

__all__ = ["ask", "check_officer", "confirm", "issue", "lapse", "send_back"]
