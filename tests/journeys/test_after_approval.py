"""After an approval, on a phone: a channel is left out of it by the officer, and it is renewed in three pages."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from declarations.models import Declaration
from declarations.samples import SampleChannel
from declarations.status import Status
from portal import clock
from portal.people.models import Employee
from tests.factories import World, endorse, sent
from tests.journeys.steps import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
REASON = "Kanal ini ternyata dikelola orang lain, bukan oleh pegawai."


def as_person(page: Any, base: str, who: Employee) -> None:
    client = Client()
    client.force_login(who)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])


def picture(page: Any, name: str) -> None:
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_channel_is_left_out_and_the_rest_is_renewed(phone: Any, live_server: Any) -> None:
    world, walk = World(), Walk(phone)
    case = endorse(sent(world.teacher, SampleChannel("@uji.tetap"), SampleChannel("@uji.keluar", platform="tiktok")))
    out = case.items.get(channel__platform="tiktok")

    as_person(phone, live_server.url, world.reviewer)
    walk.go(f"/tinjau/{case.number}/")
    phone.locator('[name="keputusan"][value="approved"]').check(force=True)
    phone.get_by_text("Keluarkan kanal dari persetujuan").click()
    reason = phone.locator(f'[name="alasan_kanal_{out.pk}"]')
    assert not reason.is_visible()
    phone.locator(f'[name="keluarkan"][value="{out.pk}"]').check(force=True)
    walk.press("Lanjut ke konfirmasi")
    assert "sedikitnya 20 karakter" in phone.locator(".error-summary").inner_text()
    picture(phone, "keluarkan")
    reason.fill(REASON)
    walk.press("Lanjut ke konfirmasi")
    picture(phone, "konfirmasi")
    walk.press("Setujui dan kirim")

    as_person(phone, live_server.url, world.teacher)
    Declaration.objects.filter(pk=case.pk).update(valid_until=clock.today() + timedelta(days=20))
    walk.go(f"/deklarasi/{case.number}/")
    assert REASON in phone.locator("main").inner_text()
    picture(phone, "rincian")
    phone.get_by_role("link", name="Perpanjang").click()
    walk.look()
    phone.locator('[name="sama"][value="ya"]').check(force=True)
    walk.press("Lanjut")
    for code in ("G1", "G2", "G3", "G4"):
        phone.locator(f'[name="{code}"]').check(force=True)
    walk.press("Simpan dan lanjutkan")
    assert "/periksa/" in phone.url
    assert "@uji.keluar" not in phone.locator("main").inner_text()
    picture(phone, "periksa")
    walk.press("Setuju dan kirim")
    renewal = Declaration.objects.get(replaces=case)
    assert renewal.status == Status.AWAITING_HEAD
    case.refresh_from_db()
    assert case.status == Status.APPROVED
