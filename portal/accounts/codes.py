"""Codes by mail: issue one for a purpose and a subject, check what was typed."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.digests import keyed
from portal.accounts.limits import hit
from portal.accounts.models import OneTimeCode
from portal.errors import Refused

LIFETIME = timedelta(minutes=15)
TRIES = 5
AN_HOUR = 3


class CodeProblem(Refused):
    """The typed code does not count; catch it inside the view, or the rollback forgets the counted try."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=422)


def issue_code(purpose: str, subject: str, *, to: str | Iterable[str], digits: int = 6, real: bool = True) -> str:
    """Store a new code and return it for the mail; it replaces the former one. At most three an hour, else TooMany.

    With `real=False` nothing that can be typed is the code: the row only makes an unknown subject cost the same.
    """
    hit(f"code:{purpose}", subject, limit=AN_HOUR, window=3600)
    code = f"{secrets.randbelow(10**digits):0{digits}d}"
    now = clock.now()
    OneTimeCode.objects.create(
        purpose=purpose,
        subject=keyed("subject", purpose, subject),
        digest=_digest(purpose, subject, code if real else secrets.token_hex()),
        sent_to=[keyed("address", address) for address in ([to] if isinstance(to, str) else to)],
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return code


def check_code(purpose: str, subject: str, code: str) -> OneTimeCode:
    """Accept the newest code once, or raise CodeProblem with the sentence for the form; call it in a transaction."""
    typed = "".join(character for character in code if character.isascii() and character.isdigit())
    if not typed:
        raise CodeProblem(_("Tulis 6 angka kode"))
    issued = OneTimeCode.objects.filter(purpose=purpose, subject=keyed("subject", purpose, subject))
    row = issued.select_for_update().order_by("-pk").first()
    if row is None:
        raise CodeProblem(_("Kode tidak berlaku. Kirim kode baru"))
    matches = hmac.compare_digest(row.digest, _digest(purpose, subject, typed))
    if row.used_at and matches:
        raise CodeProblem(_("Kode sudah dipakai"))
    if row.expires_at <= clock.now():
        raise CodeProblem(_("Kode sudah lewat 15 menit. Kirim kode baru"))
    if row.tries < TRIES and not row.used_at and matches:
        row.used_at = clock.now()
        row.save(update_fields=["used_at"])
        return row
    row.tries = min(row.tries + 1, TRIES)
    row.save(update_fields=["tries"])
    if row.tries >= TRIES:
        raise CodeProblem(_("Terlalu banyak percobaan. Kirim kode baru"))
    raise CodeProblem(_("Kode salah. Sisa %(left)s percobaan") % {"left": TRIES - row.tries})


def was_sent_to(row: OneTimeCode, address: str) -> bool:
    """Tell whether this code went to the address: only then does the code prove it."""
    return keyed("address", address) in row.sent_to


def _digest(purpose: str, subject: str, code: str) -> str:
    return keyed("code", purpose, subject, code)
