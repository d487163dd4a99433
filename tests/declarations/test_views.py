"""The declarant's pages: one's own only, saved from the first step, never a failure, nothing written by looking."""

from typing import Any

import pytest
from django.test import Client

from declarations.drafts import problems
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, SampleChannel
from declarations.status import Status
from portal import clock
from portal.people.models import Employee
from tests.declarations.conftest import FIRST, GOOD_CHANNEL, PAID, MakeDraft, at, state

PER_NUMBER = [
    "",
    "lanjut/",
    "kanal/",
    "kanal/tambah/",
    "batas/",
    "waktu/",
    "komersial/",
    "kepentingan/",
    "pernyataan/",
    "periksa/",
    "terkirim/",
    "perbaiki/",
    "tarik/",
]
PER_ITEM = ["kanal/{}/ubah/", "kanal/{}/hapus/", "kanal/{}/resmi/", "konten/{}/", "komersial/{}/"]
EDITING = ["kanal/", "kanal/tambah/", "batas/", "waktu/", "kepentingan/", "pernyataan/", "lanjut/"]


# -- whose ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PER_NUMBER + PER_ITEM)
def test_another_persons_number_does_not_exist(as_bob: Client, full_draft: MakeDraft, path: str) -> None:
    """[Z02]"""
    declaration = full_draft()
    before = state()
    assert as_bob.get(at(declaration, path)).status_code == 404
    assert as_bob.post(at(declaration, path), {"D1": "LUAR_JAM_KERJA", "salin": "1"}).status_code in (404, 405)
    assert state() == before


@pytest.mark.parametrize("path", PER_ITEM)
def test_a_channel_of_another_declaration_does_not_exist(
    as_alice: Client, full_draft: MakeDraft, bob: Employee, path: str
) -> None:
    """[Z03]"""
    mine, theirs = full_draft(), full_draft(who=bob)
    own_other = full_draft(SampleChannel("@lain.lagi"))
    for other in (theirs, own_other):
        url = f"/deklarasi/{mine.number}/" + path.format(other.items.get().pk)
        assert as_alice.get(url).status_code == 404
        assert as_alice.post(url, {"E1": "TIDAK"}).status_code in (404, 405)


@pytest.mark.parametrize("path", ["/deklarasi/", "/deklarasi/baru/", "/kanal/"])
def test_a_visitor_is_asked_to_sign_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/masuk/" in answer.headers["Location"]


@pytest.mark.parametrize("number", ["DK-2611-00001-0", "x", "dk-2611-00001-7", "%ED%A0%80", "9" * 300])
def test_a_number_that_is_none_answers_404(as_alice: Client, number: str) -> None:
    assert as_alice.get(f"/deklarasi/{number}/periksa/").status_code == 404


@pytest.mark.parametrize("number", ["%00", "DK-2611-00001-7%00"])
def test_an_address_with_a_null_byte_is_refused_before_any_page(as_alice: Client, number: str) -> None:
    assert as_alice.get(f"/deklarasi/{number}/periksa/").status_code == 400


