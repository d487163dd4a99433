"""[R17] [R19] Passkeys: made, used once per question, refused from elsewhere, copied or unverified."""

import json
import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import Page, expect

from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.accounts.test_browser import check
from tests.factories import PASSWORD, World
from tests.security.softkey import FLAGS, SoftKey

KEYS, SECOND = "/profil/keamanan/kunci/", "/masuk/faktor-kedua/"
ORIGIN = "http://localhost:8000"


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.SECOND_FACTOR = True
    return World()


def browser(person: Employee) -> Client:
    client = Client()
    client.force_login(person)
    return client


def question(client: Client, path: str) -> dict[str, Any]:
    found = re.search(r'data-tanya="([^"]+)"', client.get(path).content.decode())
    assert found is not None
    return dict(json.loads(unescape(found[1])))


def enrol(person: Employee, key: SoftKey, name: str = "Ponsel kantor") -> Any:
    client = browser(person)
    return client.post(KEYS, {"kredensial": key.create(question(client, KEYS)), "nama": name})


def sign_in(person: Employee, key: SoftKey, **lies: Any) -> int:
    """Answer the question after signing in; 302 is in, 422 is refused."""
    client = browser(person)
    answer = client.post(SECOND, {"kredensial": key.get(question(client, SECOND), **lies), "lanjut": "/tinjau/"})
    assert (client.get("/tinjau/antrean/").status_code == 200) is (answer.status_code == 302)
    return int(answer.status_code)


def test_a_passkey_is_enough_and_comes_with_recovery_codes(world: World) -> None:
    key = SoftKey(ORIGIN)
    page = enrol(world.reviewer, key).content.decode()
    assert len(re.findall(r"<code>(\d{8})</code>", page)) == 10
    assert sign_in(world.reviewer, key) == 302
    kept = Authenticator.objects.get(type="webauthn")
    assert kept.data["name"] == "Ponsel kantor"
    assert kept.last_used_at is not None
    assert world.reviewer.nip not in str(kept.data)
    mail = OutgoingEmail.objects.get(purpose="account_passkey_on")
    assert "Ponsel kantor" in mail.text
    client = browser(world.reviewer)
    spare = re.findall(r"<code>(\d{8})</code>", page)[0]
    assert client.post(SECOND, {"kode": spare}).status_code == 302


def test_what_the_browser_is_told_names_no_nip(world: World) -> None:
    asked = question(browser(world.reviewer), KEYS)
    assert asked["publicKey"]["rp"]["id"] == "localhost"
    assert asked["publicKey"]["authenticatorSelection"]["userVerification"] == "required"
    assert world.reviewer.nip not in json.dumps(asked)


def test_another_origin_another_person_and_no_verification_are_refused(world: World) -> None:
    key = SoftKey(ORIGIN)
    enrol(world.reviewer, key)
    for false in (SoftKey("http://localhost:9"), SoftKey("https://evil.example"), SoftKey(ORIGIN)):
        false.name, false.private = key.name, key.private
        if false.origin == ORIGIN:
            false.private = SoftKey(ORIGIN).private
        assert sign_in(world.reviewer, false) == 422, false.origin
    enrol(world.second_reviewer, SoftKey(ORIGIN))
    assert sign_in(world.second_reviewer, key) == 422
    assert sign_in(world.reviewer, key, flags=FLAGS.UP) == 422
    assert sign_in(world.reviewer, key) == 302


def test_an_answer_works_once_and_a_copied_key_is_noticed(world: World) -> None:
    key = SoftKey(ORIGIN, count=4)
    enrol(world.reviewer, key)
    first = browser(world.reviewer)
    key.count = 5
    answer = key.get(question(first, SECOND))
    assert first.post(SECOND, {"kredensial": answer}).status_code == 302
    again = browser(world.reviewer)
    again.get(SECOND)
    assert again.post(SECOND, {"kredensial": answer}).status_code == 422
    assert sign_in(world.reviewer, key) == 422  # the copy counts on from where it was made
    assert AuditEvent.objects.filter(event="passkey_copied").count() == 1
    key.count = 6
    assert sign_in(world.reviewer, key) == 302


@pytest.mark.parametrize("rubbish", ["", "[]", "{}", '{"id": 1}', "null", '{"response": {"clientDataJSON": "x"}}'])
def test_rubbish_is_no_answer(world: World, rubbish: str) -> None:
    enrol(world.reviewer, SoftKey(ORIGIN))
    client = browser(world.reviewer)
    client.get(SECOND)
    assert client.post(SECOND, {"kredensial": rubbish}).status_code == 422
    other = browser(world.second_reviewer)
    other.get(KEYS)
    assert other.post(KEYS, {"kredensial": rubbish}).status_code == 422
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_the_last_one_stays_where_one_is_required(world: World) -> None:
    client = browser(world.reviewer)
    client.post(KEYS, {"kredensial": SoftKey(ORIGIN).create(question(client, KEYS)), "nama": ""})
    only = Authenticator.objects.get(type="webauthn")
    refused = client.post(KEYS, {"hapus": only.pk})
    assert refused.status_code == 409
    assert Authenticator.objects.filter(pk=only.pk).exists()
    client.post(KEYS, {"kredensial": SoftKey(ORIGIN).create(question(client, KEYS)), "nama": "Cadangan"})
    stranger = browser(world.teacher)
    stranger.post(KEYS, {"hapus": only.pk})
    assert Authenticator.objects.filter(pk=only.pk).exists()
    assert client.post(KEYS, {"hapus": only.pk}).status_code == 302
    assert [row.data["name"] for row in Authenticator.objects.filter(type="webauthn")] == ["Cadangan"]
    assert OutgoingEmail.objects.filter(purpose="account_passkey_off").count() == 1


@pytest.mark.django_db(transaction=True)
def test_in_a_browser_a_reviewer_adds_a_passkey_and_signs_in_with_it(page: Page, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    world = World()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    def sign_in() -> None:
        page.goto("/masuk/")
        page.get_by_label("NIP atau email").fill(world.reviewer.nip)
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Masuk", exact=True).click()

    sign_in()
    page.get_by_role("link", name="Atau pakai kunci sandi").click()
    page.get_by_label("Nama kunci").fill("Laptop dinas")
    expect(page.locator("#kunci-gagal")).to_be_hidden()
    check(page)
    page.get_by_role("button", name="Tambahkan kunci sandi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode cadangan")
    page.goto("/profil/keamanan/kunci/")
    expect(page.get_by_text("Laptop dinas").first).to_be_visible()
    page.get_by_role("button", name="Keluar").click()
    sign_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faktor kedua")
    check(page)
    expect(page.locator("#kunci-gagal")).to_be_hidden()
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page).to_have_url(re.compile("/tinjau/"))
