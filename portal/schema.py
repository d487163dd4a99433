"""For migrations of tables that hold rows: an index is built while everybody goes on writing."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class BuildIndex(AddIndexConcurrently):
    """Stands in a migration with `atomic = False`; one that was broken off begins anew when `migrate` runs again.

    PostgreSQL waits for every transaction that began before, and a large table takes its time: the limits that keep
    requests short do not count here.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        try:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.execute("RESET statement_timeout; RESET lock_timeout")
