"""Celery doors: read or apply an import; what a worker left lying is found by what time owes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from declarations.registries.applying import apply
from declarations.registries.models import WORKING, RegistryImport, State
from declarations.registries.reading import read_stored
from portal import clock

log = logging.getLogger(__name__)
_SPACE = 7211  # of advisory locks, ours alone
_LEASE = timedelta(minutes=3)  # without a sign for so long, the worker is gone


@shared_task
def work_on(batch_id: int) -> bool:
    """Read or apply one import; tells whether there was something to do."""
    with _alone(batch_id) as alone:
        batch = RegistryImport.objects.filter(pk=batch_id, state__in=WORKING).first()
        if not alone or batch is None:
            return False
        try:
            if batch.state == State.READING:
                read_stored(batch)
            else:
                apply(batch)
        except OperationalError:
            raise  # the database, not the file: it is taken up again
        except Exception:  # whatever is wrong with this file, it must not be tried for ever
            log.exception("import %s failed", batch_id)
            sentence = _("Berkas ini tidak dapat diproses. Periksa isinya, lalu muat lagi.")
            rows = RegistryImport.objects.filter(pk=batch_id)
            rows.update(state=State.FAILED, error=sentence, content=None)
    return True


@contextmanager
def _alone(batch_id: int) -> Iterator[bool]:
    """Hold the import for this worker; the lock goes with its connection, so a killed worker leaves nothing behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, batch_id])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, batch_id])


def resume() -> int:
    """Take up imports whose worker gave no sign for minutes, or that nobody was woken for."""
    left = RegistryImport.objects.filter(state__in=WORKING, beat_at__lt=clock.now() - _LEASE).order_by("pk")
    return sum(work_on(pk) for pk in left.values_list("pk", flat=True)[:5])
