"""NIP, code, password: knowing a NIP gives nothing, and no answer tells whether it is known."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import OneTimeCode
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee, Opd
from tests.accounts.conftest import NIP, ask_code, code_of, latest, latest_code, plain, wrong
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
UNKNOWN = "199001012015031999"
STRONG = "kuda makan rumput basah"


def to_password(client: Client) -> None:
    ask_code(client)
    client.post("/daftar/kode/", {"kode": latest_code()})


def test_a_person_of_the_roster_registers_and_is_signed_in(client: Client, newcomer: Employee) -> None:
    assert ask_code(client, "19900101 201503 1 001").headers["Location"] == "/daftar/kode/"
    assert client.post("/daftar/kode/", {"kode": latest_code()}).headers["Location"] == "/daftar/kata-sandi/"
    done = client.post("/daftar/kata-sandi/", {"sandi": STRONG}, follow=True)
    assert "Akun Anda aktif" in done.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.check_password(STRONG)
    assert newcomer.contact_email == "suci@demo.pasbar.example"
    assert client.get("/profil/").status_code == 200
    assert AuditEvent.objects.filter(event="account_registered", actor_id=newcomer.pk).count() == 1
    assert latest("suci@demo.pasbar.example").subject == "Akun Anda aktif"


def test_the_code_goes_to_both_roster_addresses_and_not_into_the_subject(client: Client, newcomer: Employee) -> None:
    ask_code(client)
    mails = list(OutgoingEmail.objects.all())
    assert {mail.to for mail in mails} == {newcomer.email, newcomer.email_gov}
    assert len({code_of(mail) for mail in mails}) == 1
    for mail in mails:
        assert "kode" in mail.subject.lower()
        stored = f"{mail.subject}{mail.text}{mail.html}"
        assert code_of(mail) not in stored
        assert NIP not in stored
        assert "[[code]]" in mail.text
        assert "[[code]]" in mail.html


def test_a_shared_address_gets_no_code_and_proves_nothing(client: Client, newcomer: Employee, office: Opd) -> None:
    Employee.objects.create_user(
        "199101012015031002", name="Lain", unit=office, email_gov=newcomer.email, employment_type="pns"
    )
    ask_code(client)
    assert [mail.to for mail in OutgoingEmail.objects.all()] == [newcomer.email_gov]
    client.post("/daftar/kode/", {"kode": latest_code()})
    client.post("/daftar/kata-sandi/", {"sandi": STRONG})
    newcomer.refresh_from_db()
    assert newcomer.contact_email == newcomer.email_gov


def test_an_address_typed_by_a_stranger_is_ignored(client: Client, newcomer: Employee) -> None:
    """[R02]"""
    client.post("/daftar/", {"nip": NIP, "privasi": "on", "email": "jahat@contoh.example"})
    assert not OutgoingEmail.objects.filter(to__contains="jahat").exists()


def test_an_address_the_import_changed_meanwhile_is_not_proven(client: Client, newcomer: Employee) -> None:
    to_password(client)
    Employee.objects.filter(pk=newcomer.pk).update(email="baru@demo.pasbar.example", email_gov="")
    client.post("/daftar/kata-sandi/", {"sandi": STRONG})
    newcomer.refresh_from_db()
    assert newcomer.contact_email is None


def test_an_account_that_exists_gets_a_mail_that_points_to_login(client: Client, member: Employee) -> None:
    ask_code(client, member.nip or "")
    mail = latest()
    assert mail.to == member.contact_email
    assert "sudah terdaftar" in mail.subject
    assert "[[code]]" not in mail.text
    assert OutgoingEmail.objects.count() == 1


@pytest.fixture
def four_kinds(newcomer: Employee, member: Employee, office: Opd) -> list[str]:
    """Known, registered, without any address, unknown."""
    mute = Employee.objects.create_user("199202022016032003", name="Tanpa Alamat", unit=office, employment_type="pns")
    return [str(newcomer.nip), str(member.nip), str(mute.nip), UNKNOWN]


def test_every_nip_gets_the_same_pages(four_kinds: list[str]) -> None:
    answers = []
    for nip in four_kinds:
        client = Client()
        first = ask_code(client, nip)
        page = client.get("/daftar/kode/")
        refused = client.post("/daftar/kode/", {"kode": "000000"})
        again = client.post("/daftar/kode/", {"kirim_ulang": "1"})
        answers.append(
            [first.status_code, first.headers["Location"], len(first.content)]
            + [page.status_code, len(page.content), plain(page)]
            + [refused.status_code, len(refused.content), plain(refused)]
            + [again.status_code, again.headers["Location"]]
        )
    assert answers[0] == answers[1] == answers[2] == answers[3]


def test_every_nip_costs_the_same_work(four_kinds: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    work = []
    hashed: list[int] = []
    original = hashers.Argon2PasswordHasher.encode
    monkeypatch.setattr(
        hashers.Argon2PasswordHasher, "encode", lambda self, *a, **k: (hashed.append(1), original(self, *a, **k))[1]
    )
    for nip in four_kinds:
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            ask_code(Client(), nip)
        statements = [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]
        work.append((sorted(statements), len(hashed)))
    assert work[0] == work[1] == work[2] == work[3]


def test_nobody_passes_with_a_guess_for_an_unknown_nip(client: Client) -> None:
    ask_code(client, UNKNOWN)
    assert OneTimeCode.objects.count() == 1
    assert client.get("/daftar/kata-sandi/").headers["Location"] == "/daftar/"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Tulis NIP Anda"),
        ("19850412 201001 2 90", "NIP harus 18 angka. Anda menulis 17 angka"),
        ("1990010120150310011", "NIP harus 18 angka. Anda menulis 19 angka"),
        ("１９９００１０１２０１５０３１００１", "NIP hanya berisi angka"),
        ("٠٩٩٠٠١٠١٢٠١٥٠٣١٠٠١", "NIP hanya berisi angka"),
        ("199013012015031001", "8 angka pertama NIP harus berupa tanggal lahir. Periksa lagi"),
        ("abc", "NIP hanya berisi angka"),
    ],
)
def test_a_nip_that_is_none_gets_its_own_sentence(client: Client, typed: str, sentence: str) -> None:
    answer = ask_code(client, typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not OutgoingEmail.objects.exists()


def test_the_privacy_box_must_be_ticked_and_the_nip_stays(client: Client) -> None:
    answer = client.post("/daftar/", {"nip": "19900101 201503 1 001"})
    assert answer.status_code == 422
    assert "Centang untuk melanjutkan" in answer.content.decode()
    assert "19900101 201503 1 001" in answer.content.decode()


def test_wrong_codes_are_counted_down_and_then_refused(client: Client, newcomer: Employee) -> None:
    ask_code(client)
    code = latest_code()
    for left in (4, 3, 2, 1):
        answer = client.post("/daftar/kode/", {"kode": wrong(code)})
        assert answer.status_code == 422
        assert f"Kode salah. Sisa {left} percobaan" in answer.content.decode()
    assert "Terlalu banyak percobaan" in client.post("/daftar/kode/", {"kode": wrong(code)}).content.decode()
    assert "Terlalu banyak percobaan" in client.post("/daftar/kode/", {"kode": code}).content.decode()


def test_a_code_ends_after_fifteen_minutes(client: Client, newcomer: Employee) -> None:
    ask_code(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1), tick=False):
        answer = client.post("/daftar/kode/", {"kode": latest_code()})
    assert "Kode sudah lewat 15 menit" in answer.content.decode()


def test_a_code_works_once_and_a_new_one_replaces_the_old(client: Client, newcomer: Employee) -> None:
    """[R06]"""
    ask_code(client)
    old = latest_code()
    client.post("/daftar/kode/", {"kirim_ulang": "1"})
    new = latest_code()
    if old != new:
        assert "Kode salah" in client.post("/daftar/kode/", {"kode": old}).content.decode()
    assert client.post("/daftar/kode/", {"kode": f" {new[:3]} {new[3:]} "}).status_code == 302
    assert "Kode sudah dipakai" in client.post("/daftar/kode/", {"kode": new}).content.decode()


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_costs_no_try(client: Client, newcomer: Employee, typed: str) -> None:
    ask_code(client)
    assert "Tulis 6 angka kode" in client.post("/daftar/kode/", {"kode": typed}).content.decode()
    assert OneTimeCode.objects.get().tries == 0


def test_at_most_three_codes_an_hour_for_one_nip_known_or_not(newcomer: Employee) -> None:
    """[R05]"""
    for nip in (NIP, UNKNOWN):
        for _request in range(3):
            assert ask_code(Client(), nip).status_code == 302
        refused = ask_code(Client(), nip)
        assert refused.status_code == 429
        assert "Coba lagi pukul" in refused.content.decode()
    assert OutgoingEmail.objects.count() == 6
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert ask_code(Client()).status_code == 302


def test_one_network_address_cannot_try_nip_after_nip(client: Client) -> None:
    codes = [ask_code(client, f"19900101201503{1000 + n:04d}").status_code for n in range(1, 70)]
    assert codes.count(302) == 60
    assert codes[-1] == 429


def test_two_browsers_registering_one_nip_make_one_account(newcomer: Employee) -> None:
    first, second = Client(), Client()
    ask_code(first)
    first.post("/daftar/kode/", {"kode": latest_code()})
    ask_code(second)
    second.post("/daftar/kode/", {"kode": latest_code()})
    assert first.post("/daftar/kata-sandi/", {"sandi": STRONG}).status_code == 302
    late = second.post("/daftar/kata-sandi/", {"sandi": "ikan berenang ke hulu"})
    assert late.status_code == 409
    assert "Akun ini sudah aktif" in late.content.decode()
    newcomer.refresh_from_db()
    assert newcomer.check_password(STRONG)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Tulis kata sandi"),
        ("sembilan9", "Kata sandi minimal 12 karakter. Anda menulis 9"),
        ("qwerty123456", "Kata sandi ini terlalu sering dipakai orang. Pilih yang lain"),
        ("aku suci dari hati", "Jangan memakai NIP atau nama Anda"),
        (f"x{NIP}x", "Jangan memakai NIP atau nama Anda"),
        ("x" * 1_000_000, "Kata sandi paling panjang 256 karakter"),
    ],
)
def test_a_weak_password_gets_its_sentence(client: Client, newcomer: Employee, password: str, sentence: str) -> None:
    to_password(client)
    answer = client.post("/daftar/kata-sandi/", {"sandi": password})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


def test_a_password_of_128_characters_is_accepted(client: Client, newcomer: Employee) -> None:
    to_password(client)
    assert client.post("/daftar/kata-sandi/", {"sandi": "kata sandi panjang " * 6 + "akhir 1234567"}).status_code == 302


@pytest.mark.parametrize("path", ["/daftar/", "/daftar/kode/", "/daftar/kata-sandi/", "/daftar/bantuan/"])
def test_reading_a_page_of_registration_writes_nothing(client: Client, newcomer: Employee, path: str) -> None:
    to_password(client)
    before = (OneTimeCode.objects.count(), OutgoingEmail.objects.count())
    assert client.get(path).status_code in (200, 302)
    assert client.head(path).status_code in (200, 302)
    assert (OneTimeCode.objects.count(), OutgoingEmail.objects.count()) == before


def test_no_step_can_be_skipped(client: Client, newcomer: Employee) -> None:
    assert client.get("/daftar/kode/").headers["Location"] == "/daftar/"
    assert client.post("/daftar/kata-sandi/", {"sandi": STRONG}).headers["Location"] == "/daftar/"
    ask_code(client)
    assert client.post("/daftar/kata-sandi/", {"sandi": STRONG}).headers["Location"] == "/daftar/"
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


def test_an_inactive_person_is_like_an_unknown_one(client: Client, newcomer: Employee) -> None:
    Employee.objects.filter(pk=newcomer.pk).update(is_active=False)
    assert ask_code(client).status_code == 302
    assert not OutgoingEmail.objects.exists()


def test_the_session_and_the_tables_hold_no_nip(client: Client, newcomer: Employee) -> None:
    ask_code(client)
    assert NIP not in str(dict(client.session.items()))
    row: Any = OneTimeCode.objects.values().get()
    assert NIP not in str(row)
    assert latest_code() not in str(row)
    assert PASSWORD not in str(row)
