"""The code that is put on a channel for a few days: short, read aloud without doubt, and about nobody."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = "PB-"
_LENGTH = 6


def new_code() -> str:
    """Return a fresh code, PB-7K3M9Q."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def found_in(code: str, text: str) -> bool:
    """Tell whether the code stands in a text as a word of its own; case and kind of dash are forgiven."""
    flat = text.upper().replace("\u2010", "-").replace("\u2011", "-").replace("\u2013", "-")
    start = flat.find(code)
    while start >= 0:
        before, after = flat[start - 1 : start], flat[start + len(code) : start + len(code) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        start = flat.find(code, start + 1)
    return False