def test_an_impossible_channel_number_answers_404(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    assert as_alice.get(f"/deklarasi/{declaration.number}/konten/{'9' * 40}/").status_code == 404


# -- looking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PER_NUMBER + PER_ITEM)
def test_looking_changes_nothing(as_alice: Client, full_draft: MakeDraft, path: str) -> None:
    declaration = full_draft(FIRST, PAID, **PAID_ANSWERS)
    before = state()
    assert as_alice.get(at(declaration, path)).status_code in (200, 302)
    assert as_alice.head(at(declaration, path)).status_code in (200, 302)
    assert as_alice.get(at(declaration, path) + "?kembali=periksa").status_code in (200, 302)
    assert state() == before


@pytest.mark.parametrize("path", ["/deklarasi/", "/kanal/"])
def test_lists_cost_the_same_number_of_queries_for_one_and_three_rows(
    as_alice: Client, full_draft: MakeDraft, django_assert_num_queries: Any, path: str
) -> None:
    full_draft()
    as_alice.get(path)
    with django_assert_num_queries(10, exact=False) as one:
        as_alice.get(path)
    for number in (2, 3):
        full_draft(SampleChannel(f"@demo.pasbar.1{number}"))
    with django_assert_num_queries(len(one)):
        as_alice.get(path)


def test_an_empty_list_says_what_would_be_there(as_alice: Client) -> None:
    assert "Belum ada deklarasi." in as_alice.get("/deklarasi/").content.decode()
    assert "Belum ada kanal." in as_alice.get("/kanal/").content.decode()


def test_the_list_has_its_four_groups(as_alice: Client, full_draft: MakeDraft) -> None:
    for number, status in enumerate((Status.RETURNED, Status.AWAITING_REVIEW, Status.APPROVED, Status.WITHDRAWN)):
        case = full_draft(SampleChannel(f"@kanal.ke.{number}"))
        Declaration.objects.filter(pk=case.pk).update(status=status, submitted_at=clock.now(), due_on=clock.today())
    page = as_alice.get("/deklarasi/").content.decode()
    places = [page.index(title) for title in ("Perlu tindakan Anda", "Sedang berjalan", ">Berlaku<", ">Riwayat<")]
    assert places == sorted(places)
    assert 'data-status="awaiting_review"' in page


# -- filing --------------------------------------------------------------------------------------------------------


def test_a_whole_declaration_is_filed_page_by_page(as_alice: Client, alice: Employee) -> None:
    here = as_alice.post("/deklarasi/baru/").headers["Location"]
    declaration = Declaration.objects.get(declarant=alice)
    base = f"/deklarasi/{declaration.number}/"
    assert here == base + "kanal/tambah/"
    here = as_alice.post(here, GOOD_CHANNEL).headers["Location"]
    assert here == base + "kanal/"
    item = declaration.items.get()
    here = as_alice.post(here).headers["Location"]
    assert here == f"{base}konten/{item.pk}/"
    content = {"C1": ["EDUKATIF"], "C2": ["AGAMA"], "C3": "Isi.", "C4": "YA", "C5_1": "youtu.be/abc"}
    here = as_alice.post(here, content).headers["Location"]
    assert here == base + "batas/"
    limits = {"C6AE": "TIDAK", "C6F": "TIDAK", "C6G": "TIDAK", "F4": "TIDAK", "C7": ["LOYAL"], "C8": "TIDAK"}
    here = as_alice.post(here, limits).headers["Location"]
    assert here == base + "waktu/"
    time = {"D1": "LUAR_JAM_KERJA", "D2": "TIDAK", "D3": ["TIDAK_ADA"], "D4": "TIDAK", "D5": ["TIDAK"]}
    here = as_alice.post(here, time).headers["Location"]
    assert here == f"{base}komersial/{item.pk}/"
    benefit = {"E1": "SUDAH", "E2": ["ENDORSE"], "E5": "TIDAK", "E3-TOTAL_FORMS": "1", "E3-0-name": "CV Maju"}
    here = as_alice.post(here, benefit).headers["Location"]
    assert here == base + "komersial/"
    here = as_alice.post(here, {"E6": "TIDAK_ADA", "E7": "TIDAK_ADA"}).headers["Location"]
    assert here == base + "kepentingan/"
    interest = {"A3": ["PENDIDIK"], "F2": "TIDAK", "F1": "TIDAK", "F5": ["TIDAK"], "F3": "TIDAK", "F8": "TIDAK"}
    here = as_alice.post(here, interest).headers["Location"]
    assert here == base + "pernyataan/"
    here = as_alice.post(here, dict.fromkeys(("G1", "G2", "G3", "G4"), "on")).headers["Location"]
    assert here == base + "periksa/"
    assert problems(Declaration.objects.get(pk=declaration.pk)) == []
    page = as_alice.get(here).content.decode()
    assert "Deklarasi belum terkirim." in page
    assert "CV Maju" in page
    assert f'action="{base}kirim/"' in page


@pytest.mark.parametrize("path", ["batas/", "waktu/", "konten/{}/", "komersial/{}/", "kepentingan/", "pernyataan/"])
def test_an_empty_page_answers_422_with_links_to_its_fields(as_alice: Client, full_draft: MakeDraft, path: str) -> None:
    answer = as_alice.post(at(full_draft(), path))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="ada-kesalahan"' in page
    assert "<title>Kesalahan: " in page
    for target in page.split('id="ada-kesalahan"')[1].split("</div>")[0].split('href="#')[1:]:
        assert f'id="{target.split(chr(34))[0]}"' in page


@pytest.mark.parametrize("path", ["batas/", "waktu/", "konten/{}/", "komersial/{}/", "kepentingan/", "pernyataan/"])
def test_saving_for_later_keeps_what_is_there_and_leads_to_the_list(
    as_alice: Client, full_draft: MakeDraft, path: str
) -> None:
    answer = as_alice.post(at(full_draft(), path), {"nanti": "1"}, follow=True)
    assert answer.redirect_chain == [("/deklarasi/", 302)]
    assert "Draf tersimpan." in answer.content.decode()


def test_typed_values_stay_on_a_refused_page(as_alice: Client, full_draft: MakeDraft) -> None:
    answer = as_alice.post(at(full_draft(), "konten/{}/"), {"C3": "Tetap <di> sini", "C5_2": "bukan tautan"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tetap &lt;di&gt; sini" in page
    assert 'value="bukan tautan"' in page


@pytest.mark.parametrize("path", ["kanal/tambah/", "batas/", "waktu/", "konten/{}/", "komersial/{}/", "kepentingan/"])
@pytest.mark.parametrize("value", ["x" * 100_000, "\x00", "\u202e", "[]", "{{7*7}}", "'; --", "🙂" * 700, " "])
def test_bad_input_never_fails(as_alice: Client, full_draft: MakeDraft, path: str, value: str) -> None:
    names = ["B1", "B2", "B3", "C1", "C3", "C5_1", "C6AE", "C6AE_TEXT", "C7", "D1", "D1B_DATE", "D2_FROM", "D5"]
    names += ["E1", "E2", "E3-TOTAL_FORMS", "E3-0-name", "E3-0-form", "E3-0-starts", "A3", "F3", "kembali"]
    declaration = full_draft()
    assert as_alice.post(at(declaration, path), dict.fromkeys(names, value)).status_code == 422
    later = as_alice.post(at(declaration, path), {**dict.fromkeys(names, [value, value]), "nanti": "1"})
    assert later.status_code in (302, 422)


def test_bytes_that_are_no_text_never_fail(as_alice: Client, full_draft: MakeDraft) -> None:
    for body in (b"C3=%ED%A0%80&C1=%FF", b"\xff\xfe=\xed\xa0\x80", b"&&&===", b""):
        answer = as_alice.post(at(full_draft(), "konten/{}/"), body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422


@pytest.mark.parametrize("path", EDITING)
def test_a_sent_declaration_is_not_edited_and_the_page_says_so(
    as_alice: Client, full_draft: MakeDraft, path: str
) -> None:
    declaration = full_draft()
    Declaration.objects.filter(pk=declaration.pk).update(status=Status.AWAITING_HEAD, submitted_at=clock.now())
    before = state()
    for answer in (as_alice.get(at(declaration, path)), as_alice.post(at(declaration, path), {"nanti": "1"})):
        assert answer.status_code in (409, 405)
        assert answer.status_code == 405 or "sudah terkirim" in answer.content.decode()
    assert state() == before
    assert "sudah terkirim" in as_alice.get(at(declaration, "periksa/")).content.decode()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("@na\u202ema", "tersembunyi"),
        ("@nama\x00", "tersembunyi"),
        ("@n\u0430ma", "hanya mirip"),
        ("youtu.be/x", "video"),
    ],
)
def test_an_address_that_hides_something_is_told_and_kept(
    as_alice: Client, full_draft: MakeDraft, address: str, sentence: str
) -> None:
    answer = as_alice.post(at(full_draft(), "kanal/tambah/"), {**GOOD_CHANNEL, "B2": address})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{address}"' in answer.content.decode()


# -- the session ended while typing --------------------------------------------------------------------------------


def test_what_was_typed_when_the_session_had_ended_is_shown_again(
    client: Client, alice: Employee, full_draft: MakeDraft
) -> None:
    declaration = full_draft()
    url = at(declaration, "konten/{}/")
    assert client.post(url, {"C3": "Lima ratus kata yang panjang."}).status_code == 302
    client.force_login(alice)
    before = state()
    answer = client.get(url + "?simpanan=1")
    assert answer.status_code == 200
    assert "Lima ratus kata yang panjang." in answer.content.decode()
    assert state() == before
