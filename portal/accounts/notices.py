"""Mails that tell a person what happened to the account."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.mail.compose import compose
from portal.mail.reader import writing_in

_LEADS_TO = {
    "active": "account_login",
    "known": "account_login",
    "password": "reset",
    "email": "reset",
    "address": "account_login",
    "role": "account_login",
    "second_on": "account_login",
    "second_off": "account_login",
    "passkey_on": "account_login",
    "passkey_off": "account_login",
    "help_confirmed": "register",
    "help_refused": "register_help",
}


def link(kind: str) -> str:
    """Return the address the notice leads to, built from PORTAL_URL."""
    return settings.PORTAL_URL + reverse(_LEADS_TO[kind])


def button(kind: str) -> str:
    """Return the word on the button of the notice."""
    words = {
        "reset": _("Buat kata sandi baru"),
        "register": _("Daftar sekarang"),
        "register_help": _("Minta bantuan lagi"),
    }
    return words.get(_LEADS_TO[kind], _("Buka portal"))


def notify(address: str, kind: str, *, language: str = "id", **context: Any) -> None:
    """Mail one of the notices of templates/emails/account_notice; nothing happens without an address."""
    if not address:
        return
    with writing_in(language):
        message = compose(
            "account_notice",
            address,
            {"kind": kind, "button": button(kind)} | context,
            key=f"{kind}:{uuid4()}",
            purpose=f"account_{kind}",
            secret={"link": link(kind)},
        )
    message.send()
