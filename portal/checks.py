"""System checks: settings that each parse but must not go together in a real installation."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SHORTEST_KEY = 50


def is_loopback(url: str) -> bool:
    """Whether the address can only be opened on the same machine."""
    return urlsplit(url).hostname in LOOPBACK


@register()
def demo_stays_at_home(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Demo data comes with known passwords and readable mails."""
    if settings.DEMO and not is_loopback(settings.PORTAL_URL):
        yield Error(
            f"DEMO=1 menampilkan kata sandi dan semua surel, tetapi PORTAL_URL ({settings.PORTAL_URL}) "
            "dapat dibuka dari luar mesin ini.",
            hint="Isi DEMO=0, atau PORTAL_URL=http://localhost:8000.",
            id="portal.E001",
        )


@register()
def keys_are_long(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Links, codes and sensitive answers are only as safe as these keys."""
    if not settings.DEMO:
        for name, key in [("SECRET_KEY", settings.SECRET_KEY), *(("FIELD_KEYS", key) for key in settings.FIELD_KEYS)]:
            if len(key) < SHORTEST_KEY:
                yield Error(
                    f"{name} hanya {len(key)} karakter; sedikitnya {SHORTEST_KEY}.",
                    hint="Buat dengan: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
                    id="portal.E002",
                )


@register()
def the_outside_is_encrypted(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Passwords and approval links travel over this address."""
    if not settings.PORTAL_URL.startswith("https://") and not is_loopback(settings.PORTAL_URL):
        yield Error(
            f"PORTAL_URL ({settings.PORTAL_URL}) tidak memakai https.",
            hint="Pasang sertifikat pada proxy di depan portal, lalu isi PORTAL_URL=https://…",
            id="portal.E003",
        )


@register()
def the_host_is_allowed(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Every link in a mail leads to PORTAL_URL."""
    host = urlsplit(settings.PORTAL_URL).hostname
    if host not in settings.ALLOWED_HOSTS:
        yield Error(
            f"ALLOWED_HOSTS tidak memuat {host}, alamat pada PORTAL_URL: setiap tautan surel akan ditolak.",
            hint=f"Isi ALLOWED_HOSTS={host} atau kosongkan.",
            id="portal.E004",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS memuat *: permintaan dengan nama host apa pun akan diterima.",
            hint=f"Isi ALLOWED_HOSTS={host}.",
            id="portal.E005",
        )


@register()
def answers_have_their_own_key(**_kwargs: Any) -> Iterable[CheckMessage]:
    """With a key of its own SECRET_KEY can be changed without losing encrypted answers."""
    if not settings.DEMO and settings.FIELD_KEYS == [settings.SECRET_KEY]:
        yield Warning(
            "FIELD_KEYS kosong: jawaban sensitif disandikan dengan SECRET_KEY.",
            hint="Isi FIELD_KEYS dengan kunci tersendiri dan simpan salinannya bersama cadangan basis data.",
            id="portal.W001",
        )
