"""The Celery app; the beat timetable stands in settings.CELERY_BEAT_SCHEDULE."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun
from django.conf import settings

from portal.logs import current

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def _log_like_the_web(**_kwargs: Any) -> None:
    """Without this Celery replaces our handlers by its own, which hide no personal data and report nothing."""
    dictConfig(settings.LOGGING)


@task_prerun.connect  # type: ignore[untyped-decorator]
def _name_the_task(task_id: str = "", task: Any = None, **_kwargs: Any) -> None:
    """Let every line that a task logs carry its name and number, as lines of the web carry their request."""
    current.set({"request": task_id.replace("-", "")[:12], "task": getattr(task, "name", "")})


@task_postrun.connect  # type: ignore[untyped-decorator]
def _forget_the_task(**_kwargs: Any) -> None:
    current.set({})
