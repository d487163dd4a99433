"""gunicorn's configuration for `make bench`: fifty rows on a page of the queue, as the views beside it have."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    from approvals import dashboard

    dashboard.PAGE = 50
