"""Fetching an export over HTTP, for the test of its memory and for `make bench`."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from portal.people.models import Employee
from tests.bench.serving import Answer, Site, Visitor

PURPOSE = "Bahan rapat evaluasi triwulan empat."
URL = "/tinjau/ekspor.csv"


def proven_visitor(site: Site, person: Employee) -> Visitor:
    """Return a browser in which this officer has just proven who he is."""
    visitor = site.visitor(person)
    session: Any = SessionStore(visitor.cookies[settings.SESSION_COOKIE_NAME])
    session["proven"] = time.time()
    session.save()
    return visitor


def ask_for_csv(visitor: Visitor, query: str = "") -> Answer:
    """Open the form, state a purpose, take the file."""
    assert visitor.get(URL + query).status == 200
    answer = visitor.post(URL + query, {"keperluan": PURPOSE})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    return answer


def workers_of(site: Site) -> list[int]:
    """Return the processes that answer requests."""
    pid = site.process.pid
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
