"""Pages of refusal and failure: the whole frame, both languages, what to do next, and no blank answer."""

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client

from portal import views
from tests.factories import World

pytestmark = pytest.mark.django_db
HEADINGS = {
    400: ("Permintaan tidak dapat dibaca", "The request cannot be read"),
    403: ("Anda tidak punya akses ke halaman ini", ""),
    404: ("Halaman tidak ditemukan", ""),
    405: ("Halaman ini dibuka dari tombolnya", "This page is opened by its button"),
    413: ("Kiriman terlalu besar", "What you sent is too large"),
    500: ("Ada gangguan di sistem kami", ""),
    503: ("Portal sedang tidak dapat bekerja", ""),
}


def answer(code: int, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Bring the portal to refuse or fail in each way there is."""

    def broken(*_: object) -> None:
        raise {500: RuntimeError, 503: OperationalError}[code]("gagal")

    client.raise_request_exception = False
    match code:
        case 400:
            return client.get("/aturan/", headers={"host": "lain.example"})
        case 403:
            client.force_login(World().teacher)
            return client.get("/kelola/")
        case 404:
            return client.get("/tidak-ada/")
        case 405:
            return client.post("/aturan/")
        case 413:
            settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
            return client.post("/cek/", {"q1": "x" * 500})
    monkeypatch.setattr(views.LegalBasis.objects, "all", broken)
    return client.get("/aturan/")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", list(HEADINGS))
def test_each_has_heading_frame_help_and_the_other_language(
    code: int, language: str, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    client.cookies["bahasa"] = language
    got = answer(code, client, monkeypatch, settings)
    page = got.content.decode()
    assert got.status_code == code
    heading = re.search(r"<h1>(.+?)</h1>", page)
    assert heading
    indonesian, english = HEADINGS[code]
    if language == "id":
        assert heading[1] == indonesian
    else:
        assert heading[1] != indonesian
        assert not english or heading[1] == english
    assert f'<html lang="{language}">' in page
    assert f'hreflang="{"en" if language == "id" else "id"}"' in page  # the switch stands on every page
    assert settings.HELP_LINE in page
    assert re.search(r'<main.*href="/', page, re.DOTALL)  # a way on
    assert "Traceback" not in page


def test_too_many_tries_tell_the_time_from_which_one_may_try_again(client: Client) -> None:
    page = ""
    for _ in range(40):
        got = client.post("/masuk/", {"login": "199108242019032912", "password": "salah-sekali-1"})
        page = got.content.decode()
        if got.status_code == 429:
            break
    assert re.search(r"pukul \d\d\.\d\d", page)


def test_the_pages_of_failure_ask_no_database(django_assert_num_queries: Any) -> None:
    request = HttpRequest()
    request.method, request.path = "GET", "/aturan/"
    with django_assert_num_queries(0):
        assert views.server_error(request).status_code == 500
        assert views.bad_request(request).status_code == 400
