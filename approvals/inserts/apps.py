"""App configuration: from here on mails carry the sentences that the administrators worded."""

from django.apps import AppConfig


class InsertsConfig(AppConfig):
    name = "approvals.inserts"
    label = "inserts"
    verbose_name = "Sisipan email"

    def ready(self) -> None:
        from approvals.inserts.texts import of_mail
        from portal.mail import compose

        compose.ask_for_inserts(of_mail)
