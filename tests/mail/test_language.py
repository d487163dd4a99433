"""Mails in the language of their readers: declarants in the one they use, officials in Indonesian."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from declarations.status import Status
from portal.mail.models import OutgoingEmail
from portal.mail.reader import writing_in
from portal.mail.transport import build
from tests.factories import World, declaration_at

pytestmark = pytest.mark.django_db


def test_a_declarant_who_uses_english_is_written_to_in_english_and_the_head_in_indonesian() -> None:
    world = World()
    world.teacher.language = "en"
    world.teacher.save(update_fields=["language"])
    with writing_in("id"):
        declaration_at(Status.APPROVED, world)
    mails = OutgoingEmail.objects.all()
    to_teacher = mails.filter(purpose="case_notice", to=world.teacher.mailbox)
    assert to_teacher.count() >= 3
    for mail in to_teacher:
        assert "Deklarasi Anda" not in mail.text, mail.text
        assert b"Content-Language: en" in build(mail)
        assert 'lang="en"' in mail.html
    approved = to_teacher.latest("pk")
    assert "pproved" in approved.subject
    asked = mails.filter(purpose="head_request").latest("pk")
    assert asked.subject.startswith("Mohon keputusan:")
    assert b"Content-Language: id" in build(asked)


def test_the_language_of_the_last_sign_in_is_kept_and_the_profile_changes_it(client: Client, settings: Any) -> None:
    person = World().teacher
    client.cookies["bahasa"] = "en"
    client.force_login(person)  # a cookie before the sign-in
    answer = client.post("/profil/bahasa/", {"bahasa": "en"})
    assert answer.headers["Location"] == "/profil/?bahasa=en"
    person.refresh_from_db()
    assert person.language == "en"
    page = client.get("/profil/?bahasa=en").content.decode()
    assert "Send me mail in Indonesian" in page
    client.post("/profil/bahasa/", {"bahasa": "xx"})
    person.refresh_from_db()
    assert person.language == "en"


def test_signing_in_with_a_chosen_language_is_remembered(client: Client) -> None:
    person = World().teacher
    person.set_password("demo-pasbar-2026")
    person.save()
    client.post("/masuk/", {"login": person.nip, "password": "demo-pasbar-2026"})
    person.refresh_from_db()
    assert person.language == "id"  # nothing was chosen
    client.post("/keluar/")
    client.get("/?bahasa=en")
    client.post("/masuk/", {"login": person.nip, "password": "demo-pasbar-2026"})
    person.refresh_from_db()
    assert person.language == "en"


def test_a_code_comes_in_the_language_of_the_page_that_asked_for_it(client: Client) -> None:
    world = World()
    client.get("/?bahasa=en")
    client.post("/lupa-sandi/", {"nip": world.teacher.nip, "login": world.teacher.nip})
    mails = OutgoingEmail.objects.all()
    assert mails
    with transaction.atomic():
        assert {mail.headers.get("Content-Language") for mail in mails} == {"en"}
