"""Typed readers of the environment that fail with a sentence that says what to do."""

import os
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class EnvError(Exception):
    """A variable is missing or unusable; the message names it and the mend."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the content of the file that NAME_FILE points to; raise EnvError if neither is set."""
    value = os.environ.get(name)
    if value:
        return value
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise EnvError(f"{name}_FILE menunjuk ke {path}, tetapi berkas itu tidak dapat dibaca: {error}") from error
    if default is None:
        raise EnvError(f"Variabel lingkungan {name} belum diisi. Lihat .env.example untuk contohnya.")
    return default


def flag(name: str, *, default: bool) -> bool:
    """Return True for 1 and False for 0; anything else is refused, so that a typo never switches something on."""
    value = text(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise EnvError(f"{name} harus 0 atau 1, bukan {value!r}.")
    return value == "1"


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return the variable if it is one of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        raise EnvError(f"{name} harus salah satu dari {', '.join(allowed)}, bukan {value!r}.")
    return value


def number(name: str, default: int) -> int:
    """Return a whole number above nothing."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value)):
        raise EnvError(f"{name} harus bilangan bulat mulai dari 1, bukan {value!r}.")
    return int(value)


def _split(name: str, value: str) -> SplitResult:
    """Return the parts of an address; its secret is not repeated in what is said about it."""
    try:
        url = urlsplit(value)
        url.port  # noqa: B018  reading it looks at it
    except ValueError:
        raise EnvError(
            f"{name} tidak terbaca sebagai alamat. Tanda seperti / # ? @ : di dalam sandi ditulis %2F %23 %3F %40 %3A."
        ) from None
    return url


_TLS = {"sslmode", "sslrootcert", "sslcert", "sslkey"}


def database(name: str, options: dict[str, object]) -> dict[str, object]:
    """Return Django's connection settings for a postgresql:// URL; its query says how TLS is checked (sslmode=…)."""
    url = _split(name, text(name))
    if url.scheme not in ("postgresql", "postgres") or not url.hostname or not url.path.strip("/"):
        raise EnvError(f"{name} harus berbentuk postgresql://pengguna:sandi@alamat:port/basisdata.")
    tls = dict(parse_qsl(url.query))
    if unknown := set(tls) - _TLS:
        raise EnvError(f"{name}: {', '.join(sorted(unknown))} tidak dikenal. Yang dikenal: {', '.join(sorted(_TLS))}.")
    return {
        "OPTIONS": {**options, **tls},
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname,
        "PORT": str(url.port or 5432),
    }


def smtp(name: str, default: str) -> dict[str, object]:
    """Return Django's SMTP settings for smtp:// (plain), smtp+tls:// (STARTTLS) or smtps:// (TLS from the start)."""
    url = _split(name, text(name, default))
    if url.scheme not in ("smtp", "smtp+tls", "smtps") or not url.hostname:
        raise EnvError(f"{name} harus berbentuk smtp://, smtp+tls:// atau smtps://pengguna:sandi@alamat:port.")
    return {
        "host": url.hostname,
        "port": url.port or (465 if url.scheme == "smtps" else 25),
        "username": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "use_tls": url.scheme == "smtp+tls",
        "use_ssl": url.scheme == "smtps",
        "timeout": 10,
    }


def demo_mail(demo: bool, transport: dict[str, object]) -> str:
    """Return whom mail may reach when nothing is said: fictitious people only, if a demo has a real mail server."""
    return "example" if demo and transport["host"] not in ("localhost", "127.0.0.1", "::1") else ""


def origin(name: str) -> str:
    """Return the public address of the portal (scheme, host, port) without a trailing slash."""
    value = text(name).rstrip("/")
    url = _split(name, value)
    if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query:
        raise EnvError(f"{name} harus berupa alamat tanpa jalur, misalnya https://deklarasi.pasamanbaratkab.go.id.")
    return value


def dsn(name: str) -> str:
    """Return the address of an error collector, or nothing; plain http is for this machine only."""
    value = text(name, "")
    url = _split(name, value)
    local = url.hostname in ("localhost", "127.0.0.1")
    if value and not (
        (url.scheme == "https" or (url.scheme == "http" and local)) and url.username and url.path.strip("/").isdigit()
    ):
        raise EnvError(f"{name} harus berbentuk https://kunci@alamat/nomor-proyek.")
    return value
