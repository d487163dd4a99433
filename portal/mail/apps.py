"""App configuration; importing the watch lets every worker process start it."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "portal.mail"
    label = "mail"
    verbose_name = "Email keluar"

    def ready(self) -> None:
        from portal.mail import watch  # noqa: F401, PLC0415  (connects to the worker's signals)
