"""The Inspektorat takes a case along and asks months later whether the copy is still what the portal said."""

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from playwright.sync_api import expect

from tests.channels.test_browser import sign_in
from tests.factories import World, endorse, sent
from tests.journeys.steps import Walk


def altered(original: Path, name: str) -> Path:
    """Repack the bundle with one character of one file changed."""
    changed = original.with_name(f"ubahan-{original.name}")
    with ZipFile(original) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member == name:
                at = content.index(b"Rahmi")
                content = content[:at] + b"S" + content[at + 1 :]
            new.writestr(member, content)
    return changed


def test_one_altered_character_in_the_bundle_is_named(page: Any, tmp_path: Path) -> None:
    world = World()
    case = endorse(sent(world.teacher, F4="YA"))
    sign_in(page, world.inspector)
    walk = Walk(page)
    page.goto(f"/tinjau/{case.number}/")
    page.get_by_role("link", name="Buat paket bukti").click()
    walk.look()
    page.get_by_label("Untuk keperluan apa?").fill("Pemeriksaan khusus triwulan keempat")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Unduh paket bukti").click()
    bundle = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(bundle)
    page.goto("/kelola/")
    page.get_by_role("link", name="Periksa paket bukti").click()
    walk.look()
    page.get_by_label("Berkas paket bukti").set_input_files(bundle)
    walk.press("Periksa")
    expect(page.locator("#hasil h2")).to_have_text("Paket utuh")
    walk.look()
    page.get_by_label("Berkas paket bukti").set_input_files(altered(bundle, "jawaban.json"))
    walk.press("Periksa")
    expect(page.locator("#hasil h2")).to_have_text("Paket berubah")
    expect(page.locator("#hasil [data-berkas]")).to_have_attribute("data-berkas", "jawaban.json")
    walk.look()
    page.goto(f"/tinjau/{case.number}/")
    expect(page.locator("#riwayat")).to_contain_text("Paket bukti dibuat")
    expect(page.locator("#riwayat")).to_contain_text("Paket bukti diperiksa")
