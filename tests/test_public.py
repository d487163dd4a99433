"""The public pages: one heading, no foreign request, small, and a self-check that stores nothing."""

import gzip
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import LegalBasis
from portal import views
from portal.forms import SelfCheckForm
from portal.rules import GROUPS
from portal.selfcheck import Outcome, judge

pytestmark = pytest.mark.django_db
PAGES = ["/", "/cek/", "/aturan/", "/privasi/", "/aksesibilitas/"]
HARMLESS = {"kind": "edukatif", "barred": "tidak", "hours": "di_luar", "benefit": "tidak", "office": "tidak"}


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_has_one_heading_a_title_and_no_foreign_request(client: Client, path: str) -> None:
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert re.search(r"<title>[^<]+ – Deklarasi Konten ASN</title>", page)
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert " style=" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_read_without_writing(client: Client, path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    written = [q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert written == []


def test_the_first_page_is_under_60_kb_compressed_with_all_it_asks_for(client: Client) -> None:
    page = client.get("/").content
    assets = re.findall(rb'(?:src|href)="/static/([^"]+)"', page)
    assert assets
    files = [(settings.BASE_DIR / "static" / name.decode()).read_bytes() for name in assets]
    size = sum(len(gzip.compress(part)) for part in [page, *files])
    assert size < 60_000, size


def test_a_page_sends_the_strict_policy(client: Client) -> None:
    headers = client.get("/").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.FREE),
        ({"benefit": "ya"}, Outcome.REVIEW),
        ({"hours": "kadang"}, Outcome.REVIEW),
        ({"office": "tidak_yakin"}, Outcome.REVIEW),
        ({"kind": "lainnya"}, Outcome.REVIEW),
        ({"barred": "tidak_yakin"}, Outcome.REVIEW),
        ({"barred": "ya"}, Outcome.STOP),
        ({"barred": "ya", "benefit": "ya"}, Outcome.STOP),
    ],
)
def test_the_self_check_shows_the_outcome_of_the_answers(
    client: Client, changes: dict[str, str], outcome: Outcome
) -> None:
    page = client.post("/cek/", HARMLESS | changes).content.decode()
    assert re.findall(r'data-hasil="(\w+)"', page) == [outcome.value]


def test_every_answer_that_matters_gets_its_line() -> None:
    answers = {"kind": "lainnya", "barred": "tidak_yakin", "hours": "kadang", "benefit": "ya", "office": "ya"}
    codes = {rule.code for group in GROUPS for rule in group.rules}
    advice = judge(answers)[1]
    assert len(advice) == 5
    assert {line.rule for line in advice} <= codes


def test_the_self_check_stores_nothing_and_is_kept_by_no_cache(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/cek/", HARMLESS)
    assert [q["sql"] for q in queries] == []
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("broken", [{}, {"kind": "x" * 5000}, {"kind": "edukatif"}, {"kind": ["edukatif", "lainnya"]}])
def test_unanswered_questions_are_named_and_the_answers_stay(client: Client, broken: dict[str, str]) -> None:
    answer = client.post("/cek/", broken)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Kesalahan: " in page
    assert page.index('id="ada-kesalahan"') < page.index("<h1")
    for target in re.findall(r'<a href="#(id_\w+)">', page):
        assert f'id="{target}"' in page
    if broken == {"kind": "edukatif"}:
        assert re.search(r'value="edukatif" checked', page)


def test_answers_can_be_changed_after_the_outcome(client: Client) -> None:
    page = client.post("/cek/", HARMLESS | {"ubah": "1"}).content.decode()
    assert page.count(" checked") == len(SelfCheckForm.base_fields)


def test_every_legal_text_tells_whether_it_was_verified(client: Client) -> None:
    LegalBasis.objects.all().delete()
    assert "sedang disiapkan" in client.get("/aturan/").content.decode()
    LegalBasis.objects.create(code="UJI-1", instrument="Peraturan Uji", clause="Pasal 1")
    page = client.get("/aturan/").content.decode()
    assert 'id="UJI-1"' in page
    assert page.count("belum diverifikasi") == 2  # the summary as a whole, and this text


def test_the_language_switch_keeps_page_and_query(client: Client) -> None:
    page = client.get("/aturan/?a=1&b=dua+kata").content.decode()
    assert 'href="?a=1&amp;b=dua+kata&amp;bahasa=en"' in page
    english = client.get("/aturan/?bahasa=en").content.decode()
    assert '<html lang="en">' in english
    assert '<html lang="en">' in client.get("/").content.decode()  # the choice stays
    assert '<html lang="id">' in client.get("/?bahasa=id").content.decode()


def test_the_english_pages_are_in_english(client: Client) -> None:
    page = client.get("/?bahasa=en").content.decode()
    assert "Creating on social media as a civil servant" in page
    assert "Berkarya di media sosial" not in page


def test_the_demo_strip_is_there_only_in_the_demo(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = True
    assert "DATA FIKTIF" in client.get("/").content.decode()
    settings.DEMO = False
    assert "DATA FIKTIF" not in client.get("/").content.decode()


def test_probes_answer(client: Client) -> None:
    assert client.get("/healthz/live").status_code == 200
    assert client.get("/healthz/ready").status_code == 200


def test_an_unknown_page_says_so_and_offers_a_way_back(client: Client) -> None:
    answer = client.get("/tidak/ada/")
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_method_that_a_page_does_not_know_is_refused(client: Client, path: str) -> None:
    assert client.delete(path).status_code == 405
    assert client.put(path).status_code == 405


def test_a_stale_form_from_our_own_page_can_be_sent_again_without_its_secrets() -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    answer = client.post("/cek/", {"kind": "edukatif", "kata_sandi": "rahasia", "catatan": "<b>isi</b>"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'name="kind" value="edukatif"' in page
    assert 'value="&lt;b&gt;isi&lt;/b&gt;"' in page
    assert "rahasia" not in page


def test_a_form_sent_from_a_foreign_page_is_not_repeated() -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://jahat.example"})
    page = client.post("/cek/", {"kind": "edukatif"}).content.decode()
    assert "edukatif" not in page
    assert "Formulir sudah kedaluwarsa" in page


def test_a_crash_shows_an_incident_number_without_asking_the_database(rf, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        answer = views.server_error(rf.get(reverse("home")))
    assert answer.status_code == 500
    assert re.search(r'<b class="ref">[0-9A-F]{8}</b>', answer.content.decode())
