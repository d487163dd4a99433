"""Reads the addresses that a running `make run` left in $DATA_DIR/run.env (mode 0600)."""

import os
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Return the folder of the embedded servers' data (DATA_DIR, default var/ beside manage.py)."""
    return Path(os.environ.get("DATA_DIR") or BASE / "var").resolve()


def load_run_env() -> None:
    """Fill in variables that are not set: without DATABASE_URL the run in this folder decides which servers."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return
    path = data_dir() / "run.env"
    if not path.exists():
        return
    for line in path.read_text().splitlines():
        name, mark, value = line.partition("=")
        if mark and name not in os.environ:
            os.environ[name] = value
