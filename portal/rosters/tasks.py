"""Celery doors: read or save an import; what a worker left lying is found by what time owes."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils.translation import gettext as _

from portal import clock
from portal.alone import alone, counted
from portal.crypto import CannotUnseal
from portal.errors import Refused
from portal.rosters import reading, saving
from portal.rosters.models import WORKING, RosterImport, State

log = logging.getLogger(__name__)
_SPACE = 7214  # of advisory locks, ours alone
_LEASE = timedelta(minutes=3)  # without a sign for so long, the worker is gone


@shared_task
def work_on(batch_id: int) -> bool:
    """Read or save one import; tells whether there was something to do."""
    with alone(_SPACE, batch_id) as held:
        batch = RosterImport.objects.filter(pk=batch_id, state__in=WORKING).first()
        if not held or batch is None:
            return False
        if not counted(RosterImport.objects.filter(pk=batch_id)):
            _fail(batch_id, _("Berkas ini terlalu berat untuk diproses. Bagi menjadi beberapa berkas."))
            return True
        batch.refresh_from_db(fields=["tries"])
        try:
            if batch.state == State.READING:
                reading.read(batch)
            else:
                saving.apply(batch)
        except OperationalError:
            raise  # the database, not the file: it is taken up again
        except Refused as refused:
            _fail(batch_id, refused.message)
        except CannotUnseal:
            _fail(batch_id, _("Berkas ini tidak dapat dibuka lagi. Unggah sekali lagi."))
        except Exception:  # whatever is wrong with this file, it must not be tried for ever
            log.exception("roster import %s failed", batch_id)
            _fail(batch_id, _("Berkas ini tidak dapat diproses. Periksa isinya, lalu unggah lagi."))
    return True


def _fail(batch_id: int, sentence: str) -> None:
    RosterImport.objects.filter(pk=batch_id).update(state=State.FAILED, error=sentence[:300], content=None)


def resume() -> int:
    """Take up imports whose worker gave no sign for minutes, or that nobody was woken for."""
    left = RosterImport.objects.filter(state__in=WORKING, beat_at__lt=clock.now() - _LEASE).order_by("pk")
    return sum(work_on(pk) for pk in left.values_list("pk", flat=True)[:5])
