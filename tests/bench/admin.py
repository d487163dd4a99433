"""Settings of Django's admin with a form of a case that can be saved, for `make bench`."""

from tests.bench.lean import *  # noqa: F403

ROOT_URLCONF = "tests.bench.admin_urls"
