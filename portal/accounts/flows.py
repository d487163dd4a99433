"""What the flows with a mailed code share: the note in the session, and mails that cost the same for nobody."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.accounts.codes import issue_code
from portal.mail.compose import compose
from portal.mail.reader import writing_in

_SESSION = "alur"
_LIFETIME = 60 * 60
_NOBODY = "tidak-ada@invalid.example"


@dataclass(slots=True)
class Flow:
    """Where a person stands in one flow; the session keeps keys of rows, never a NIP."""

    purpose: str
    subject: str
    person: int | None = None
    proven: bool = False
    code: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    at: float = 0.0

    def keep(self, request: HttpRequest) -> None:
        self.at = self.at or time.time()
        request.session[_SESSION] = {name: getattr(self, name) for name in self.__slots__}


def current(request: HttpRequest, purpose: str) -> Flow | None:
    """Return the flow this browser has begun for the purpose within the last hour."""
    kept = request.session.get(_SESSION)
    if not isinstance(kept, dict) or kept.get("purpose") != purpose:
        return None
    flow = Flow(**kept)
    return flow if flow.at > time.time() - _LIFETIME else None


def end(request: HttpRequest) -> None:
    request.session.pop(_SESSION, None)


class _Undo(Exception):
    """Takes a mail back that was only written to cost as much as a real one."""


def mail_all(
    name: str,
    recipients: Sequence[str],
    context: dict[str, Any],
    *,
    key: str,
    slots: int,
    secret: dict[str, str] | None = None,
) -> None:
    """Send one mail to each recipient, and to nobody for the slots that are left: the work is the same."""
    purpose = str(context.get("purpose", name))
    for slot in range(max(slots, len(recipients))):
        real = slot < len(recipients)
        address = recipients[slot] if real else _NOBODY
        try:
            with transaction.atomic(), writing_in((get_language() or "id")[:2]):  # who asks is who reads
                compose(name, address, context, key=f"{key}:{slot}", purpose=purpose, secret=secret).send()
                if not real:
                    raise _Undo
        except _Undo:
            continue


def mail_code(flow: Flow, recipients: Sequence[str], *, slots: int = 1) -> None:
    """Issue a code (three an hour, else TooMany) and mail it to every recipient; without any it fits nobody."""
    code = issue_code(flow.purpose, flow.subject, to=recipients, real=bool(recipients))
    key = f"code:{flow.purpose}:{uuid4()}"
    mail_all("account_code", recipients, {"purpose": flow.purpose}, key=key, slots=slots, secret={"code": code})
