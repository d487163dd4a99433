"""The tree of units as a whole: recompute who decides for whom, find a loop before it is stored."""

from collections.abc import Mapping

from django.db import connection

from portal.people.models import DECIDING

_REFRESH = """
WITH RECURSIVE down AS (
    SELECT id, CASE WHEN kind = ANY(%(kinds)s) THEN id END AS office FROM people_opd WHERE parent_id IS NULL
    UNION ALL
    SELECT unit.id, CASE WHEN unit.kind = ANY(%(kinds)s) THEN unit.id ELSE down.office END
    FROM people_opd unit JOIN down ON unit.parent_id = down.id
) CYCLE id SET looped USING path
UPDATE people_opd unit SET office_id = down.office FROM down
WHERE unit.id = down.id AND NOT down.looped AND unit.office_id IS DISTINCT FROM down.office
"""


def refresh_offices() -> int:
    """Recompute the deciding unit of every unit after the tree changed; return how many rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"kinds": sorted(DECIDING)})
        return int(cursor.rowcount)


def find_loop(parents: Mapping[str, str]) -> list[str]:
    """Return one loop in a child-to-parent mapping as the units on it, [] when there is none."""
    done: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        here: str | None = start
        while here is not None and here not in done and here not in path:
            path[here] = len(path)
            here = parents.get(here) or None
        if here is not None and here in path:
            return list(path)[path[here] :]
        done.update(path)
    return []
