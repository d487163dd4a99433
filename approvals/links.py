"""Make and read the signed link of one step: stateless, many visits, dead by the step's own state."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from approvals.models import Step
from portal.people.models import Employee

LIFETIME = timedelta(days=14)  # from each mail: every mail carries a freshly signed token of the same version
_SALT = "approvals.link"
_RECEIPT_SALT = "approvals.receipt"
_LIST_SALT = "approvals.list"


@dataclass(frozen=True, slots=True)
class Opened:
    """A token with a good signature: which step, of which link version, by which way, and whether its time is over."""

    step_id: int
    version: int
    by_hand: bool
    expired: bool


def token_for(step: Step, *, by_hand: bool = False) -> str:
    """Return a token that names the step and its link version; it holds no personal data."""
    return signing.dumps([step.pk, step.link_version, int(by_hand)], salt=_SALT)


def url_for(step: Step) -> str:
    """Return the absolute address of the decision page, built from PORTAL_URL, never from a request."""
    return settings.PORTAL_URL + reverse("approvals:link", args=[token_for(step)])


def read(token: str) -> Opened | None:
    """Return what the token names, None when the signature is wrong.

    Mail programs glue a full stop or a bracket to the end of a link: one trailing mark is dropped.
    """
    token = token.rstrip().rstrip(".,;)>]\"'")
    try:
        step_id, version, by_hand = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    try:
        signing.loads(token, salt=_SALT, max_age=LIFETIME)
        expired = False
    except signing.SignatureExpired:
        expired = True
    return Opened(step_id, version, bool(by_hand), expired)


def hand_code(step: Step) -> str:
    """Return the 8-digit code a head types beside the number instead of opening the link, as '4819-2207'."""
    message = f"{step.pk}:{step.link_version}".encode()
    digest = hmac.new(f"hand:{settings.SECRET_KEY}".encode(), message, hashlib.sha256).digest()
    digits = f"{int.from_bytes(digest[:8]) % 10**8:08d}"
    return f"{digits[:4]}-{digits[4:]}"


def is_hand_code(step: Step, typed: str) -> bool:
    """Compare a typed code in constant time, forgiving blanks and dashes."""
    digits = "".join(character for character in typed if character.isascii() and character.isdigit())
    return hmac.compare_digest(digits, hand_code(step).replace("-", ""))


def receipt_url(step: Step) -> str:
    """Return the address behind 'Bukan saya' in the receipt of a decided step."""
    return settings.PORTAL_URL + reverse("approvals:not_me", args=[signing.dumps(step.pk, salt=_RECEIPT_SALT)])


def list_url(person: Employee) -> str:
    """Return the address of a head's list, good for 14 days; it shows, and each case decides behind its own link."""
    return settings.PORTAL_URL + reverse("approvals:mailed_list", args=[signing.dumps(person.pk, salt=_LIST_SALT)])


def read_list(token: str) -> int | None:
    """Return the person a list token names, None when the signature is wrong or too old."""
    try:
        value = signing.loads(token.rstrip(".,;)>]\"'"), salt=_LIST_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None


def read_receipt(token: str) -> int | None:
    """Return the step a receipt token names, None when the signature is wrong or older than 60 days."""
    try:
        value = signing.loads(token.rstrip(".,;)>]\"'"), salt=_RECEIPT_SALT, max_age=timedelta(days=60))
    except signing.BadSignature:
        return None
    return value if isinstance(value, int) else None
