"""[R17] [R18] [R19] The second factor, proving oneself again, recovery codes and devices that can be signed out."""

import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from approvals import links
from declarations.status import Status
from portal.accounts.models import Device
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import PASSWORD, World, declaration_at, step_of

APP = "/profil/keamanan/aplikasi/"
PHONE = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
REASON = "Keadaan sudah berubah sejak persetujuan diberikan."


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.SECOND_FACTOR = True
    return World()


def browser(person: Employee) -> Client:
    client = Client()
    client.force_login(person)
    return client


def code_of(secret: str, later: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later)))


def set_up(client: Client) -> tuple[str, list[str]]:
    """Walk through the page; return the secret and the recovery codes."""
    page = client.get(APP).content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret is not None
    plain = secret[1].replace(" ", "")
    answer = client.post(APP, {"kode": code_of(plain)})
    return plain, re.findall(r"<code>(\d{8})</code>", answer.content.decode())


def ask(client: Client, code: str) -> Any:
    return client.post("/masuk/faktor-kedua/", {"kode": code, "lanjut": "/tinjau/"})


def test_a_reviewer_without_one_gets_only_the_page_that_sets_it_up(world: World) -> None:
    client = browser(world.reviewer)
    for path in ("/tinjau/antrean/", "/tinjau/", "/deklarasi/", "/profil/", "/profil/email/"):
        assert client.get(path)["Location"] == "/profil/keamanan/", path
    secret, codes = set_up(client)
    assert len(codes) == 10
    assert client.get("/tinjau/antrean/").status_code == 200
    stored = Authenticator.objects.get(type="totp").data
    assert secret not in str(stored)
    assert OutgoingEmail.objects.filter(purpose="account_second_on").count() == 1


def test_a_declarant_needs_none_but_may_have_one(world: World) -> None:
    client = browser(world.teacher)
    assert client.get("/deklarasi/").status_code == 200
    set_up(client)
    again = browser(world.teacher)
    assert again.get("/deklarasi/")["Location"].startswith("/masuk/faktor-kedua/")


def test_after_every_way_of_signing_in_the_code_is_asked_and_none_works_twice(world: World) -> None:
    secret, codes = set_up(browser(world.reviewer))
    client = Client()
    client.post("/masuk/", {"login": world.reviewer.nip, "password": PASSWORD})
    assert client.get("/tinjau/")["Location"] == "/masuk/faktor-kedua/?lanjut=%2Ftinjau%2F"
    assert client.post("/profil/kata-sandi/")["Location"].startswith("/masuk/faktor-kedua/")
    with time_machine.travel(time.time() + 60, tick=False):
        right = code_of(secret)
        assert ask(client, right)["Location"] == "/tinjau/"
        assert ask(browser(world.reviewer), right).status_code == 422
    assert ask(browser(world.reviewer), codes[0]).status_code == 302
    assert ask(browser(world.reviewer), codes[0]).status_code == 422


def test_guessing_ends_after_five(world: World) -> None:
    set_up(browser(world.reviewer))
    client = browser(world.reviewer)
    assert [ask(client, "00000000").status_code for _try in range(7)] == [422] * 5 + [429] * 2
    assert client.get("/tinjau/").status_code == 302


def test_a_mailed_link_works_for_a_head_who_still_owes_the_code(world: World) -> None:
    set_up(browser(world.head))
    case = declaration_at(Status.AWAITING_HEAD, world)
    client = browser(world.head)
    page = client.get(f"/k/{links.token_for(step_of(case))}/", follow=True)
    assert page.status_code == 200
    assert "data-keputusan" in page.content.decode()


def test_revoking_asks_again_after_a_quarter_of_an_hour_and_keeps_the_reason(world: World, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    case = declaration_at(Status.APPROVED, world)
    client = browser(world.reviewer)
    path = f"/tinjau/{case.number}/cabut/"
    with time_machine.travel(time.time() + 16 * 60, tick=False):
        asked = client.post(path, {"alasan": REASON})
        assert asked["Location"].startswith("/masuk/konfirmasi/")
        case.refresh_from_db()
        assert case.status == Status.APPROVED
        assert client.post(asked["Location"], {"sandi_sekarang": "salah"}).status_code == 422
        proven = client.post(asked["Location"], {"sandi_sekarang": PASSWORD}, follow=True)
        assert f"{path}?simpanan=1" in proven.content.decode()
        assert REASON in client.get(f"{path}?simpanan=1").content.decode()
        client.post(path, {"alasan": REASON})
    case.refresh_from_db()
    assert case.status == Status.REVOKED


def test_another_device_can_be_signed_out(world: World) -> None:
    mine, other = browser(world.teacher), Client(headers={"user-agent": PHONE})
    other.post("/masuk/", {"login": world.teacher.nip, "password": PASSWORD})
    page = mine.get("/profil/keamanan/").content.decode()
    assert "Chrome · Android" in page
    assert "perangkat ini" in page
    stranger = browser(world.colleague)
    target = Device.objects.get(session_key=other.cookies["sessionid"].value)
    stranger.post("/profil/keamanan/perangkat/", {"perangkat": target.pk})
    assert other.get("/profil/").status_code == 200
    mine.post("/profil/keamanan/perangkat/", {"perangkat": target.pk})
    assert other.get("/profil/")["Location"].startswith("/masuk/")
    assert mine.get("/profil/").status_code == 200


def test_the_qr_code_needs_neither_script_nor_style(world: World) -> None:
    page = browser(world.teacher).get(APP).content.decode()
    drawing = page.split('<div role="img"', 1)[1].split("</svg>", 1)[0]
    assert "style=" not in drawing
    assert "<script" not in drawing
    assert world.teacher.nip not in page
