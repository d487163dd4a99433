"""A head's mail address: proposed by one officer, in force only when a second one has confirmed it (D16)."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from portal.mail.models import OutgoingEmail
from tests.channels.test_browser import sign_in
from tests.factories import World, sent
from tests.journeys.steps import Walk

NEW = "kepala.baru@demo.pasbar.example"


def test_a_heads_address_waits_for_the_second_officer(page: Any, open_browser: Callable[..., Any]) -> None:
    world = World()
    old = world.head.mailbox
    case = sent(world.teacher)
    sign_in(page, world.administrator)
    walk = Walk(page)
    walk.go("/kelola/")
    page.get_by_role("link", name="OPD dan pejabat").click()
    page.get_by_role("link", name="Dinas Pendidikan", exact=True).click()
    walk.look()
    page.get_by_role("link", name="Ganti alamat email").click()
    walk.look()
    page.get_by_label("Alamat email", exact=False).fill(NEW)
    walk.press("Usulkan")
    walk.go("/kelola/konfirmasi/")
    expect(page.locator("[data-perubahan=address]")).to_contain_text(NEW)
    expect(page.get_by_role("button", name="Setujui")).to_have_count(0)  # nobody confirms his own proposal
    world.head.refresh_from_db()
    assert world.head.mailbox == old
    assert OutgoingEmail.objects.get(purpose="head_request", case=sent(world.colleague).number).to == old

    second = open_browser(viewport={"width": 360, "height": 640})
    sign_in(second, world.bkpsdm_head)
    there = Walk(second)
    there.go("/kelola/konfirmasi/")
    there.press("Setujui Zulfahmi Lubis")
    world.head.refresh_from_db()
    assert world.head.mailbox == NEW
    assert OutgoingEmail.objects.get(purpose="address_changed").to == old
    assert OutgoingEmail.objects.filter(purpose="head_request", case=case.number).latest("pk").to == NEW
    walk.go("/kelola/konfirmasi/")
    expect(page.locator("[data-perubahan]")).to_have_count(0)
