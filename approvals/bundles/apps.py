"""App configuration."""

from django.apps import AppConfig


class BundlesConfig(AppConfig):
    name = "approvals.bundles"
    label = "bundles"
    verbose_name = "Paket bukti"
