"""The steps of the journeys, as a person does them: fields and buttons, codes read in the demo mailbox."""

import re
from collections.abc import Iterable
from typing import Any

from axe_playwright_python.sync_playwright import Axe

Page = Any
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
CLEAN_ONCE: dict[str, dict[str, str | list[str]]] = {
    "batas": {"C6AE": "TIDAK", "C6F": "TIDAK", "C6G": "TIDAK", "F4": "TIDAK", "C7": ["KOMPETEN"], "C8": "TIDAK"},
    "waktu": {"D1": "LUAR_JAM_KERJA", "D2": "TIDAK", "D3": ["TIDAK_ADA"], "D4": "TIDAK", "D5": ["TIDAK"]},
}


def check(page: Page) -> None:
    """Assert that axe finds nothing and that nothing scrolls sideways."""
    page.wait_for_load_state()  # a click ends when the new page begins
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


class Walk:
    """A walk through the portal: every page that is looked at is checked by axe and for sideways scroll."""

    def __init__(self, page: Page, *, script: bool = True) -> None:
        self.page, self.script, self.seen = page, script, 0

    def look(self) -> None:
        """Axe finds nothing, nothing scrolls sideways, one h1, no request left this machine."""
        self.seen += 1
        self.page.wait_for_load_state()  # a click ends when the new page begins
        assert self.page.locator("h1").count() == 1, self.page.url
        if not self.script:
            return
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"
        found = Axe().run(self.page, options=RULES)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"

    def go(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer.status < 400, f"{address}: {answer.status}"
        self.look()

    def press(self, name: str) -> None:
        """Press the button, and look at the page that comes."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def answer(self, answers: dict[str, str | list[str]]) -> None:
        """Tick and fill in by question code."""
        for code, value in answers.items():
            for each in [value] if isinstance(value, str) else value:
                option = self.page.locator(f'input[name="{code}"][value="{each}"]')
                if option.count():
                    option.check(force=True)
                else:
                    self.page.locator(f'[name="{code}"]').fill(each)

    def mailbox(self, subject: str) -> str:
        """Return the newest mail in the demo mailbox whose subject holds these words, as text."""
        self.page.goto("/demo/surel/")
        article = self.page.locator("article", has_text=subject).first
        return str(article.inner_text())

    def code(self, subject: str) -> str:
        """Return the 6-digit code of the newest such mail."""
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.mailbox(subject))
        assert found, f"no code in the mail {subject}"
        return found[0]

    def link(self, subject: str) -> str:
        """Return the address behind the newest such mail's link."""
        self.page.goto("/demo/surel/")
        article = self.page.locator("article", has_text=subject).first
        links: Iterable[str] = [each.get_attribute("href") for each in article.locator("a").all()]
        return next(each for each in links if each and "/k/" in each)

    def sign_in(self, nip: str, password: str) -> None:
        self.go("/masuk/")
        self.page.locator('[name="login"]').fill(nip)
        self.page.locator('[name="password"]').fill(password)
        self.page.get_by_role("button", name="Masuk", exact=True).click()
        self.page.wait_for_load_state()

    def register(self, nip: str, password: str) -> None:
        """NIP, code from the mail, password, signed in."""
        self.go("/daftar/")
        self.page.locator('[name="nip"]').fill(nip)
        self.page.locator('[name="privasi"]').check(force=True)
        self.press("Lanjutkan")
        here = self.page.url
        code = self.code("kode")
        self.page.goto(here)
        self.page.locator('[name="kode"]').fill(code)
        self.press("Lanjutkan")
        self.page.locator('input[type="password"]').first.fill(password)
        self.press("Simpan dan masuk")

    def add_channel(self, platform: str, address: str) -> None:
        self.answer({"B1": platform, "B2": address, "B3": "PRIBADI", "B5": "TIDAK", "B6": "LT1K"})
        self.press("Simpan dan lanjutkan")

    def number(self) -> str:
        """Return the number of the declaration this page is about."""
        found = re.search(r"DK-\d{4}-\d{5}-\d", self.page.url)
        assert found, self.page.url
        return found[0]
