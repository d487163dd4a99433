"""A password must not repeat the NIP or name of its owner."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


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
