"""Tell a worker that a mail waits, without ever letting the broker slow down or break the request that wrote it."""

import logging
from queue import Empty, SimpleQueue
from threading import Lock, Thread

log = logging.getLogger(__name__)
_waiting: SimpleQueue[int] = SimpleQueue()
_starting = Lock()
_publisher: Thread | None = None
MOST = 500


def wake(email_id: int) -> None:
    """Hand the id to the publishing thread and return at once; a lost wake-up is found by the sweep."""
    global _publisher
    if _waiting.qsize() >= MOST:
        return
    _waiting.put(email_id)
    with _starting:
        if _publisher is None or not _publisher.is_alive():  # also after a fork, which copies no threads
            _publisher = Thread(target=_publish, name="mail-wake", daemon=True)
            _publisher.start()


def _publish() -> None:
    from portal.mail.tasks import deliver  # the tasks import what writes mails

    while True:
        email_id = _waiting.get()
        try:
            deliver.apply_async((email_id,), retry=False, expires=600)
        except Exception as error:  # whatever the broker client raises: the row is there, the sweep sends it
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
