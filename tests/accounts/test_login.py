"""Login by NIP or proven address, by code, cool-down, reset, logout and sessions."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.accounts.access import safe_path
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.accounts.conftest import NIP, latest, latest_code, plain, sign_in
from tests.factories import PASSWORD, World

pytestmark = pytest.mark.django_db
SENTENCE = "NIP/email atau kata sandi tidak cocok. Periksa lagi, atau minta kode lewat email."


@pytest.mark.parametrize(
    "typed",
    [
        "198504122010012901",
        "19850412 201001 2 901",
        "19850412\u00a0201001\u00a02\u00a0901",
        "rahmi@demo.pasbar.example",
        " Rahmi@Demo.Pasbar.Example ",
    ],
)
def test_login_by_nip_or_proven_address(client: Client, member: Employee, typed: str) -> None:
    answer = client.post("/masuk/", {"login": typed, "password": PASSWORD})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/")
    assert client.get("/profil/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("198504122010012901", "salah sekali ini"),
        ("199999999999999999", PASSWORD),
        ("lama@demo.pasbar.example", PASSWORD),
        ("\u212aahmi@demo.pasbar.example", PASSWORD),
        ("rahm\u0131@demo.pasbar.example", PASSWORD),
        ("198504122010012901", "x" * 1_000_000),
        ("9" * 5000, PASSWORD),
        ("198504122010012901' OR 1=1 --", PASSWORD),
    ],
)
def test_every_refusal_says_the_same(client: Client, member: Employee, typed: str, password: str) -> None:
    Employee.objects.filter(pk=member.pk).update(email="lama@demo.pasbar.example")
    answer = client.post("/masuk/", {"login": typed, "password": password})
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert client.get("/profil/").status_code == 302


def test_a_known_and_an_unknown_person_cost_one_hash_each(
    client: Client, member: Employee, newcomer: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(hashers.Argon2PasswordHasher, name)
        monkeypatch.setattr(
            hashers.Argon2PasswordHasher,
            name,
            lambda self, *a, _o=original, **k: (done.append("hash"), _o(self, *a, **k))[1],
        )
    answers, work = [], []
    for typed in (str(member.nip), NIP, "199999999999999999"):
        done.clear()
        answers.append(plain(client.post("/masuk/", {"login": typed, "password": "salah sekali ini"})))
        work.append(len(done))
    assert work == [1, 1, 1]
    assert len({answer.replace(str(member.nip), "").replace(NIP, "") for answer in answers[:2]}) == 1


@pytest.mark.usefixtures("real_hashing")
def test_a_hash_costs_what_owasp_asks_at_least() -> None:
    kind, _version, costs, _rest = hashers.make_password("sandi apa pun").removeprefix("argon2$").split("$", 3)
    assert kind == "argon2id"
    asked = {name: int(value) for name, value in (cost.split("=") for cost in costs.split(","))}
    assert asked["m"] >= 19 * 1024
    assert asked["t"] >= 2


@pytest.mark.parametrize("typed", ["198504122010012901", "199999999999999999"])
def test_after_five_failures_the_account_rests_for_fifteen_minutes(
    client: Client, member: Employee, typed: str
) -> None:
    now = timezone.now().replace(hour=7, minute=5, second=30)
    with time_machine.travel(now, tick=False):
        for _failure in range(5):
            answer = client.post("/masuk/", {"login": typed, "password": "salah sekali ini"})
            assert answer.status_code == 422
        refused = client.post("/masuk/", {"login": typed, "password": PASSWORD})
        assert refused.status_code == 429
        assert "Coba lagi pukul 14.21 WIB. Atau minta kode lewat email." in refused.content.decode()
        assert client.get("/profil/").status_code == 302
    with time_machine.travel(now + timedelta(minutes=15, seconds=1), tick=False):
        expected = 302 if typed == member.nip else 422
        assert client.post("/masuk/", {"login": typed, "password": PASSWORD}).status_code == expected


def test_the_address_and_the_nip_of_one_account_share_the_count(client: Client, member: Employee) -> None:
    for typed in [member.nip, member.contact_email] * 2 + [member.nip]:
        client.post("/masuk/", {"login": typed, "password": "salah sekali ini"})
    assert client.post("/masuk/", {"login": member.contact_email, "password": PASSWORD}).status_code == 429


def test_the_right_password_forgets_the_failures(client: Client, member: Employee) -> None:
    for _round in range(3):
        for _failure in range(4):
            client.post("/masuk/", {"login": member.nip, "password": "salah sekali ini"})
        assert sign_in(Client(), member).status_code == 302


def test_login_gives_a_new_session_and_no_nip_in_it(client: Client, member: Employee) -> None:
    """[R13]"""
    client.post("/lupa-sandi/", {"login": "siapa@contoh.example"})
    planted = client.session.session_key
    sign_in(client, member)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert str(member.nip) not in str(dict(client.session.items()))


def test_logout_kills_the_session_on_the_server(client: Client, member: Employee) -> None:
    sign_in(client, member)
    cookie = client.cookies["sessionid"].value
    assert client.get("/keluar/").status_code == 405
    assert client.post("/keluar/").status_code == 302
    client.cookies["sessionid"] = cookie
    assert client.get("/profil/").headers["Location"].startswith("/masuk/")


def test_a_deactivated_person_loses_the_session(client: Client, member: Employee) -> None:
    sign_in(client, member)
    Employee.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/profil/").headers["Location"] == "/masuk/?lanjut=%2Fprofil%2F"
    assert sign_in(client, member).status_code == 422


def test_officers_are_signed_out_sooner(client: Client, world: World) -> None:
    now = timezone.now()
    for who, minutes, still in [(world.reviewer, 31, 302), (world.teacher, 31, 200), (world.teacher, 721, 302)]:
        with time_machine.travel(now, tick=False):
            sign_in(client, who)
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert client.get("/profil/").status_code == still
        client.cookies.clear()


def test_work_moves_the_end_of_the_session_along(client: Client, world: World) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        sign_in(client, world.reviewer)
    for minutes in (20, 40, 60):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert client.get("/profil/").status_code == 200


GOOD = ["/profil/", "/deklarasi/?status=draft", "/tinjau/antrean/?q=a%20b"]
EVIL = [
    "//evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http:///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\n//evil.example",
    "javascript:alert(1)",
    "evil.example",
    "///evil.example",
    "/%0d%0aSet-Cookie:a\r\n",
    "",
]


@pytest.mark.parametrize("path", GOOD)
def test_a_path_of_this_site_is_followed(client: Client, member: Employee, path: str) -> None:
    answer = client.post("/masuk/", {"login": member.nip, "password": PASSWORD, "lanjut": path})
    assert answer.headers["Location"] == path


@pytest.mark.parametrize("path", EVIL)
def test_other_addresses_are_not_followed(client: Client, member: Employee, path: str) -> None:
    """[X10]"""
    assert safe_path(path) == ""
    for where in ("/masuk/", f"/masuk/?{'lanjut='}{path.strip()}"):
        client.post("/keluar/")
        answer = client.post(where, {"login": member.nip, "password": PASSWORD, "lanjut": path, "next": path})
        assert answer.headers["Location"] == "/"
    assert client.get("/masuk/", {"lanjut": path, "next": path}).headers["Location"] == "/"


def test_login_by_mailed_code(client: Client, member: Employee) -> None:
    answer = client.post("/masuk/kode/", {"login": member.nip, "password": "", "lanjut": "/profil/"})
    assert answer.headers["Location"] == "/masuk/kode/isi/"
    mail = latest()
    assert (mail.to, mail.subject) == (member.contact_email, "Kode masuk Deklarasi Konten ASN")
    assert client.post("/masuk/kode/isi/", {"kode": latest_code()}).headers["Location"] == "/profil/"
    assert client.get("/profil/").status_code == 200


@pytest.mark.parametrize("start", ["/masuk/kode/", "/lupa-sandi/"])
def test_a_code_is_mailed_only_to_the_proven_address_of_an_account(
    member: Employee, newcomer: Employee, start: str
) -> None:
    pages = []
    unknown = ["199999999999999999", NIP, newcomer.email, "rahm\u0131@demo.pasbar.example", "rahmi@DEMO.pasbar.example"]
    for typed in unknown:
        client = Client()
        answer = client.post(start, {"login": typed})
        page = client.get(answer.headers["Location"])
        pages.append((answer.status_code, answer.headers["Location"], plain(page)))
    assert len(set(pages)) == 1
    assert [mail.to for mail in OutgoingEmail.objects.all()] == [member.contact_email]


def test_reset_by_code_ends_other_sessions_and_tells_the_person(client: Client, member: Employee) -> None:
    elsewhere = Client()
    sign_in(elsewhere, member)
    client.post("/lupa-sandi/", {"login": member.contact_email})
    assert client.get("/lupa-sandi/kata-sandi/").headers["Location"] == "/lupa-sandi/"
    client.post("/lupa-sandi/kode/", {"kode": latest_code()})
    assert client.post("/lupa-sandi/kata-sandi/", {"sandi": "pendek"}).status_code == 422
    client.post("/lupa-sandi/kata-sandi/", {"sandi": "kuda makan rumput basah"})
    assert client.get("/profil/").status_code == 200
    assert elsewhere.get("/profil/").status_code == 302
    assert latest().subject == "Kata sandi Anda diganti"
    assert sign_in(Client(), member).status_code == 422


def test_a_code_for_login_does_not_reset_and_the_other_way_round(client: Client, member: Employee) -> None:
    client.post("/masuk/kode/", {"login": member.nip})
    login_code = latest_code()
    client.post("/lupa-sandi/", {"login": member.nip})
    if login_code != latest_code():
        assert client.post("/lupa-sandi/kode/", {"kode": login_code}).status_code == 422
    assert client.get("/masuk/kode/isi/").headers["Location"] == "/masuk/kode/"


def test_the_owner_gets_in_by_code_while_the_password_rests(client: Client, member: Employee) -> None:
    for _failure in range(6):
        client.post("/masuk/", {"login": member.nip, "password": "salah sekali ini"})
    client.post("/masuk/kode/", {"login": member.nip})
    assert client.post("/masuk/kode/isi/", {"kode": latest_code()}).status_code == 302
    assert client.get("/profil/").status_code == 200


def test_the_demo_lists_its_accounts(client: Client, settings: object) -> None:
    assert "198504122010012901" not in client.get("/masuk/").content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
    page = client.get("/masuk/").content.decode()
    assert "demo-pasbar-2026" in page
    assert "Rahmi Oktavia" in page
