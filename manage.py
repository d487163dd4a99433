#!/usr/bin/env python
"""Command-line door of the project; while `make run` is up it talks to the servers of that run."""

import os
import sys

from portal.env import EnvError
from portal.runenv import load_run_env


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    load_run_env()
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except EnvError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
