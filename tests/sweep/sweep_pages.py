"""`make sweep`: every address that a caller may read, on a phone and a desktop, through axe; sideways scroll counts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.steps import RULES
from tests.security.access_table import CALLERS, TABLE
from tests.security.test_access_matrix import Town, address_of, addresses, town

__all__ = ["town"]
SIZES = (("phone", {"width": 360, "height": 640}), ("desktop", {"width": 1280, "height": 900}))
FILES = (".csv", ".xlsx", ".pdf", ".json")
# downloads and answers for programs: nothing to look at
NO_PAGES = frozenset({"metrics", "live", "ready"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("caller", CALLERS)
def test_every_page_of(caller: str, live_server: Any, town: Town, open_browser: Callable[..., Any]) -> None:
    """Collect what is wrong on every page of this caller and tell it all at once."""
    at, wrong, seen = CALLERS.index(caller), [], 0
    client = town.clients[caller]
    names = [name for name, _pattern in addresses() if TABLE[name][0][at] == "+" and name not in NO_PAGES]
    for size, viewport in SIZES:
        page = open_browser(viewport=viewport)
        cookies = [
            {"name": name, "value": morsel.value, "url": live_server.url + (morsel["path"] or "/")}
            for name, morsel in client.cookies.items()
            if morsel.value
        ]
        page.context.add_cookies(cookies)
        for name in names:
            address = address_of(name, town)
            if address.endswith((".csv", ".xlsx", ".pdf", ".json")) or name.endswith(
                ("template", "picture", "evidence")
            ):
                continue
            answer = page.goto(address)
            if answer is None or "text/html" not in (answer.headers.get("content-type") or ""):
                continue
            if "sandbox" in (answer.headers.get("content-security-policy") or ""):
                continue  # the mail in a frame of a page: it may run no script, so nobody can ask it anything
            seen += 1
            wrong += [f"{size} {caller} {name} ({urlsplit(page.url).path}): {each}" for each in faults(page, answer)]
    print(f"{caller}: {seen} pages")
    assert not wrong, "\n".join(wrong)


def faults(page: Any, answer: Any) -> list[str]:
    """Return what is wrong with the page that is open."""
    found = []
    if answer.status >= 500:
        found.append(f"status {answer.status}")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"scrolls sideways by {wide} px")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} h1")
    result = Axe().run(page, options=RULES)
    found += [f"axe {each['id']}: {each['nodes'][0]['html'][:160]}" for each in result.response["violations"]]
    return found
