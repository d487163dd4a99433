"""Compare names of businesses: normalised, by keys that an index serves, and by similarity (domain.md 6.1)."""

import re
import unicodedata
from itertools import combinations

from rapidfuzz import fuzz

SIMILAR = 90.0  # percent; below it two names are not held for the same
_FORMS = frozenset({"PT", "CV", "UD", "TB", "PD", "FA", "FIRMA", "TBK", "PERSERO"})
_SIGNS = re.compile(r"[^A-Z0-9]+")
_DOTTED = re.compile(r"\b([A-Z])\.(?=[A-Z]\b)")
_KEY = 40


def normalise(name: str) -> str:
    """Return the name in capitals without accents, signs and legal forms: 'PT. Maju Jaya' is 'MAJU JAYA'.

    A name of legal forms only gives "": it says nothing about who it is.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = _SIGNS.sub(" ", _DOTTED.sub(r"\1", plain)).split()
    return " ".join(word for word in words if word not in _FORMS)


def keys(norm: str) -> list[str]:
    """Return what the index finds a name by: its words, and the first three letters of each ('MAJ*')."""
    words = set(norm.split())
    return sorted({word[:_KEY] for word in words} | {f"{word[:3]}*" for word in words})


def probes(norm: str) -> list[list[str]]:
    """Return sets of keys; whoever is similar enough to this name holds all keys of at least one of them.

    A name of one word must begin alike; of two words one must be whole or both begin alike; of more, two begin alike.
    """
    words = sorted(set(norm.split()))
    starts = sorted({f"{word[:3]}*" for word in words})
    if len(words) < 2:
        return [starts] if starts else []
    pairs = [list(pair) for pair in combinations(starts, 2)] or [starts]
    return pairs + ([[word[:_KEY]] for word in words] if len(words) == 2 else [])


def window(norm: str) -> tuple[int, int]:
    """Return the shortest and the longest name that can be similar enough."""
    share = SIMILAR / (200 - SIMILAR)  # the ratio of two strings is at most 2 * shorter / (shorter + longer)
    return int(len(norm) * share), int(len(norm) / share) + 1


def similarity(one: str, other: str) -> float:
    """Return how alike two normalised names are, 0 to 100; the order of the words does not count."""
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))
