"""Keyed digests: the tables of codes and counters name nobody in clear."""

import hashlib
import hmac

from django.conf import settings


def keyed(*parts: object) -> str:
    """Return a digest of the parts that only this installation can compute."""
    message = "\x1f".join(map(str, parts)).encode()
    return hmac.new(f"portal.accounts:{settings.SECRET_KEY}".encode(), message, hashlib.sha256).hexdigest()
