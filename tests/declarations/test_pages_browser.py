"""The declarant's pages in a browser: no accessibility finding, no sideways scroll, fields that open by themselves."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from tests.declarations.conftest import MakeDraft
from tests.journeys.steps import RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
FIRST = SampleChannel("@demo.pasbar.01")
PAID = SampleChannel("@demo.pasbar.02.nama.panjang", answers=PAID_CHANNEL)
PAGES = ["", "kanal/", "kanal/tambah/", "kanal/{}/ubah/", "kanal/{}/hapus/", "kanal/{}/resmi/", "konten/{}/", "batas/"]
PAGES += ["waktu/", "komersial/{}/", "komersial/", "kepentingan/", "pernyataan/", "periksa/", "tarik/"]
REFUSED = ["kanal/tambah/", "konten/{}/", "batas/", "waktu/", "komersial/{}/", "kepentingan/", "pernyataan/"]


def signed_in(page: Page, live_server: Any, client: Client) -> None:
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def check(page: Page, name: str) -> None:
    if folder := os.environ.get("LOOK"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        path = Path(folder) / f"{name.strip('/').replace('/', '-') or 'rincian'}-{width}.png"
        page.screenshot(path=path, full_page=True)
    page.wait_for_load_state()  # a click ends when the new page begins
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == [], name


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_of_filing_is_accessible(
    page: Page, live_server: Any, as_alice: Client, full_draft: MakeDraft, width: int
) -> None:
    signed_in(page, live_server, as_alice)
    page.set_viewport_size({"width": width, "height": 800})
    declaration = full_draft(FIRST, PAID, **PAID_ANSWERS, C8_TEXT="berkas lama")
    second = declaration.items.last()
    assert second is not None
    base = f"/deklarasi/{declaration.number}/"
    for path in PAGES:
        page.goto(base + path.format(second.pk))
        check(page, path.format("x"))
    for path in ("/deklarasi/", "/deklarasi/baru/", "/kanal/"):
        page.goto(path)
        check(page, f"daftar{path}")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_refused_page_is_accessible_and_points_to_its_fields(
    page: Page, live_server: Any, as_alice: Client, full_draft: MakeDraft, width: int
) -> None:
    signed_in(page, live_server, as_alice)
    page.set_viewport_size({"width": width, "height": 800})
    declaration = full_draft(PAID, D1="", D2="", A3=[], C6F="", C7=[])
    declaration.items.update(answers={})
    declaration.statements.all().delete()
    base = f"/deklarasi/{declaration.number}/"
    for path in REFUSED:
        page.goto(base + path.format(declaration.items.get().pk))
        page.get_by_role("button", name="Simpan dan lanjutkan").click()
        expect(page.locator("#ada-kesalahan")).to_be_focused()
        check(page, "galat-" + path.format("x"))
        page.locator("#ada-kesalahan a").first.click()
        assert page.evaluate("document.activeElement.matches('input, textarea, select')")
    page.goto(base + "periksa/?lengkapi=1")
    check(page, "galat-periksa")


def test_every_state_of_a_case_is_accessible(
    phone: Page, live_server: Any, as_alice: Client, full_draft: MakeDraft
) -> None:
    signed_in(phone, live_server, as_alice)
    for number, status in enumerate(Status):
        case = full_draft(SampleChannel(f"@kanal.ke.{number}"))
        Declaration.objects.filter(pk=case.pk).update(
            status=status, submitted_at=clock.now(), due_on=clock.today(), valid_until=clock.today()
        )
        paths = ["", "terkirim/", "perbaiki/?centang=1"] if status == Status.RETURNED else ["", "terkirim/"]
        for path in paths:
            phone.goto(f"/deklarasi/{case.number}/{path}")
            check(phone, f"{status}-{path.split('?')[0]}")
    phone.goto("/deklarasi/")
    check(phone, "daftar-semua")


def test_what_an_answer_opens_shows_when_it_is_chosen(
    page: Page, live_server: Any, as_alice: Client, full_draft: MakeDraft
) -> None:
    signed_in(page, live_server, as_alice)
    declaration = full_draft()
    page.goto(f"/deklarasi/{declaration.number}/batas/")
    box = page.locator("#id_C6F_TEXT")
    expect(box).to_be_hidden()
    page.locator("label[for=id_C6F_1]").click()
    expect(box).to_be_visible()
    page.locator("label[for=id_C6F_2]").click()
    expect(box).to_be_visible()
    page.locator("label[for=id_C6F_0]").click()
    expect(box).to_be_hidden()
    page.goto(f"/deklarasi/{declaration.number}/waktu/")
    expect(page.locator("#id_D1B_NUMBER")).to_be_hidden()
    page.locator("label[for=id_D1_3]").click()
    expect(page.locator("#id_D1B_NUMBER")).to_be_visible()
    expect(page.locator("#id_D5_PERMIT_0")).to_be_hidden()
    page.locator("label[for=id_D5_0]").click()
    page.locator("label[for=id_D5_2]").click()
    expect(page.locator("#id_D5_PERMIT_0")).to_be_visible()
    page.goto(f"/deklarasi/{declaration.number}/komersial/{declaration.items.get().pk}/")
    expect(page.locator("#id_E3-0-name")).to_be_hidden()
    page.locator("label[for=id_E1_1]").click()
    expect(page.locator("#id_E3-0-name")).to_be_visible()


def test_partners_are_added_without_script(
    no_script: Page, live_server: Any, as_alice: Client, full_draft: MakeDraft
) -> None:
    signed_in(no_script, live_server, as_alice)
    declaration = full_draft()
    item = declaration.items.get()
    no_script.goto(f"/deklarasi/{declaration.number}/komersial/{item.pk}/")
    for answer in ("E1_2", "E2_4", "E5_0"):
        no_script.locator(f"label[for=id_{answer}]").click()
    no_script.locator("#id_E3-0-name").fill("CV Maju")
    no_script.get_by_role("button", name="Tambah pihak lain").click()
    expect(no_script.locator("#id_E3-0-name")).to_have_value("CV Maju")
    no_script.locator("#id_E3-1-name").fill("PT Jaya")
    no_script.get_by_role("button", name="Simpan dan lanjutkan").click()
    no_script.wait_for_load_state()
    item.refresh_from_db()
    assert [partner["name"] for partner in item.answers["E3"]] == ["CV Maju", "PT Jaya"]
