"""[H06] [O04] [X09] Figures for the monitor only; one JSON line per request without personal data."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from approvals import links
from declarations.status import Status
from portal.logs import Json, current
from tests.factories import World, declaration_at, step_of
from tests.servers import BASE


@pytest.mark.django_db
def test_the_figures_name_what_waits_and_how_long_views_take(client: Client) -> None:
    declaration_at(Status.AWAITING_HEAD, World())
    client.get("/aturan/")
    text = client.get("/metrics").content.decode()
    assert 'portal_waiting{state="awaiting_head",what="case"} 1.0' in text
    assert 'portal_waiting{state="head",what="step"} 1.0' in text
    assert 'portal_waiting_oldest_seconds{state="queued",what="mail"}' in text
    assert 'portal_request_seconds_count{method="GET",status="2xx",view="rules"}' in text


@pytest.mark.django_db
def test_outside_this_machine_they_do_not_exist_without_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 404
    settings.METRICS_TOKEN = "rahasia"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer salah"}).status_code == 404
    right = {"authorization": "Bearer rahasia"}
    assert client.get("/metrics", headers=right, REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.django_db
def test_a_request_is_one_line_with_number_view_and_case(client: Client) -> None:
    case = declaration_at(Status.AWAITING_HEAD, World())
    current.set({})  # whatever a page that failed in another test left
    seen: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(json.loads(Json().format(record)))

    keep = Keep()
    logger = logging.getLogger("portal.request")
    level = logger.level
    logger.addHandler(keep)
    logger.setLevel(logging.INFO)
    try:
        answer = client.get(f"/k/{links.token_for(step_of(case))}/", follow=True)
    finally:
        logger.removeHandler(keep)
        logger.setLevel(level)
    assert [line["view"] for line in seen] == ["approvals:link", "approvals:link_case"]
    assert seen[1]["case"] == case.number
    assert seen[1]["request"] == answer["X-Request-ID"]
    assert links.token_for(step_of(case)).split(":")[0] not in json.dumps(seen)
    assert current.get() == {}


def test_several_web_processes_add_up_their_figures(tmp_path: Path) -> None:
    start = "import django; django.setup(); from portal import metrics as m; "
    count = start + "m.REQUESTS.labels('home', 'GET', '2xx').observe(0.02)"
    read = start + (
        "from prometheus_client import CollectorRegistry, generate_latest as g; r = CollectorRegistry(); "
        "m.MultiProcessCollector(r); print(g(r).decode())"
    )
    given = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "new")}
    for code in (count, count):
        subprocess.run([sys.executable, "-c", code], cwd=BASE, env=given, check=True)
    said = subprocess.run([sys.executable, "-c", read], cwd=BASE, env=given, check=True, capture_output=True, text=True)
    assert 'portal_request_seconds_count{method="GET",status="2xx",view="home"} 2.0' in said.stdout


def test_a_line_break_and_a_traceback_stay_one_clean_line() -> None:
    try:
        raise ValueError("Key (nip)=(198504122010012901) already exists")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    line = logging.LogRecord("portal", logging.ERROR, __file__, 1, "agent: a\nb\x1b[31m %s", ("x@y.example",), info)
    text = Json().format(line)
    assert "\n" not in text
    assert "\x1b" not in text
    assert "1985041" not in text
    assert "x@y" not in text
