"""The project package; importing the Celery app here makes shared tasks find it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
