"""Celery doors: read or apply an import; what a worker left lying is found by what time owes."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils.translation import gettext as _

from declarations.registries.applying import apply
from declarations.registries.models import WORKING, RegistryImport, State
from declarations.registries.reading import read_stored
from portal import clock
from portal.alone import alone, counted

log = logging.getLogger(__name__)
_SPACE = 7211  # of advisory locks, ours alone
_LEASE = timedelta(minutes=3)  # without a sign for so long, the worker is gone


@shared_task
def work_on(batch_id: int) -> bool:
    """Read or apply one import; tells whether there was something to do."""
    with alone(_SPACE, batch_id) as held:
        batch = RegistryImport.objects.filter(pk=batch_id, state__in=WORKING).first()
        if not held or batch is None:
            return False
        if not counted(RegistryImport.objects.filter(pk=batch_id)):
            _fail(batch_id, _("Berkas ini terlalu berat untuk diproses. Bagi menjadi beberapa berkas."))
            return True
        batch.refresh_from_db(fields=["tries"])
        try:
            if batch.state == State.READING:
                read_stored(batch)
            else:
                apply(batch)
        except OperationalError:
            raise  # the database, not the file: it is taken up again
        except Exception:  # whatever is wrong with this file, it must not be tried for ever
            log.exception("import %s failed", batch_id)
            _fail(batch_id, _("Berkas ini tidak dapat diproses. Periksa isinya, lalu muat lagi."))
    return True


def _fail(batch_id: int, sentence: str) -> None:
    RegistryImport.objects.filter(pk=batch_id).update(state=State.FAILED, error=sentence, content=None)


def resume() -> int:
    """Take up imports whose worker gave no sign for minutes, or that nobody was woken for."""
    left = RegistryImport.objects.filter(state__in=WORKING, beat_at__lt=clock.now() - _LEASE).order_by("pk")
    return sum(work_on(pk) for pk in left.values_list("pk", flat=True)[:5])
