"""The signature of a manifest: by a key derived from SECRET_KEY; older keys still recognise what they signed."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FIELD = "tanda"


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal.bundles.manifest").derive(secret.encode())


def _mark(manifest: Mapping[str, Any], secret: str) -> str:
    said = {name: value for name, value in manifest.items() if name != FIELD}
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(_key(secret), text.encode(), hashlib.sha256).hexdigest()


def sign(manifest: Mapping[str, Any]) -> str:
    """Return the signature over everything the manifest says."""
    return _mark(manifest, settings.SECRET_KEY)


def recognised(manifest: Mapping[str, Any]) -> bool:
    """Tell whether this portal signed the manifest, with its key of today or one it still knows."""
    given = str(manifest.get(FIELD, "")).encode()
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(_mark(manifest, secret).encode(), given) for secret in secrets)
