"""Apply the staged rows of an import in one transaction, take an import back, and add a single row."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils.translation import gettext as _

from declarations.registries.columns import Reader
from declarations.registries.models import Entry, RegistryImport, StagedRow, State
from declarations.registries.reading import ABSENT, CHANGED, count_changes
from portal import clock
from portal.alone import in_turn
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee

_FIELDS = "line, identity, name, norm, keys, npwp, nib, opd_id, function, detail, starts, ends"


def start(
    registry: str, *, source: str, full: bool, by: Employee | None, content: bytes, extension: str
) -> RegistryImport:
    """Make the row of an import whose file is still to be read."""
    now = clock.now()
    return RegistryImport.objects.create(
        registry=registry,
        source=source,
        full=full,
        content=content,
        extension=extension,
        made_by=by,
        made_at=now,
        beat_at=now,
    )


@transaction.atomic
def confirm(batch: RegistryImport) -> None:
    """Hand a plan to a worker."""
    batch = RegistryImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.PLANNED:
        raise Refused(_("Impor ini sudah diputus sebelumnya. Lihat statusnya."))
    if not (batch.new or batch.changed or batch.ended):
        raise Refused(_("Tidak ada yang berubah, jadi tidak ada yang disimpan."))
    batch.state, batch.beat_at, batch.tries = State.APPLYING, clock.now(), 0
    batch.save(update_fields=["state", "beat_at", "tries"])


@transaction.atomic
def cancel(batch: RegistryImport) -> None:
    batch = RegistryImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.PLANNED:
        raise Refused(_("Impor ini sudah diputus sebelumnya. Lihat statusnya."))
    batch.staged.all().delete()
    batch.state = State.CANCELLED
    batch.save(update_fields=["state"])


@transaction.atomic
def apply(batch: RegistryImport) -> RegistryImport:
    """Write new and changed rows, end those they replace, and with a complete file those it lacks."""
    in_turn(f"registry.{batch.registry}")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
    batch = RegistryImport.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in (State.PLANNED, State.APPLYING):
        return batch
    count_changes(batch)  # another import may have come in between
    values: dict[str, int | str] = {"batch": batch.pk, "registry": batch.registry}
    gone = f"({CHANGED} OR {ABSENT})" if batch.full else CHANGED
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE registries_entry e SET ended_by_id = %(batch)s "  # noqa: S608 - our own conditions
            f"WHERE e.registry = %(registry)s AND e.ended_by_id IS NULL AND {gone}",
            values,
        )
        cursor.execute(
            f"INSERT INTO registries_entry (registry, added_by_id, {_FIELDS}) "  # noqa: S608
            f"SELECT %(registry)s, %(batch)s, {_FIELDS} FROM registries_stagedrow s "
            "WHERE s.batch_id = %(batch)s AND s.problem = '' AND NOT EXISTS (SELECT 1 FROM registries_entry e "
            "WHERE e.registry = %(registry)s AND e.identity = s.identity AND e.ended_by_id IS NULL) ORDER BY s.line",
            values,
        )
    batch.staged.filter(problem="").delete()
    return _settled(batch, State.APPLIED, "registry_imported", batch.made_by)


@transaction.atomic
def undo(batch: RegistryImport, *, by: Employee) -> RegistryImport:
    """Take the newest import of its register back: what it brought is ended, what it ended lives again."""
    in_turn(f"registry.{batch.registry}")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
    batch = RegistryImport.objects.select_for_update().get(pk=batch.pk)
    newest = RegistryImport.objects.filter(registry=batch.registry, state=State.APPLIED).order_by("-applied_at").first()
    if batch.state != State.APPLIED or newest is None or newest.pk != batch.pk:
        raise Refused(_("Hanya impor terakhir yang dapat ditarik. Tarik dulu yang sesudahnya."))
    batch.added.filter(ended_by=None).update(ended_by=batch)
    Entry.objects.filter(ended_by=batch).exclude(added_by=batch).update(ended_by=None)
    batch.undone_at, batch.undone_by = clock.now(), by
    return _settled(batch, State.UNDONE, "registry_import_undone", by)


@transaction.atomic
def add_row(registry: str, texts: Mapping[str, str], *, source: str, by: Employee) -> RegistryImport:
    """Add one row typed by hand, as an import of its own; raises BadValue."""
    values = Reader(registry).values(texts)
    values["opd_id"] = values.pop("opd")
    batch = start(registry, source=source, full=False, by=by, content=b"", extension="")
    StagedRow.objects.create(batch=batch, line=1, **values)
    batch.state = State.PLANNED
    batch.save(update_fields=["state"])
    return apply(batch)


@transaction.atomic
def end_row(entry: Entry, *, by: Employee) -> RegistryImport:
    """End one row by hand; it stays readable as history."""
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    if entry.ended_by_id is not None:
        raise Refused(_("Baris ini sudah diakhiri."))
    batch = start(entry.registry, source=_("Diakhiri petugas"), full=False, by=by, content=b"", extension="")
    entry.ended_by = batch
    entry.save(update_fields=["ended_by"])
    batch.ended = 1
    return _settled(batch, State.APPLIED, "registry_imported", by)


def _settled(batch: RegistryImport, state: State, event: str, by: Employee | None) -> RegistryImport:
    batch.state, batch.beat_at, batch.content = state, clock.now(), None
    if state == State.APPLIED:
        batch.applied_at = clock.now()
    if batch.new or batch.changed or batch.ended:
        batch.screen_from = 0  # open cases and approvals are judged again, by what time owes
    batch.save()
    record(event, batch, by=by, registry=batch.registry, new=batch.new, changed=batch.changed, ended=batch.ended)
    return batch
