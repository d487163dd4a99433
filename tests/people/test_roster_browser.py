"""The roster import as an administrator does it: columns, visible progress, six errors, mended, undone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from portal.people.models import Employee, UnitKind
from portal.rosters import tasks
from portal.rosters.models import RosterImport
from tests.channels.test_browser import sign_in
from tests.factories import World
from tests.journeys.steps import Walk
from tests.people.directory import unit
from tests.people.files import employee, nip, write_csv


def test_errors_are_seen_mended_and_the_import_undone(page: Any, tmp_path: Path) -> None:
    import_mend_undo(page, tmp_path, rows=30, work=tasks.work_on)


def import_mend_undo(page: Any, tmp_path: Path, *, rows: int, work: Callable[[int], None]) -> None:
    """Import a roster with six errors, mend them in the file of errors, import that, undo it; `work` is the worker."""
    world = World()
    unit("SD Negeri 98 Uji Impor", UnitKind.SEKOLAH, world.dinas, roster_id="U-SD")
    before = Employee.objects.count()
    wrong = [employee(1, NIP_BARU="'197713011998031904"), employee(2, NAMA=""), employee(3, EMAIL="bukan-alamat")]
    wrong += [employee(4, UNOR_ID="", UNOR_NAMA="Tidak Ada"), employee(5, JENIS_PEGAWAI_NAMA="Entah")]
    wrong += [employee(6, GOL_AKHIR_NAMA="Z/9")]
    first = write_csv(tmp_path / "a.csv", [*wrong, *(employee(number) for number in range(10, 10 + rows))])
    sign_in(page, world.administrator)
    walk = Walk(page)
    walk.go("/kelola/")
    page.get_by_role("link", name="Impor pegawai").click()
    page.set_input_files("input[type=file]", first)
    walk.press("Unggah dan cocokkan kolom")
    expect(page.get_by_label("NIP", exact=False).first).not_to_have_value("")
    walk.press("Baca berkas")
    expect(page.locator("progress")).to_be_visible()
    work(RosterImport.objects.latest("pk").pk)  # the page looks for itself
    expect(page.get_by_role("button", name="Simpan ke daftar pegawai")).to_be_visible(timeout=30_000)
    walk.look()
    expect(page.locator("[data-galat]")).to_have_count(6)
    with page.expect_download() as waited:
        page.get_by_role("button", name="Unduh baris galat (CSV)").click()
    file = tmp_path / "galat.csv"
    waited.value.save_as(file)
    save(page, work)
    assert Employee.objects.count() == before + rows
    mended = tmp_path / "b.csv"
    text = file.read_text("utf-8-sig").replace("'197713011998031904", f"'{nip(1)}").replace("Entah", "PNS")
    text = text.replace("bukan-alamat", "p3@demo.pasbar.example").replace("Tidak Ada", "SD Negeri 98 Uji Impor")
    text = re.sub(rf"('{nip(2)};);", r"\1PEGAWAI DUA;", text).replace("Z/9", "III/a")
    mended.write_text(text)
    walk.go("/kelola/pegawai/impor/")
    page.set_input_files("input[type=file]", mended)
    walk.press("Unggah dan cocokkan kolom")
    walk.press("Baca berkas")
    work(RosterImport.objects.latest("pk").pk)
    assert not list(RosterImport.objects.latest("pk").problems.values_list("line", "column", "message"))
    save(page, work)
    assert Employee.objects.count() == before + rows + 6
    page.set_viewport_size({"width": 360, "height": 640})
    walk.press("Batalkan impor ini")
    expect(page.get_by_role("status").first).to_contain_text("Impor diurungkan")
    assert Employee.objects.count() == before + rows


def save(page: Any, work: Callable[[int], None]) -> None:
    page.get_by_role("button", name="Simpan ke daftar pegawai").click(timeout=30_000)
    expect(page.locator("[data-state=applying]")).to_be_visible()
    work(RosterImport.objects.latest("pk").pk)
    expect(page.get_by_text(re.compile("Tersimpan .*pegawai baru"))).to_be_visible(timeout=30_000)
