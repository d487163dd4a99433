"""What a printed page holds: who printed it, whence and when, and every name; no menu and no button."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from declarations.status import Status
from tests.channels.test_browser import sign_in
from tests.factories import World, declaration_at

pytestmark = pytest.mark.usefixtures("calendar_rows")


def test_lists_and_cases_are_printed_with_their_names(open_browser: Callable[..., Any]) -> None:
    world = World()
    case = declaration_at(Status.AWAITING_REVIEW, world)
    printed = {
        world.administrator: {"/kelola/opd/": "Dinas Pendidikan", "/kelola/registri/": "Penyedia"},
        world.reviewer: {f"/tinjau/{case.number}/": case.declarant.official_name, "/tinjau/antrean/": case.number},
    }
    for person, pages in printed.items():
        page = open_browser()
        sign_in(page, person)
        page.emulate_media(media="print")
        for address, name in pages.items():
            assert page.goto(address).status == 200
            expect(page.locator(".print-only").first).to_contain_text(person.name)
            expect(page.locator("main").get_by_text(name).first).to_be_visible()
            expect(page.locator(".nav").first).to_be_hidden()
            assert page.locator("main .btn").locator("visible=true").count() == 0, address
