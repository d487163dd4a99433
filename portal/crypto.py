"""Sealing of values that must not be readable in the database: sensitive answers, links and codes in mail."""

import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotUnseal(Exception):
    """No key in FIELD_KEYS opens the value: the key was removed or the value was altered."""


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    def derive(key: str) -> Fernet:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal.crypto.fields")
        return Fernet(urlsafe_b64encode(kdf.derive(key.encode())))

    return MultiFernet([derive(key) for key in keys])


def seal(value: Any) -> bytes:
    """Return the JSON value encrypted with the first key of FIELD_KEYS."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode())


def unseal(token: bytes | memoryview) -> Any:
    """Return the JSON value; every key of FIELD_KEYS is tried, so that keys can be changed one after the other."""
    try:
        return json.loads(_box(tuple(settings.FIELD_KEYS)).decrypt(bytes(token)))
    except InvalidToken as error:
        raise CannotUnseal("FIELD_KEYS tidak memuat kunci untuk nilai ini, atau nilainya diubah.") from error


def is_current(token: bytes) -> bool:
    """Tell whether the first key of FIELD_KEYS opens the value."""
    try:
        _box((settings.FIELD_KEYS[0],)).decrypt(token)
    except InvalidToken:
        return False
    return True


def reseal(token: bytes) -> bytes:
    """Return the same value under the first key of FIELD_KEYS."""
    try:
        return _box(tuple(settings.FIELD_KEYS)).rotate(token)
    except InvalidToken as error:
        raise CannotUnseal("FIELD_KEYS tidak memuat kunci untuk nilai ini, atau nilainya diubah.") from error
