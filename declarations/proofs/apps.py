"""App configuration."""

from django.apps import AppConfig


class ProofsConfig(AppConfig):
    name = "declarations.proofs"
    label = "proofs"
    verbose_name = "Bukti kepemilikan kanal"
