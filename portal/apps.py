"""App configuration of the project package: system checks live here, models do not."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import checks  # noqa: F401, PLC0415  (registers the checks once the apps are loaded)
