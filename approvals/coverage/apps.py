"""App configuration."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "approvals.coverage"
    label = "coverage"
    verbose_name = "Cakupan"
