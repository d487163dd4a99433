"""Registration, login and profile in a browser: without script, on a phone, without any finding of axe."""

import pytest
from playwright.sync_api import Page, expect

from portal.people.models import Employee
from tests.accounts.conftest import NIP, latest_code
from tests.factories import PASSWORD, World
from tests.journeys.steps import check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def test_registering_on_a_phone_without_script(no_script: Page, newcomer: Employee) -> None:
    page = no_script
    page.goto("/daftar/")
    press(page, "Lanjutkan")
    expect(page).to_have_title("Kesalahan: Daftar: NIP – Deklarasi Konten ASN")
    page.get_by_role("textbox", name="NIP").fill("19900101 201503 1 001")
    page.get_by_label("Saya sudah membaca").check()
    press(page, "Lanjutkan")
    page.get_by_label("Kode dari email").fill(latest_code())
    press(page, "Lanjutkan")
    page.get_by_label("Buat kata sandi").fill("kuda makan rumput basah")
    press(page, "Simpan dan masuk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun Anda aktif")


def test_every_page_of_registration_is_accessible(phone: Page, newcomer: Employee) -> None:
    page = phone
    page.goto("/daftar/")
    check(page)
    press(page, "Lanjutkan")
    check(page)
    page.get_by_role("textbox", name="NIP").fill(NIP)
    page.get_by_label("Saya sudah membaca").check()
    press(page, "Lanjutkan")
    check(page)
    press(page, "Lanjutkan")
    check(page)
    page.get_by_label("Kode dari email").fill(latest_code())
    press(page, "Lanjutkan")
    check(page)
    page.get_by_label("Buat kata sandi").fill("pendek")
    press(page, "Simpan dan masuk")
    check(page)
    page.get_by_label("Buat kata sandi").fill("kuda makan rumput basah")
    press(page, "Simpan dan masuk")
    check(page)
    for path in ("/profil/", "/profil/email/", "/profil/kata-sandi/"):
        page.goto(path)
        check(page)


def test_login_pages_are_accessible(phone: Page, member: Employee, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    for path in ("/masuk/?lanjut=/profil/", "/masuk/kode/", "/lupa-sandi/", "/daftar/bantuan/"):
        phone.goto(path)
        check(phone)
    phone.goto("/masuk/?lanjut=/profil/")
    press(phone, "Masuk")
    check(phone)
    phone.get_by_label("NIP atau email").fill(str(member.nip))
    press(phone, "Kirim kode ke email saya")
    check(phone)
    phone.get_by_label("Kode dari email").fill(latest_code())
    press(phone, "Lanjutkan")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Profil")


def test_the_officers_pages_are_accessible_and_work(page: Page, world: World) -> None:
    page.goto("/daftar/bantuan/")
    page.get_by_label("Nama lengkap sesuai SK").fill("Suci Rahayu")
    page.get_by_label("OPD", exact=True).select_option("Dinas Pendidikan")
    page.get_by_label("Email yang Anda buka setiap hari").fill("suci@contoh.example")
    press(page, "Kirim kode")
    page.get_by_label("Kode dari email").fill(latest_code())
    press(page, "Lanjutkan")
    check(page)
    page.goto("/masuk/?lanjut=/kelola/permintaan/")
    page.get_by_label("NIP atau email").fill(str(world.reviewer.nip))
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    press(page, "Masuk")
    check(page)
    page.get_by_role("link", name="Suci Rahayu").click()
    check(page)
    press(page, "Konfirmasi alamat")
    check(page)
    page.get_by_label("Suci Rahayu").check()
    press(page, "Konfirmasi alamat")
    expect(page.get_by_role("status").first).to_contain_text("Alamat dikonfirmasi")
    check(page)
