"""App configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    label = "approvals"
    verbose_name = "Persetujuan"

    def ready(self) -> None:
        from approvals.deadlines import recompute
        from portal.calendar.days import LISTENERS

        if recompute not in LISTENERS:
            LISTENERS.append(recompute)
