"""App configuration: from here on the clock asks our rows which days are free."""

from django.apps import AppConfig

from portal import clock


class CalendarConfig(AppConfig):
    name = "portal.calendar"
    label = "calendar"
    verbose_name = "Kalender kerja"

    def ready(self) -> None:
        from portal.calendar.days import free_days

        clock.ask_for_free_days(free_days)
