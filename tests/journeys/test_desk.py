"""A reviewer's morning at the desk: twenty cases by keyboard, a view sent to a colleague, several approved at once."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from declarations.models import Declaration
from declarations.status import Status
from tests.channels.test_browser import sign_in
from tests.factories import World, endorse, person, sent
from tests.journeys.steps import Walk

CASE = re.compile(r"/tinjau/DK-[\d-]+/")


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.dataset.nomor || ''"))


def test_twenty_cases_by_keyboard_without_deciding_any(page: Any) -> None:
    world = World()
    cases = [endorse(sent(person(f"Pegawai {index:02d}", world.school))) for index in range(20)]
    before = list(Declaration.objects.order_by("pk").values_list("status", "revision", "reviewer"))
    sign_in(page, world.reviewer)
    page.goto("/tinjau/antrean/")
    Walk(page).look()
    order = page.locator("table.queue tbody tr").evaluate_all("rows => rows.map(row => row.dataset.nomor)")
    assert sorted(order) == sorted(case.number for case in cases)
    for number in order:
        page.keyboard.press("j")
        assert focused(page) == number
        page.keyboard.press("x")
    assert page.locator("input[name=pilih]:checked").count() == 20
    page.keyboard.press("j")
    assert focused(page) == order[-1]  # the end of the list is the end
    for _up in range(19):
        page.keyboard.press("k")
    page.keyboard.press("o")
    page.wait_for_url(CASE)
    for number in order[1:]:
        page.keyboard.press("j")
        page.wait_for_url(f"**/tinjau/{number}/")
    page.keyboard.press("u")
    page.wait_for_url("**/tinjau/antrean/**")
    assert focused(page) == order[-1]
    page.keyboard.press("/")
    page.keyboard.type("jkxoug")  # in a field the keys are letters
    expect(page.locator("#f_q")).to_have_value("jkxoug")
    assert list(Declaration.objects.order_by("pk").values_list("status", "revision", "reviewer")) == before


def test_a_view_is_named_sent_and_opened_by_a_colleague(no_script: Any, open_browser: Callable[..., Any]) -> None:
    world = World()
    case = endorse(sent(world.teacher))
    sent(world.colleague)
    sign_in(no_script, world.reviewer)
    walk = Walk(no_script, script=False)
    no_script.goto("/tinjau/antrean/?status=awaiting_review&temuan=tanpa")
    no_script.locator("summary", has_text="Simpan tampilan ini").click()
    no_script.get_by_label("Nama tampilan").fill("Ringan")
    walk.press("Simpan tampilan")
    link = no_script.get_by_role("link", name="Ringan", exact=True).get_attribute("href")
    colleague = open_browser()
    sign_in(colleague, world.second_reviewer)
    colleague.goto(link)
    rows = colleague.locator("table.queue tbody tr")
    assert rows.evaluate_all("rows => rows.map(row => row.dataset.nomor)") == [case.number]


def test_ten_are_approved_at_once_but_the_two_that_changed(page: Any) -> None:
    world = World()
    cases = [endorse(sent(person(f"Pegawai {index:02d}", world.school))) for index in range(10)]
    sign_in(page, world.reviewer)
    walk = Walk(page)
    page.goto("/tinjau/antrean/")
    page.locator("#semua").check(force=True)
    walk.press("Setujui tanpa temuan…")
    expect(page.locator("h1")).to_have_text("Setujui 10 deklarasi?")
    for case in cases[:2]:
        Declaration.objects.filter(pk=case.pk).update(revision=case.revision + 1)
    walk.press("Setujui dan kirim")
    expect(page.get_by_role("status")).to_have_text("8 dari 10 berhasil.")
    for case in cases[:2]:
        expect(page.locator(f"[data-nomor='{case.number}']")).to_contain_text("berubah sejak daftar dibuka")
    page.reload()
    expect(page.get_by_role("status")).to_have_text("8 dari 10 berhasil.")
    assert Declaration.objects.filter(status=Status.APPROVED).count() == 8
