"""One's own data, address and password."""

import pytest
from django.test import Client

from portal.accounts.models import HelpRequest
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.accounts.conftest import latest, latest_code, sign_in
from tests.factories import PASSWORD, World, person

pytestmark = pytest.mark.django_db
NEW = "rahmi.baru@contoh.example"


@pytest.fixture
def me(client: Client, member: Employee) -> Employee:
    sign_in(client, member)
    return member


def ask_change(client: Client, email: str = NEW, password: str = PASSWORD) -> int:
    return client.post("/profil/email/", {"email": email, "sandi_sekarang": password}).status_code


def test_the_page_shows_what_the_directory_holds(client: Client, me: Employee) -> None:
    page = client.get("/profil/").content.decode()
    for text in ("Rahmi Oktavia", "Dinas Contoh", "rahmi@demo.pasbar.example"):
        assert text in page


def test_a_new_address_needs_the_password_and_a_code_sent_there(client: Client, me: Employee) -> None:
    """[R20]"""
    assert ask_change(client, password="salah sekali ini") == 422
    assert not OutgoingEmail.objects.exists()
    assert ask_change(client) == 302
    assert latest().to == NEW
    assert client.post("/profil/email/kode/", {"kode": latest_code()}).headers["Location"] == "/profil/"
    me.refresh_from_db()
    assert me.contact_email == NEW
    notice = latest("rahmi@demo.pasbar.example")
    assert "diganti" in notice.subject
    assert NEW not in notice.text
    assert AuditEvent.objects.filter(event="address_changed").count() == 1


def test_an_address_of_another_account_is_refused_after_the_proof(client: Client, me: Employee) -> None:
    person("Orang Lain", me.unit, contact_email=NEW)
    ask_change(client)
    answer = client.post("/profil/email/kode/", {"kode": latest_code()})
    assert answer.status_code == 409
    me.refresh_from_db()
    assert me.contact_email == "rahmi@demo.pasbar.example"


def test_the_present_password_is_guessed_at_most_five_times(client: Client, me: Employee) -> None:
    for _guess in range(5):
        assert ask_change(client, password="salah sekali ini") == 422
    assert ask_change(client) == 429


def test_the_new_address_of_a_head_waits_for_an_officer(client: Client, world: World) -> None:
    former = world.head.contact_email
    sign_in(client, world.head)
    ask_change(client)
    client.post("/profil/email/kode/", {"kode": latest_code()})
    world.head.refresh_from_db()
    assert world.head.contact_email == former
    assert "menunggu konfirmasi petugas" in client.get("/profil/").content.decode()
    assert OutgoingEmail.objects.filter(to=former).count() == 1
    asked = HelpRequest.objects.get(kind=HelpRequest.Kind.ADDRESS)
    officer = Client()
    sign_in(officer, world.reviewer)
    officer.post(f"/kelola/permintaan/{asked.pk}/", {"tindakan": "cocok", "pegawai": world.head.pk})
    world.head.refresh_from_db()
    assert world.head.contact_email == NEW


def test_a_new_password_ends_other_sessions_and_keeps_this_one(client: Client, me: Employee) -> None:
    elsewhere = Client()
    sign_in(elsewhere, me)
    values = {"sandi_sekarang": PASSWORD, "sandi": "kuda makan rumput basah"}
    assert client.post("/profil/kata-sandi/", values | {"sandi_sekarang": "salah"}).status_code == 422
    assert client.post("/profil/kata-sandi/", values).status_code == 302
    assert client.get("/profil/").status_code == 200
    assert elsewhere.get("/profil/").status_code == 302
    assert latest().subject == "Kata sandi Anda diganti"


def test_somebody_without_a_nip_has_a_profile(client: Client, world: World) -> None:
    client.post("/masuk/", {"login": world.bupati.contact_email, "password": "sandi-uji-yang-panjang"})
    assert client.get("/profil/").status_code == 200
