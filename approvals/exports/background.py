"""Large workbooks in the background: ordered, made with progress, fetched for a day, then dropped."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import IO

from django.db import OperationalError, transaction
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from approvals import dashboard
from approvals.exports.models import Export, ExportPart
from approvals.exports.queue import header, rows
from approvals.exports.writing import Cell, write_xlsx
from approvals.filters import parse
from portal import clock
from portal.alone import alone, counted
from portal.audit.log import record
from portal.people.models import Employee
from portal.wake import wake

log = logging.getLogger(__name__)
_SPACE = 7213  # of advisory locks, ours alone
_LEASE = timedelta(minutes=3)  # without a sign for so long, the worker is gone
KEPT = timedelta(hours=24)
_PART = 1024 * 1024
_STEP = 2_000


@transaction.atomic
def order(person: Employee, query: str, purpose: str, expected: int) -> Export:
    """Write the order down with its purpose; ordering what is under way already returns that."""
    Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    under_way = Export.objects.filter(owner=person, query=query, done_at=None, failed_at=None).first()
    if under_way is not None:
        return under_way
    export = Export.objects.create(owner=person, query=query, purpose=purpose, expected=expected)
    record("queue_exported", person, by=person, rows=expected, kind="xlsx", purpose=purpose, export=export.pk)
    transaction.on_commit(partial(wake, "approvals.tasks.make_export", export.pk), robust=True)
    return export


def make(export_id: int) -> bool:
    """Make one workbook; tells whether there was something to do."""
    with alone(_SPACE, export_id) as held:
        export = Export.objects.filter(pk=export_id, done_at=None, failed_at=None).select_related("owner").first()
        if not held or export is None:
            return False
        if not counted(Export.objects.filter(pk=export_id)):
            Export.objects.filter(pk=export_id).update(failed_at=clock.now())
            return True
        try:
            with tempfile.TemporaryFile() as file, translation.override("id"):
                write_xlsx(file, _("Antrean"), header(), _counted(export))
                _keep(export, file)
        except OperationalError:
            raise  # the database, not this export: it is taken up again
        except Exception:  # whatever is wrong with it, it must not be tried for ever
            log.exception("export %s failed", export_id)
            Export.objects.filter(pk=export_id).update(failed_at=clock.now())
    return True


def _counted(export: Export) -> Iterator[Sequence[Cell]]:
    """Yield the rows this officer may see today, and tell now and then how many there were."""
    known = dashboard.offices()
    filters, _ignored = parse(QueryDict(export.query), known)
    found = rows(dashboard.listed(export.owner, filters, known))
    for number, row in enumerate(found, start=1):
        export.written = number
        if number % _STEP == 0:
            export.beat_at = clock.now()
            export.save(update_fields=["written", "beat_at"])
        yield row


def _keep(export: Export, file: IO[bytes]) -> None:
    export.size = file.tell()
    file.seek(0)
    with transaction.atomic():
        export.parts.all().delete()
        for number, content in enumerate(iter(partial(file.read, _PART), b"")):
            ExportPart.objects.create(export=export, number=number, content=content)
        export.done_at = export.beat_at = clock.now()
        export.save(update_fields=["written", "size", "done_at", "beat_at"])


def pieces(export: Export) -> Iterator[bytes]:
    """Yield the workbook piece by piece."""
    for number in export.parts.values_list("number", flat=True):
        yield bytes(ExportPart.objects.values_list("content", flat=True).get(export=export, number=number))


def resume() -> int:
    """Take up exports whose worker gave no sign for minutes, or that nobody was woken for."""
    left = Export.objects.filter(done_at=None, failed_at=None, beat_at__lt=clock.now() - _LEASE).order_by("pk")
    return sum(make(pk) for pk in left.values_list("pk", flat=True)[:2])


def drop_old() -> int:
    """Delete the contents of what is older than a day; the row stays and tells that there was one."""
    old = Export.objects.filter(done_at__lt=clock.now() - KEPT, dropped_at=None).order_by("pk")[:20]
    keys = list(old.values_list("pk", flat=True))
    if keys:
        with transaction.atomic():
            ExportPart.objects.filter(export__in=keys).delete()
            Export.objects.filter(pk__in=keys).update(dropped_at=clock.now())
    return len(keys)
