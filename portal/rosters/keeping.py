"""What an import replaced: kept with the writing, and put back where nothing has changed since."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

from portal.people.models import Employee
from portal.people.roster.plan import OWNED
from portal.people.roster.run import Keeper
from portal.people.roster.staging import TABLE
from portal.rosters.models import Kept, RosterImport

_FIELDS = (*OWNED, "is_active")
_SAYS = "jsonb_build_object(" + ", ".join(f"'{name}', e.{name}" for name in _FIELDS) + ")"
_BEFORE = f"""
INSERT INTO rosters_kept (batch_id, person_id, head, old)
SELECT %(batch)s, e.id, r.held = 'head', {_SAYS} FROM people_employee e JOIN {TABLE} r ON r.person_id = e.id
WHERE r.ok AND r.change NOT IN ('new', 'same') AND (r.held = '' OR %(confirmed)s)
ON CONFLICT (batch_id, person_id) DO NOTHING
"""
_BROUGHT = f"""
INSERT INTO rosters_kept (batch_id, person_id, head)
SELECT %(batch)s, e.id, false FROM people_employee e JOIN {TABLE} r ON r.nip = e.nip WHERE r.ok AND r.change = 'new'
ON CONFLICT (batch_id, person_id) DO NOTHING
"""
_AFTER = f"""
UPDATE rosters_kept k SET new = {_SAYS} FROM people_employee e WHERE k.batch_id = %(batch)s AND k.person_id = e.id
"""
_PUT_BACK = f"""
UPDATE people_employee e SET ({", ".join(_FIELDS)}) =
    (SELECT {", ".join(f"o.{name}" for name in _FIELDS)} FROM jsonb_populate_record(NULL::people_employee, k.old) o)
FROM rosters_kept k WHERE k.batch_id = %(batch)s AND k.person_id = e.id AND k.old IS NOT NULL AND NOT k.head
    AND {_SAYS} = k.new
RETURNING e.id
"""


def _run(sql: str, values: Mapping[str, int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [int(row[0]) for row in cursor.fetchall()] if cursor.description else []


def keeper(batch: RosterImport) -> Keeper:
    """Return what stands around the writing of this import."""

    @contextmanager
    def keep(confirmed: bool) -> Iterator[None]:
        values = {"batch": batch.pk, "confirmed": confirmed}
        _run(_BEFORE, values)
        yield
        _run(_BROUGHT, values)
        _run(_AFTER, values)

    return keep


def put_back(batch: RosterImport) -> tuple[int, int, list[str]]:
    """Undo in the directory; returns how many were restored, how many removed, and the names of those left as they are.

    Left are people who changed since, heads whose address two officers changed, and newcomers who are used already.
    """
    values = {"batch": batch.pk}
    restored = _run(_PUT_BACK, values)
    removed = _run(_removal(), values)
    Kept.objects.filter(person_id__in=removed).delete()
    rest = batch.kept.exclude(person__in=restored).select_related("person").order_by("person__name", "pk")
    left = [str(each.person) for each in rest]
    batch.kept.all().delete()
    return len(restored), len(removed), left


def _removal() -> str:
    """Return the statement that removes newcomers to whom nothing refers."""
    used = " AND ".join(
        f'NOT EXISTS (SELECT 1 FROM "{table}" x WHERE x."{column}" = e.id)' for table, column in _references()
    )
    return f"""
    DELETE FROM people_employee e USING rosters_kept k
    WHERE k.batch_id = %(batch)s AND k.person_id = e.id AND k.old IS NULL AND {_SAYS} = k.new
        AND e.password LIKE '!%%' AND coalesce(e.contact_email, '') = '' AND {used}
    RETURNING e.id
    """


def _references() -> list[tuple[str, str]]:
    """Return every table and column that refers to a person, but for what is kept of imports."""
    found = []
    for relation in Employee._meta.get_fields(include_hidden=True):
        field = getattr(relation, "field", None)
        if relation.auto_created and not relation.concrete and field is not None and not relation.many_to_many:
            table = field.model._meta.db_table
            if table != "rosters_kept":
                found.append((table, str(field.column)))
    return sorted(set(found))
