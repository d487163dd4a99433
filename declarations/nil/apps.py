"""App configuration."""

from django.apps import AppConfig


class NilConfig(AppConfig):
    name = "declarations.nil"
    label = "nil"
    verbose_name = "Pernyataan nihil"
