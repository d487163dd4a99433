"""What a NIP looks like, and that a password does not repeat the NIP or name of its owner."""

import datetime
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.backends import clean_nip


def valid_nip(typed: str) -> str:
    """Return the 18 digits of a typed NIP, or raise ValidationError with the sentence for the form."""
    nip = clean_nip(typed)
    if not nip:
        raise ValidationError(_("Tulis NIP Anda"), code="nip")
    if not (nip.isascii() and nip.isdigit()):
        raise ValidationError(_("NIP hanya berisi angka 0 sampai 9"), code="nip")
    if len(nip) != 18:
        raise ValidationError(_("NIP harus 18 angka. Anda menulis %(n)s angka") % {"n": len(nip)}, code="nip")
    if not _is_date(nip[:8]):
        raise ValidationError(
            _("8 angka pertama NIP harus berupa tanggal lahir. Periksa lagi"), code="nip"
        )
    return nip


def _is_date(digits: str) -> bool:
    try:
        born = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1900


class NotAboutMe:
    """Refuses a password that holds the person's NIP, date of birth or a part of the name."""

    def validate(self, password: str, user: Any = None) -> None:
        text = "".join(password.lower().split())
        nip = getattr(user, "nip", None) or ""
        known = [nip, nip[:8]] if nip else []
        known += [part for part in re.findall(r"\w+", getattr(user, "name", "").lower()) if len(part) >= 4]
        if any(part in text for part in known):
            raise ValidationError(_("Jangan memakai NIP atau nama Anda"), code="password_about_me")

    def get_help_text(self) -> str:
        return _("Jangan memakai NIP atau nama Anda")
