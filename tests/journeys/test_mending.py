"""A case that came back, on a phone: every point is edited or answered, then it goes back to whoever asked."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from approvals.models import Outcome
from approvals.verdicts import Mark
from declarations.status import Status
from tests.factories import World, endorse, sent
from tests.journeys.steps import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_two_points_are_mended_on_a_phone(phone: Any, live_server: Any) -> None:
    world, walk = World(), Walk(phone)
    marks = (Mark("batas", "Pilih nilai yang lain."), Mark("waktu", "Kapan Anda merekam?"))
    case = endorse(sent(world.teacher), Outcome.RETURNED, reason="Mohon dijelaskan.", marks=marks)
    client = Client()
    client.force_login(world.teacher)
    session = client.cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    walk.go(f"/deklarasi/{case.number}/perbaiki/")
    assert phone.get_by_text("Belum", exact=True).count() == 2

    phone.locator('[name="sudah"]').check(force=True)
    walk.press("Kirim ulang")
    assert "Jawab poin 1" in phone.locator(".error-summary").inner_text()

    phone.locator('[data-poin="batas"]').get_by_role("link").first.click()
    walk.look()
    phone.locator('[name="C7"][value="HARMONIS"]').check(force=True)
    walk.press("Simpan dan lanjutkan")
    assert "/perbaiki/" in phone.url
    point = phone.locator('[data-poin="waktu"]')
    point.locator("summary").click()
    point.locator('[name="jawaban"]').fill("Selalu malam, di rumah.")
    point.locator("button").click()
    phone.wait_for_url("**#poin-2")
    walk.look()
    assert phone.get_by_text("Belum", exact=True).count() == 0
    if folder := os.environ.get("LOOK"):
        phone.screenshot(path=Path(folder) / "perbaiki.png", full_page=True)

    phone.locator('[name="sudah"]').check(force=True)
    walk.press("Kirim ulang")
    case.refresh_from_db()
    assert (case.status, case.version) == (Status.AWAITING_HEAD, 2)
