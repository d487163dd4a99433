"""App configuration."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "approvals.exports"
    label = "exports"
    verbose_name = "Ekspor"
