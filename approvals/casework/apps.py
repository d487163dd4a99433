"""App configuration."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "approvals.casework"
    label = "casework"
    verbose_name = "Meja peninjau"
