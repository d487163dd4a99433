"""Real PostgreSQL and Valkey (Redis protocol) out of PyPI wheels, as child processes of `make run` and the tests."""

from portal.embedded.postgres import Postgres
from portal.embedded.process import EmbeddedError, die_with_parent, free_port, stop
from portal.embedded.valkey import Valkey

__all__ = ["EmbeddedError", "Postgres", "Valkey", "die_with_parent", "free_port", "stop"]
