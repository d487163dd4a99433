"""Public pages in a browser: no accessibility finding and no sideways scroll on phone and desk, also without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.steps import check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/", "/cek/", "/aturan/", "/privasi/", "/aksesibilitas/", "/tidak/ada/", "/?bahasa=en"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_accessible(page: Page, live_server, path: str, width: int) -> None:  # type: ignore[no-untyped-def]
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{live_server.url}{path}")
    check(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_self_check_names_what_is_missing_then_answers(page: Page, live_server, width: int) -> None:  # type: ignore[no-untyped-def]
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{live_server.url}/cek/")
    page.get_by_role("button", name="Lihat hasil").click()
    expect(page).to_have_title("Kesalahan: Cek cepat – Deklarasi Konten ASN")
    expect(page.locator("#ada-kesalahan")).to_be_focused()
    check(page)
    page.get_by_role("link", name="Pilih kapan Anda membuat konten").click()
    expect(page.locator("#id_hours_0")).to_be_focused()
    for answer in ("kind_0", "barred_1", "hours_0", "benefit_0", "office_1"):
        page.locator(f"label[for=id_{answer}]").click()
    page.get_by_role("button", name="Lihat hasil").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Perlu ditinjau dulu")
    check(page)


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A phone without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    yield context.new_page()
    context.close()


def test_the_self_check_works_without_script(plain_page: Page, live_server) -> None:  # type: ignore[no-untyped-def]
    plain_page.goto(f"{live_server.url}/")
    start = plain_page.get_by_role("link", name="Cek cepat: apakah konten saya boleh?")
    assert start.bounding_box()["y"] < 640  # type: ignore[index]
    start.click()
    for answer in ("kind_0", "barred_1", "hours_0", "benefit_2", "office_1"):
        plain_page.locator(f"label[for=id_{answer}]").click()
    plain_page.get_by_role("button", name="Lihat hasil").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Silakan berkarya")


def test_a_form_is_not_sent_twice(page: Page, live_server) -> None:  # type: ignore[no-untyped-def]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{live_server.url}/cek/")
    page.get_by_role("button", name="Lihat hasil").dblclick()
    expect(page).to_have_title("Kesalahan: Cek cepat – Deklarasi Konten ASN")  # the answer of the first press is there
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1
