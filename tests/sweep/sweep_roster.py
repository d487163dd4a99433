"""`make sweep`: the roster of the whole kabupaten in the browser, read by a worker while the page says how far."""

import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from portal.rosters import tasks
from tests.people.test_roster_browser import import_mend_undo

ROWS = 8000
PROGRESS = re.compile(r"Baris \d+ dibaca, \d+ %")


@pytest.mark.django_db(transaction=True)
def test_eight_thousand_people_are_imported_with_visible_progress_mended_and_undone(page: Any, tmp_path: Path) -> None:
    seen: set[str] = set()

    def work(key: int) -> None:
        """Let a worker of its own do it, and watch the page meanwhile."""
        worker = threading.Thread(target=in_thread, args=(key,))
        worker.start()
        while worker.is_alive():
            seen.update(PROGRESS.findall(page.locator("main").inner_text()))
            page.wait_for_timeout(50)
        worker.join()

    began = time.monotonic()
    import_mend_undo(page, tmp_path, rows=ROWS, work=work)
    print(f"{ROWS} rows, two imports and the way back: {time.monotonic() - began:.0f} s; seen: {sorted(seen)}")
    assert len(seen) > 1


def in_thread(key: int) -> None:
    try:
        tasks.work_on(key)
    finally:
        connection.close()
