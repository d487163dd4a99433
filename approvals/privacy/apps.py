"""App configuration."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "approvals.privacy"
    label = "privacy"
    verbose_name = "Pelindungan data"
