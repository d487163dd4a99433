"""App configuration."""

from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "declarations.registries"
    label = "registries"
    verbose_name = "Register"
