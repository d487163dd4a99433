"""App configuration."""

from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "portal.rosters"
    label = "rosters"
    verbose_name = "Impor pegawai"
