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
from django.db import migrations, models
from django.db.models import NOT_PROVIDED

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


def test_no_migration_takes_away_what_the_release_before_uses() -> None:
    made: set[tuple[str, str]] = set()
    wrong = []
    for name, module in modules():
        app = name.split(".")[-3]
        young = int(Path(name.rpartition(".")[2]).name[:4]) > FIRST_RELEASE.get(app, 0)
        for operation in module.Migration.operations:
            if isinstance(operation, migrations.CreateModel):
                made.add((name, operation.name.lower()))
            fresh = (name, getattr(operation, "model_name", "").lower()) in made
            said = "" if fresh or hasattr(module, "TAKES_AWAY") else breaks(operation)
            if said and young:
                wrong.append(f"{name}: {said}")
    assert wrong == []


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
