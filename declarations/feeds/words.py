"""Text of strangers made harmless to keep, and the words in it that speak of advertising."""

import re
import unicodedata

_MARKS = {
    "#ad": r"(?<!\w)#(?:ad|ads|iklan|sponsored)\b",
    "endorse": r"\bendors(?:e|ement)\b",
    "paid partnership": r"\bpaid\s+(?:partnership|promotion)\b|\bkerja\s*sama\s+berbayar\b",
    "link pembelian": r"\b(?:link|tautan)\s+(?:pembelian|beli|order|pemesanan)\b",
    "shopee": r"\bshopee\b|\bshope\.ee\b|\bs\.shopee\.",
    "tokopedia": r"\btokopedia\b|\btokopedia\.link\b",
    "tautan pesan": r"\b(?:wa\.me|linktr\.ee|bit\.ly|lynk\.id|s\.id|tinyurl\.com)/\w",
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _MARKS.items()}


def line(text: str | None, most: int) -> str:
    """Return one line of NFC text without control and direction marks, cut to its limit."""
    kept = "".join(
        " " if sign.isspace() else sign
        for sign in (text or "")[: most * 4]
        if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:most].strip()


def marks_in(text: str) -> tuple[str, ...]:
    """Return the marks of advertising in a description, each once."""
    return tuple(name for name, pattern in _COMPILED.items() if pattern.search(text[:20_000]))
