"""App configuration."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "declarations.feeds"
    label = "feeds"
    verbose_name = "Pembacaan kanal"
