"""Celery doors: what time owes, and letters whose PDF is not made yet."""

from celery import shared_task

from approvals.due import perform


@shared_task
def run_due() -> int:
    """Do everything that is owed now; harmless when two of them run at once. Returns how many things were done."""
    return perform()
