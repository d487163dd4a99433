"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "Akun"

    def ready(self) -> None:
        from portal.accounts import sessions  # noqa: F401  its receiver must hear the first login of a process
