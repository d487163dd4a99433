"""A thread in every worker that sends overdue mail without any broker: Redis may be down for hours, mail goes on."""

import logging
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from celery.signals import worker_init, worker_shutdown
from django.db import close_old_connections

from portal.mail.delivery import deliver_due

log = logging.getLogger(__name__)
EVERY = 5.0
OVERDUE = timedelta(seconds=5)
_stopping = Event()


@worker_init.connect
def start(**kwargs: Any) -> None:
    """Start the watch when a worker process starts."""
    _stopping.clear()
    Thread(target=_watch, name="mail-watch", daemon=True).start()


@worker_shutdown.connect
def stop(**kwargs: Any) -> None:
    """Let the watch end with its worker."""
    _stopping.set()


def _watch() -> None:
    while not _stopping.wait(EVERY):
        close_old_connections()
        try:
            deliver_due(due_since=OVERDUE)
        except Exception:  # the database may be away for a while; the watch must outlive that
            log.exception("the watch over overdue mail failed and goes on")
