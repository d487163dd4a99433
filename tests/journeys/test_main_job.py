"""The main job in Chromium: declare, endorse from the mail, decide on the dashboard, verify the letter."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from pypdf import PdfReader

from approvals import letters
from declarations.models import Declaration
from portal import clock
from portal.people.models import Employee
from tests.factories import PASSWORD, World
from tests.journeys.steps import CLEAN_ONCE, Walk

pytestmark = pytest.mark.django_db(transaction=True)

CHANNEL = {"C1": ["EDUKATIF"], "C2": ["PENDIDIKAN"], "C3": "Belajar matematika SD dari rumah.", "C4": "YA"}
CLEAN: dict[str, dict[str, Any]] = {
    "konten": CHANNEL,
    **CLEAN_ONCE,
    "komersial": {"E1": "TIDAK"},
    "kepentingan": {"A3": ["PENDIDIK"], "F2": "TIDAK", "F8": "TIDAK"},
    "pernyataan": {"G1": "on", "G2": "on", "G3": "on", "G4": "on"},
}
PAID: dict[str, dict[str, Any]] = {
    "konten": {**CHANNEL, "C1": ["LAINNYA"], "C2": ["KULINER", "ULASAN_PRODUK_USAHA"], "C3": "Ulasan kafe berbayar."},
    **CLEAN_ONCE,
    "komersial": {"E1": "SUDAH", "E2": ["ENDORSE"], "E5": "TIDAK"},
    "komersial_umum": {"E6": "TIDAK_ADA", "E7": "TIDAK_ADA"},
    "kepentingan": {"A3": ["PERIZINAN"], "F2": "YA", "F1": "TIDAK", "F5": ["TIDAK"], "F3": "TIDAK", "F8": "TIDAK"},
    "pernyataan": CLEAN["pernyataan"],
}


def page_key(url: str) -> str:
    for key in ("konten", "batas", "waktu", "kepentingan", "pernyataan"):
        if f"/{key}/" in url:
            return key
    return "komersial" if re.search(r"/komersial/\d+/", url) else "komersial_umum"


def declare(walk: Walk, channels: list[tuple[str, str]], answers: dict[str, dict[str, Any]]) -> str:
    """Fill in page after page until the check page, send, and return the number."""
    walk.go("/deklarasi/baru/")
    walk.press("Mulai")
    for platform, address in channels:
        walk.go(f"/deklarasi/{walk.number()}/kanal/tambah/")
        walk.add_channel(platform, address)
    walk.go(f"/deklarasi/{walk.number()}/kanal/")
    walk.press("Lanjutkan")
    for _page in range(20):
        if "/periksa/" in walk.page.url:
            break
        key = page_key(walk.page.url)
        for code, value in answers[key].items():
            if key == "pernyataan":
                walk.page.locator(f'input[name="{code}"]').check(force=True)
            else:
                walk.answer({code: value})
        walk.press("Simpan dan lanjutkan")
    walk.press("Setuju dan kirim")
    assert "/terkirim/" in walk.page.url
    return walk.number()


def decide_by_link(walk: Walk, outcome: str) -> None:
    address = walk.link("Mohon keputusan")
    for _visit in range(20):
        assert walk.page.request.get(address).status == 200
    walk.go(address)
    walk.page.locator(f'input[name="keputusan"][value="{outcome}"]').check(force=True)
    walk.press("Simpan keputusan")


def status_of(number: str) -> str:
    return Declaration.objects.get(number=number).status


def prove(walk: Walk) -> None:
    """Read the code in the mailbox in a second window and type it."""
    other = Walk(walk.page.context.new_page(), script=walk.script)
    walk.page.locator('[name="kode"]').fill(other.code("Kode untuk keputusan"))
    walk.press("Simpan keputusan")


def approve_with_condition(walk: Walk, number: str) -> None:
    walk.go(f"/tinjau/{number}/")
    form = walk.page.locator("form[data-keputusan]").first
    form.locator('input[name="keputusan"][value="approved_conditions"]').check(force=True)
    form.locator('input[name="syarat"]').first.check(force=True)
    form.locator('[name="batas_syarat"]').fill(f"{clock.today() + timedelta(days=30):%d-%m-%Y}")
    form.locator('[name="alasan"]').fill("Boleh dilanjutkan dengan pembatasan ini.")
    form.locator('button[type="submit"]').last.click()
    walk.page.wait_for_load_state()
    walk.look()
    confirm = walk.page.get_by_role("button", name="Setujui dengan syarat dan kirim")
    if confirm.count():
        confirm.click()
        walk.page.wait_for_load_state()


def read_letter(walk: Walk, number: str) -> str:
    """Open the PDF as the declarant and return the verification code that it prints."""
    letters.render_missing()
    answer = walk.page.request.get(f"/deklarasi/{number}/surat.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.body())).pages[0].extract_text()
    assert "SK-" in text
    letter = Declaration.objects.get(number=number).letters.get()
    assert letter.code[:4] in text
    return letter.code


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_teacher_declares_the_head_endorses_bkpsdm_approves_and_the_letter_verifies(
    open_browser: Any, script: bool, width: int
) -> None:
    """[L19]"""
    if not script and width == 1280:
        width = 320
    world = World()
    Employee.objects.filter(pk=world.teacher.pk).update(
        password="!", contact_email=None, email="guru@demo.pasbar.example"
    )
    options: dict[str, Any] = {"viewport": {"width": width, "height": 740}, "java_script_enabled": script}
    teacher = Walk(open_browser(**options), script=script)
    teacher.register(world.teacher.nip or "", "sandi-guru-yang-panjang")
    number = declare(teacher, [("youtube", "@uji.kanal.satu"), ("tiktok", "@uji.kanal.dua")], CLEAN)
    assert status_of(number) == "awaiting_head"

    decide_by_link(Walk(open_browser(**options), script=script), "endorsed")
    assert status_of(number) == "awaiting_review"

    reviewer = Walk(open_browser(**options), script=script)
    reviewer.sign_in(world.reviewer.nip or "", PASSWORD)
    reviewer.go("/tinjau/")
    reviewer.go("/tinjau/antrean/")
    assert reviewer.page.locator(f'[data-nomor="{number}"]').count()
    approve_with_condition(reviewer, number)
    assert status_of(number) == "approved"

    teacher.go(f"/deklarasi/{number}/")
    code = read_letter(teacher, number)
    anyone = Walk(open_browser(**options), script=script)
    anyone.go(f"/v/{code}/")
    assert "Berlaku sampai" in anyone.page.locator("main").inner_text()
    assert "R••••" in anyone.page.locator("main").inner_text()


def test_the_licensing_officers_paid_review_needs_a_code_and_an_answer_to_each_finding(open_browser: Any) -> None:
    world = World()
    officer = Walk(open_browser())
    officer.sign_in(world.licensing.nip or "", PASSWORD)
    number = declare(officer, [("youtube", "@uji.kafe")], PAID)

    head = Walk(open_browser(viewport={"width": 360, "height": 740}))
    decide_by_link(head, "endorsed")
    assert {"KK-04", "KOM-00"} <= {
        each.get_attribute("data-finding") or "" for each in head.page.locator("[data-finding]").all()
    } | set(Declaration.objects.get(number=number).rules)
    assert status_of(number) == "awaiting_head"
    prove(head)
    assert status_of(number) == "awaiting_review"

    reviewer = Walk(open_browser())
    reviewer.sign_in(world.reviewer.nip or "", PASSWORD)
    approve_with_condition(reviewer, number)
    assert status_of(number) == "awaiting_review"
    for code in Declaration.objects.get(number=number).snapshots.get().findings.values_list("code", flat=True):
        reviewer.go(f"/tinjau/{number}/")
        reviewer.page.locator(f'[data-finding="{code}"] button[name="relevan"][value="ya"]').click()
        reviewer.page.wait_for_load_state()
    approve_with_condition(reviewer, number)
    assert status_of(number) == "approved"
    assert settings.PORTAL_URL.startswith("http://")
