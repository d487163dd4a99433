"""The Celery app; the beat timetable stands in settings.CELERY_BEAT_SCHEDULE."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def _log_like_the_web(**_kwargs: Any) -> None:
    """Without this Celery replaces our handlers by its own, which hide no personal data and report nothing."""
    dictConfig(settings.LOGGING)
