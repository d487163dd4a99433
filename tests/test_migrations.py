"""Migrations only add: the release before works on the new schema while machine after machine is exchanged.

What takes something away (a column, a table, a name, the right to be empty) comes one release after the code has
stopped using it; such a migration says so by TAKES_AWAY, the version whose code no longer needs it.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED
from django.test.utils import CaptureQueriesContext

from portal.schema import BuildIndex
from portal.settings import BASE_DIR

ROOTS = ("portal", "declarations", "approvals")
# The schema that the first release begins with: nothing ran anywhere before.
FIRST_RELEASE = {
    "accounts": 4,
    "approvals": 21,
    "audit": 1,
    "bundles": 1,
    "calendar": 2,
    "casework": 3,
    "coverage": 2,
    "declarations": 8,
    "exports": 2,
    "feeds": 1,
    "files": 1,
    "inserts": 1,
    "mail": 2,
    "nil": 1,
    "people": 4,
    "privacy": 3,
    "proofs": 1,
    "registries": 2,
    "rosters": 2,
}
REMOVING = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
)
_SQL = re.compile(r"\b(DROP\s+(TABLE|COLUMN)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL|TRUNCATE)\b", re.IGNORECASE)


_BUILDS = re.compile(r"\bCREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", re.IGNORECASE)


def breaks(operation: object) -> str:
    """Say what code that does not know of this operation would stumble over; nothing if it works on."""
    if isinstance(operation, REMOVING):
        return f"{type(operation).__name__} takes away what the running release uses"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        fills_itself = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
        if isinstance(field, models.GeneratedField) or fills_itself:
            return ""
        return f"{operation.name} has no db_default: the INSERT of the running release does not name it"
    if isinstance(operation, migrations.RunSQL) and _SQL.search(str(operation.sql)):
        return "SQL that takes away"
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return next(filter(None, map(breaks, operation.database_operations)), "")
    return ""


def modules() -> Iterator[tuple[str, ModuleType]]:
    for root in ROOTS:
        for path in sorted((BASE_DIR / root).rglob("migrations/0*.py")):
            name = ".".join(path.relative_to(BASE_DIR).with_suffix("").parts)
            yield name, import_module(name)


def later() -> Iterator[tuple[str, ModuleType, object]]:
    """Yield what was added after the first release to tables that hold rows by then."""
    made: set[tuple[str, str]] = set()
    for name, module in modules():
        app = name.split(".")[-3]
        young = int(Path(name.rpartition(".")[2]).name[:4]) > FIRST_RELEASE.get(app, 0)
        for operation in module.Migration.operations:
            if isinstance(operation, migrations.CreateModel):
                made.add((name, operation.name.lower()))
            if young and (name, getattr(operation, "model_name", "").lower()) not in made:
                yield name, module, operation


def test_no_migration_takes_away_what_the_release_before_uses() -> None:
    wrong = []
    for name, module, operation in later():
        said = "" if hasattr(module, "TAKES_AWAY") else breaks(operation)
        if said:
            wrong.append(f"{name}: {said}")
    assert wrong == []


def locks(operation: object) -> bool:
    """Tell whether nobody may write while this builds an index over all rows of its table."""
    if isinstance(operation, migrations.AddIndex):
        return not isinstance(operation, BuildIndex)
    if isinstance(operation, migrations.AddConstraint):
        return isinstance(operation.constraint, models.UniqueConstraint | ExclusionConstraint)
    if isinstance(operation, migrations.AddField):
        return not operation.field.many_to_many and (operation.field.db_index or operation.field.unique)
    if isinstance(operation, migrations.RunSQL):
        return bool(_BUILDS.search(str(operation.sql)))
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return any(map(locks, operation.database_operations))
    return False


def test_an_index_of_a_table_that_holds_rows_is_built_while_everybody_writes() -> None:
    assert [f"{name}: {operation}" for name, _module, operation in later() if locks(operation)] == []


@pytest.mark.parametrize(
    ("operation", "stops"),
    [
        (migrations.AddIndex("employee", models.Index(fields=["post"], name="a")), True),
        (BuildIndex("employee", models.Index(fields=["post"], name="a")), False),
        (migrations.AddConstraint("employee", models.UniqueConstraint(fields=["post"], name="a")), True),
        (migrations.AddConstraint("employee", models.CheckConstraint(condition=models.Q(post=""), name="a")), False),
        (migrations.AddField("employee", "rank", models.CharField(max_length=9, null=True, db_index=True)), True),
        (migrations.AddField("employee", "rank", models.CharField(max_length=9, null=True)), False),
        (migrations.RunSQL("CREATE UNIQUE INDEX a ON b (c)"), True),
        (migrations.RunSQL("CREATE INDEX CONCURRENTLY a ON b (c)"), False),
    ],
)
def test_the_rule_tells_a_locking_index_from_a_patient_one(operation: object, stops: bool) -> None:
    assert locks(operation) is stops


@pytest.mark.django_db(transaction=True)
def test_an_index_whose_building_was_broken_off_is_begun_anew() -> None:
    before = ProjectState.from_apps(apps)
    after = before.clone()
    build = BuildIndex("opd", models.Index(fields=["name"], name="built_twice"))
    build.state_forwards("people", after)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        limit = cursor.fetchone()
        cursor.execute("CREATE INDEX built_twice ON people_opd (kind)")
        try:
            with CaptureQueriesContext(connection) as said, connection.schema_editor(atomic=False) as editor:
                build.database_forwards("people", editor, before, after)
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'built_twice'")
            assert "(name)" in cursor.fetchone()[0]
        finally:
            cursor.execute("DROP INDEX IF EXISTS built_twice")
        assert any("CREATE INDEX CONCURRENTLY" in each["sql"] for each in said.captured_queries)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == limit


@pytest.mark.parametrize(
    ("operation", "allowed"),
    [
        (migrations.RemoveField("employee", "email"), False),
        (migrations.RenameField("employee", "email", "mail"), False),
        (migrations.DeleteModel("Employee"), False),
        (migrations.AddField("employee", "rank", models.CharField(max_length=9, default="")), False),
        (migrations.AddField("employee", "rank", models.CharField(max_length=9, default="", db_default="")), True),
        (migrations.AddField("employee", "rank", models.CharField(max_length=9, null=True)), True),
        (migrations.RunSQL("ALTER TABLE a DROP COLUMN b"), False),
        (migrations.RunSQL("CREATE INDEX a ON b (c)"), True),
    ],
)
def test_the_rule_tells_adding_from_taking_away(operation: object, allowed: bool) -> None:
    assert bool(breaks(operation)) is not allowed
