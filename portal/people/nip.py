"""Read, check, group and mask a NIP or NI PPPK: 18 digits, birth date first, no check digit."""

import re
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

LENGTH = 18
_GAPS = re.compile(r"[\s'’‘`.\-]")  # \s takes no-break and thin spaces too
_DIGITS = re.compile(r"[0-9]+")  # \d would take digits of other scripts


class NipProblem(ValueError):
    """The text is no NIP; `message` is the sentence the person reads."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def normalise(text: str) -> str:
    """Return the text without blanks, dots, dashes and apostrophes (SIASN writes one in front)."""
    return _GAPS.sub("", text)


def parse(text: str) -> str:
    """Return the 18 digits, or raise NipProblem with the sentence for the person who typed it."""
    return check(normalise(text))


def check(digits: str) -> str:
    """Return what is a NIP without its gaps, or raise NipProblem."""
    if not digits:
        raise NipProblem(_("Tulis NIP Anda"))
    if not _DIGITS.fullmatch(digits):
        raise NipProblem(_("NIP hanya berisi angka. Periksa lagi"))
    if len(digits) != LENGTH:
        raise NipProblem(_("NIP harus 18 angka. Anda menulis %(count)s angka") % {"count": str(len(digits))})
    if not _is_date(digits[:8]):
        raise NipProblem(_("8 angka pertama NIP harus berupa tanggal lahir. Periksa lagi"))
    if digits[14] not in "12":
        raise NipProblem(_("Angka ke-15 NIP harus 1 atau 2. Periksa lagi"))
    if digits[15:] == "000":
        raise NipProblem(_("Tiga angka terakhir NIP tidak boleh 000. Periksa lagi"))
    return digits


def group(nip: str | None) -> str:
    """Return the NIP in its groups 8-6-1-3; anything else as it is."""
    digits = nip or ""
    if len(digits) != LENGTH:
        return digits
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def mask(nip: str | None) -> str:
    """Return the NIP with only its first four and last three characters; short texts are hidden whole."""
    digits = nip or ""
    return f"{digits[:4]}{'•' * (len(digits) - 7)}{digits[-3:]}" if len(digits) > 7 else "•" * len(digits)


@lru_cache(maxsize=30_000)  # a roster holds each day of birth many times
def _is_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1900
