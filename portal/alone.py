"""One at a time, and no job for ever: locks that go with a connection or a transaction, and a count of the tries."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import F, Model, QuerySet


@contextmanager
def alone(space: int, key: int) -> Iterator[bool]:
    """Hold `key` of this space of advisory locks; yields False when another worker holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, key])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, key])


def in_turn(name: str) -> None:
    """Let the transactions of this name follow one another, where there is no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


TRIES = 5


def counted(job: QuerySet[Model]) -> bool:
    """Count a try before it begins; False when enough have: whoever tried was killed each time, mostly by its size."""
    return bool(job.filter(tries__lt=TRIES).update(tries=F("tries") + 1))
