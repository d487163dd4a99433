"""What was typed into a form whose session had ended comes back after login, to the same person only."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.accounts.models import RescuedForm
from portal.people.models import Employee
from tests.accounts.conftest import sign_in
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db
TYPED = {"email": "baru@contoh.example", "sandi_sekarang": PASSWORD, "csrfmiddlewaretoken": "x"}
WHERE = "/profil/email/"


def expire(client: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def log_in(client: Client, who: Employee, path: str = WHERE) -> Any:
    return client.post(f"/masuk/?lanjut={path}", {"login": who.nip, "password": PASSWORD, "lanjut": path})


def test_a_late_post_comes_back_filled_after_login(client: Client, member: Employee) -> None:
    sign_in(client, member)
    expire(client)
    answer = client.post(WHERE, TYPED)
    assert answer.headers["Location"] == "/masuk/?lanjut=%2Fprofil%2Femail%2F"
    assert "Isian terakhir Anda kami simpan" in client.get(answer.headers["Location"]).content.decode()
    landed = client.get(log_in(client, member).headers["Location"])
    assert "Isian terakhir Anda kami simpan" in landed.content.decode()
    assert f'href="{WHERE}?simpanan=1"' in landed.content.decode()
    page = client.get(f"{WHERE}?simpanan=1")
    assert page.status_code == 200
    assert 'value="baru@contoh.example"' in page.content.decode()
    assert PASSWORD not in page.content.decode()


def test_passwords_codes_and_the_token_are_not_kept_and_the_rest_is_sealed(client: Client) -> None:
    client.post(WHERE, TYPED | {"kode": "123456"})
    row = RescuedForm.objects.get()
    stored = bytes(row.data)
    assert b"baru@contoh.example" not in stored
    assert row.token not in client.cookies["isian"].value
    from portal.crypto import unseal

    assert unseal(stored) == [["email", "baru@contoh.example"]]
    assert client.cookies["isian"]["httponly"]


def test_another_person_on_the_same_phone_does_not_see_it(client: Client, member: Employee) -> None:
    sign_in(client, member)
    expire(client)
    client.post(WHERE, TYPED)
    other = person("Orang Lain", member.unit)
    assert log_in(client, other).headers["Location"] == WHERE
    assert "baru@contoh.example" not in client.get(f"{WHERE}?simpanan=1").content.decode()


def test_another_browser_does_not_see_it(client: Client, member: Employee) -> None:
    client.post(WHERE, TYPED)
    other = Client()
    assert log_in(other, member).headers["Location"] == WHERE
    assert "baru@contoh.example" not in other.get(f"{WHERE}?simpanan=1").content.decode()


def test_it_is_kept_for_thirty_minutes(client: Client, member: Employee) -> None:
    client.post(WHERE, TYPED)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert log_in(client, member).headers["Location"] == WHERE


def test_it_fills_only_the_page_it_was_typed_on_and_only_when_asked(client: Client, member: Employee) -> None:
    client.post(WHERE, TYPED)
    log_in(client, member)
    assert "baru@contoh.example" not in client.get(WHERE).content.decode()
    assert "baru@contoh.example" not in client.get("/profil/kata-sandi/?simpanan=1").content.decode()


def test_a_form_beyond_the_limit_and_a_flood_are_not_kept(client: Client) -> None:
    assert client.post(WHERE, {"email": "x" * 300_000}).status_code == 302
    assert not RescuedForm.objects.exists()
    for _post in range(65):
        client.post(WHERE, TYPED)
    assert RescuedForm.objects.count() == 60
