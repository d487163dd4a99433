"""Tell a worker that a row waits, without ever letting the broker slow down or break the request that wrote it."""

import logging
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from celery import current_app

log = logging.getLogger(__name__)
_waiting: SimpleQueue[tuple[str, int, int]] = SimpleQueue()
_starting = Lock()
_publisher: Thread | None = None
MOST = 500


def wake(task: str, pk: int, *, expires: int = 600) -> None:
    """Hand task name and row to the publishing thread and return at once; a lost wake-up is found by the sweep.

    A worker that comes to it after so many seconds leaves it alone.
    """
    global _publisher
    if _waiting.qsize() >= MOST:
        return
    _waiting.put((task, pk, expires))
    with _starting:
        if _publisher is None or not _publisher.is_alive():  # also after a fork, which copies no threads
            _publisher = Thread(target=_publish, name="wake", daemon=True)
            _publisher.start()


def _publish() -> None:
    while True:
        task, pk, expires = _waiting.get()
        try:
            current_app.send_task(task, (pk,), retry=False, expires=expires)
        except Exception as error:  # whatever the broker client raises: the row is there, the sweep finds it
            dropped = 1 + _drop_all()
            log.warning("broker unreachable, %d wake-ups left to the sweep: %s", dropped, type(error).__name__)


def _drop_all() -> int:
    count = 0
    try:
        while True:
            _waiting.get_nowait()
            count += 1
    except Empty:
        return count
