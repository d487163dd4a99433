"""Proving a channel on a phone without JavaScript, and the officer's word on a desktop."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from declarations.models import Channel
from declarations.samples import SampleChannel
from tests import factories
from tests.factories import PASSWORD, World


def sign_in(page: Any, who: Any) -> None:
    page.goto("/masuk/")
    page.locator("input[name=login]").fill(who.nip)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("form:has(input[type=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/masuk/" not in url)


def test_a_teacher_proves_a_channel_and_an_officer_confirms(no_script: Any, open_browser: Callable[..., Any]) -> None:
    world = World()
    factories.sent(world.teacher, SampleChannel("@kelas.layar.sempit.sekali", "instagram"))
    channel = Channel.objects.get(owner=world.teacher)
    sign_in(no_script, world.teacher)
    no_script.goto("/kanal/")
    no_script.get_by_role("link", name="Buktikan kanal").click()
    no_script.get_by_role("button", name="Buat kode").click()
    expect(no_script.locator("#isi-kode")).to_have_text(re.compile(r"PB-[2-9A-HJKMNP-Z]{6}"))
    assert no_script.evaluate("document.documentElement.scrollWidth") <= 360
    no_script.get_by_role("button", name="Kode sudah terpasang").click()
    expect(no_script.locator("[data-bukti=waiting]")).to_be_visible()

    officer = open_browser()
    sign_in(officer, world.reviewer)
    officer.goto("/tinjau/tugas/")
    officer.get_by_role("link", name="Periksa bukti").click()
    officer.get_by_role("link", name=str(channel)).click()
    officer.get_by_label("Kode terlihat di halaman kanal").check()
    officer.get_by_role("button", name="Simpan hasil pemeriksaan").click()
    expect(officer.get_by_text("Tidak ada bukti kanal yang menunggu")).to_be_visible()
    no_script.reload()
    expect(no_script.locator("[data-bukti=proven]")).to_contain_text("kode dilihat petugas di halaman kanal")
