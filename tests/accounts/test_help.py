"""Asking for help with registering: proven address, officers who compare, two of them for posts that decide."""

import pytest
from django.test import Client

from portal.accounts.models import HelpRequest
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.accounts.conftest import ask_code, latest, latest_code, sign_in
from tests.factories import World

pytestmark = pytest.mark.django_db
ADDRESS = "suci.pribadi@contoh.example"
WHY = "Nama dan OPD tidak sesuai dengan daftar pegawai."


@pytest.fixture
def stranger(world: World) -> Employee:
    """Somebody of the roster without any address."""
    return Employee.objects.create_user(
        "199202022016032003", name="Suci Wahyuni", unit=world.school, employment_type="pns"
    )


def ask(client: Client, world: World, email: str = ADDRESS) -> HelpRequest:
    client.post("/daftar/bantuan/", {"nama": "Suci Wahyuni", "opd": world.dinas.pk, "email": email})
    answer = client.post("/daftar/bantuan/kode/", {"kode": latest_code(email)})
    assert answer.headers["Location"] == "/daftar/bantuan/terkirim/"
    return HelpRequest.objects.get(email=email)


def as_officer(who: Employee) -> Client:
    client = Client()
    sign_in(client, who)
    return client


def confirm(client: Client, asked: HelpRequest, who: Employee) -> int:
    return client.post(f"/kelola/permintaan/{asked.pk}/", {"tindakan": "cocok", "pegawai": who.pk}).status_code


def test_the_whole_way_from_asking_to_registering(client: Client, world: World, stranger: Employee) -> None:
    asked = ask(client, world)
    officer = as_officer(world.reviewer)
    assert "Suci Wahyuni" in officer.get("/kelola/permintaan/").content.decode()
    page = officer.get(f"/kelola/permintaan/{asked.pk}/")
    assert f'value="{stranger.pk}"' in page.content.decode()
    assert confirm(officer, asked, stranger) == 302
    stranger.refresh_from_db()
    assert stranger.contact_email == ADDRESS
    event = AuditEvent.objects.get(event="help_confirmed")
    assert (event.actor_id, event.subject_id) == (world.reviewer.pk, str(stranger.pk))
    assert latest(ADDRESS).subject == "Data Anda cocok: lanjutkan pendaftaran"
    ask_code(client, str(stranger.nip))
    client.post("/daftar/kode/", {"kode": latest_code(ADDRESS)})
    assert client.post("/daftar/kata-sandi/", {"sandi": "kuda makan rumput basah"}).status_code == 302
    stranger.refresh_from_db()
    assert (stranger.has_usable_password(), stranger.contact_email) == (True, ADDRESS)


def test_nobody_sees_a_request_whose_address_is_not_proven(client: Client, world: World) -> None:
    client.post("/daftar/bantuan/", {"nama": "Suci", "opd": world.dinas.pk, "email": ADDRESS})
    client.post("/daftar/bantuan/kode/", {"kode": "000000"})
    assert not HelpRequest.objects.exists()


def test_an_address_that_is_an_account_is_answered_the_same(world: World) -> None:
    pages = set()
    for email in (ADDRESS, str(world.teacher.contact_email)):
        client = Client()
        answer = client.post("/daftar/bantuan/", {"nama": "Suci", "opd": world.dinas.pk, "email": email})
        pages.add((answer.status_code, answer.headers["Location"]))
    assert len(pages) == 1
    assert OutgoingEmail.objects.count() == 2


def test_the_form_names_what_is_missing(client: Client, world: World) -> None:
    page = client.post("/daftar/bantuan/", {"email": "bukan"})
    assert page.status_code == 422
    for sentence in ("Tulis nama lengkap", "Pilih OPD", "Alamat email harus seperti nama@contoh.com"):
        assert sentence in page.content.decode()


def test_only_reviewers_and_administrators_see_requests(client: Client, world: World, stranger: Employee) -> None:
    asked = ask(client, world)
    for path in ("/kelola/permintaan/", f"/kelola/permintaan/{asked.pk}/"):
        assert Client().get(path).status_code == 302
        for who, status in [(world.teacher, 403), (world.inspector, 403), (world.sekda, 403)]:
            assert as_officer(who).get(path).status_code == status
        assert as_officer(world.administrator).get(path).status_code == 200
    assert confirm(as_officer(world.teacher), asked, stranger) == 403
    stranger.refresh_from_db()
    assert stranger.contact_email is None


def test_a_role_that_is_taken_away_ends_at_once(world: World) -> None:
    """[R16]"""
    officer = as_officer(world.reviewer)
    assert officer.get("/kelola/permintaan/").status_code == 200
    world.reviewer.groups.clear()
    assert officer.get("/kelola/permintaan/").status_code == 403


def test_officers_search_by_name_or_nip_without_it_in_the_address(
    client: Client, world: World, stranger: Employee
) -> None:
    path = f"/kelola/permintaan/{ask(client, world).pk}/"
    officer = as_officer(world.reviewer)
    for query in ("rahmi", "Rahmi Okta"):
        assert f'value="{world.teacher.pk}"' in officer.post(path, {"tindakan": "cari", "q": query}).content.decode()
    page = officer.post(path, {"tindakan": "cari", "q": f" {stranger.nip} "}).content.decode()
    assert f'value="{stranger.pk}"' in page
    assert "Tidak ada pegawai yang cocok" in officer.post(path, {"tindakan": "cari", "q": "zz"}).content.decode()
    assert "Pilih pegawai yang cocok" in officer.post(path, {"tindakan": "cocok"}).content.decode()


def test_a_refusal_needs_a_reason_and_is_mailed(client: Client, world: World) -> None:
    asked = ask(client, world)
    officer = as_officer(world.reviewer)
    path = f"/kelola/permintaan/{asked.pk}/"
    short = officer.post(path, {"tindakan": "tolak", "alasan": "tidak"})
    assert (short.status_code, "Alasan minimal 20 karakter" in short.content.decode()) == (422, True)
    assert officer.post(path, {"tindakan": "tolak", "alasan": WHY}).status_code == 302
    assert WHY in latest(ADDRESS).text
    assert AuditEvent.objects.filter(event="help_refused").count() == 1
    again = officer.post(path, {"tindakan": "tolak", "alasan": WHY})
    assert again.status_code == 409
    assert "sudah diputus" in again.content.decode()


def test_the_address_of_a_head_needs_two_officers(client: Client, world: World) -> None:
    asked = ask(client, world)
    former = world.head.contact_email
    first, second = as_officer(world.reviewer), as_officer(world.second_reviewer)
    assert confirm(first, asked, world.head) == 302
    world.head.refresh_from_db()
    assert world.head.contact_email == former
    assert confirm(first, asked, world.head) == 409
    assert confirm(second, asked, world.teacher) == 409
    assert confirm(second, asked, world.head) == 302
    world.head.refresh_from_db()
    assert world.head.contact_email == ADDRESS
    assert OutgoingEmail.objects.filter(to=former, purpose="account_email").count() == 1


def test_an_officer_does_not_confirm_his_own_request(client: Client, world: World) -> None:
    asked = ask(client, world)
    assert confirm(as_officer(world.reviewer), asked, world.reviewer) == 403


def test_an_address_of_somebody_else_is_not_given_away(client: Client, world: World, stranger: Employee) -> None:
    asked = ask(client, world, str(world.teacher.contact_email))
    assert confirm(as_officer(world.reviewer), asked, stranger) == 409
    stranger.refresh_from_db()
    assert stranger.contact_email is None
