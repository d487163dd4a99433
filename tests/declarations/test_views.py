"""The declarant's pages: one's own only, saved from the first step, never a failure, nothing written by looking."""

from typing import Any

import pytest
from django.test import Client

from declarations import drafts
from declarations.answers import answers_of, items_of, save_channel_answers
from declarations.drafts import problems
from declarations.models import Channel, Declaration, DeclarationChannel
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from portal.people.models import Employee
from tests.declarations.conftest import MakeDraft

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
GOOD_CHANNEL = {"B1": "youtube", "B2": "@demo.pasbar.09", "B3": "PRIBADI", "B5": "TIDAK", "B6": "LT1K"}
FIRST = SampleChannel("@demo.pasbar.01")
PAID = SampleChannel("@demo.pasbar.02", "tiktok", answers=PAID_CHANNEL)


def at(declaration: Declaration, path: str = "") -> str:
    item = declaration.items.first()
    return f"/deklarasi/{declaration.number}/{path.format(item.pk if item else 0)}"


def state() -> list[Any]:
    """Everything that a page of filing could change."""
    return [
        list(Declaration.objects.order_by("pk").values_list("pk", "answers", "revision", "status", "edited_at")),
        list(DeclarationChannel.objects.order_by("pk").values_list("pk", "answers", "channel_id")),
        list(Channel.objects.order_by("pk").values()),
    ]


# -- whose ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PER_NUMBER + PER_ITEM)
def test_another_persons_number_does_not_exist(as_bob: Client, full_draft: MakeDraft, path: str) -> None:
    declaration = full_draft()
    before = state()
    assert as_bob.get(at(declaration, path)).status_code == 404
    assert as_bob.post(at(declaration, path), {"D1": "LUAR_JAM_KERJA", "salin": "1"}).status_code in (404, 405)
    assert state() == before


@pytest.mark.parametrize("path", PER_ITEM)
def test_a_channel_of_another_declaration_does_not_exist(
    as_alice: Client, full_draft: MakeDraft, bob: Employee, path: str
) -> None:
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


@pytest.mark.parametrize(
    "number", ["DK-2611-00001-0", "x", "%00", "DK-2611-00001-7%00", "dk-2611-00001-7", "%ED%A0%80", "9" * 300]
)
def test_a_number_that_is_none_answers_404(as_alice: Client, number: str) -> None:
    assert as_alice.get(f"/deklarasi/{number}/periksa/").status_code == 404


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


# -- channels ------------------------------------------------------------------------------------------------------


def test_the_same_channel_twice_is_told(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    typed = {**GOOD_CHANNEL, "B2": "https://m.youtube.com/@Demo.Pasbar.01?si=x"}
    answer = as_alice.post(at(declaration, "kanal/tambah/"), typed)
    assert answer.status_code == 422
    assert "Kanal ini sudah Anda masukkan" in answer.content.decode()
    assert Channel.objects.count() == 1


def test_a_channel_of_another_own_declaration_is_told_with_a_link(as_alice: Client, full_draft: MakeDraft) -> None:
    first = full_draft()
    second = full_draft(SampleChannel("@kanal.lain"))
    answer = as_alice.post(at(second, "kanal/tambah/"), {**GOOD_CHANNEL, "B2": "@demo.pasbar.01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/deklarasi/{first.number}/"' in page


def test_another_persons_channel_is_never_mentioned(as_alice: Client, full_draft: MakeDraft, bob: Employee) -> None:
    theirs = full_draft(who=bob)
    mine = full_draft(SampleChannel("@kanal.lain"))
    answer = as_alice.post(at(mine, "kanal/tambah/"), {**GOOD_CHANNEL, "B2": "@demo.pasbar.01"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert theirs.number not in page
    assert "Bob" not in page
    assert Channel.objects.filter(key="demo.pasbar.01").count() == 2


def test_a_changed_address_keeps_the_answers_of_the_channel(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    item = declaration.items.get()
    answer = as_alice.post(at(declaration, "kanal/{}/ubah/"), {**GOOD_CHANNEL, "B2": "@demo.pasbar.77"})
    assert answer.status_code == 302
    fresh = DeclarationChannel.objects.select_related("channel").get(pk=item.pk)
    assert fresh.channel.label == "@demo.pasbar.77"
    assert fresh.answers == item.answers
    assert not Channel.objects.filter(key="demo.pasbar.01").exists()


def test_removing_asks_once_and_takes_the_channel_out(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    page = as_alice.get(at(declaration, "kanal/{}/hapus/")).content.decode()
    assert "Hapus @demo.pasbar.01" in page
    assert as_alice.post(at(declaration, "kanal/{}/hapus/")).status_code == 302
    assert not declaration.items.exists()
    answer = as_alice.post(at(declaration, "kanal/"))
    assert answer.status_code == 422
    assert "Tambahkan sedikitnya satu kanal" in answer.content.decode()


def test_an_official_account_without_benefit_is_told_that_it_needs_nothing(
    as_alice: Client, full_draft: MakeDraft
) -> None:
    declaration = full_draft(SampleChannel("@dinas.contoh", ownership="KEDINASAN", answers={"E1": ""}))
    answer = as_alice.post(at(declaration, "komersial/{}/"), {"E1": "TIDAK"}, follow=True)
    assert "tidak perlu dideklarasikan" in answer.content.decode()


def test_answers_are_copied_from_the_channel_before(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft(FIRST, PAID, **PAID_ANSWERS)
    first, second = items_of(declaration)
    save_channel_answers(second, dict.fromkeys(("C1", "C2", "C3", "C4")))
    url = f"/deklarasi/{declaration.number}/konten/{second.pk}/"
    assert f'name="salin" value="{first.pk}"' in as_alice.get(url).content.decode()
    assert as_alice.post(url, {"salin": str(first.pk)}).status_code == 302
    assert DeclarationChannel.objects.get(pk=second.pk).answers["C3"] == first.answers["C3"]
    for wrong in ("0", "x", "9" * 30, "-1", ""):
        assert as_alice.post(url, {"salin": wrong}).status_code == 404


# -- benefit without JavaScript ------------------------------------------------------------------------------------


def test_one_more_partner_keeps_the_page_and_saves_nothing(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    typed = {"E1": "SUDAH", "E3-TOTAL_FORMS": "1", "E3-0-name": "CV Maju", "tambah": "1"}
    answer = as_alice.post(at(declaration, "komersial/{}/"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="CV Maju"' in page
    assert 'name="E3-1-name"' in page
    assert declaration.items.get().answers["E1"] == "TIDAK"


def test_partners_left_behind_by_a_no_are_no_error(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft(PAID, **PAID_ANSWERS)
    typed = {"E1": "TIDAK", "E3-TOTAL_FORMS": "1", "E3-0-sector": "tanpa nama"}
    assert as_alice.post(at(declaration, "komersial/{}/"), typed).status_code == 302


def test_the_page_of_gratification_is_skipped_without_benefit(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    assert as_alice.get(at(declaration, "komersial/")).headers["Location"] == at(declaration, "komersial/{}/")


# -- check ---------------------------------------------------------------------------------------------------------


def test_a_change_from_the_check_page_leads_back_there(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    page = as_alice.get(at(declaration, "periksa/")).content.decode()
    assert f"{at(declaration, 'konten/{}/')}?kembali=periksa#id_C3" in page
    typed = {"C1": ["INSPIRATIF"], "C2": ["AGAMA"], "C3": "Baru.", "C4": "YA"}
    answer = as_alice.post(at(declaration, "konten/{}/") + "?kembali=periksa", typed)
    assert answer.headers["Location"] == at(declaration, "periksa/")


def test_a_change_that_opens_questions_leads_to_them_first(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    typed = {"E1": "SUDAH", "E2": ["ENDORSE"], "E5": "TIDAK", "E3-TOTAL_FORMS": "1"}
    answer = as_alice.post(at(declaration, "komersial/{}/") + "?kembali=periksa", typed)
    assert answer.headers["Location"].startswith(at(declaration, "komersial/") + "?kembali=periksa")


def test_the_check_page_lists_what_is_missing_once_sending_was_tried(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft(D1="")
    assert "Ada yang perlu diperbaiki" not in as_alice.get(at(declaration, "periksa/")).content.decode()
    page = as_alice.get(at(declaration, "periksa/") + "?lengkapi=1").content.decode()
    assert "Bagian 3: Pilih kapan Anda membuat konten" in page
    assert "Belum diisi" in page


def test_answers_that_are_not_sent_are_named(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft(C8="TIDAK", C8_TEXT="berkas lama")
    page = as_alice.get(at(declaration, "periksa/")).content.decode()
    assert "Jawaban yang tidak ikut terkirim" in page
    assert "Jelaskan data atau dokumen apa" in page


def test_resuming_leads_to_the_first_gap(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft(D1="")
    assert as_alice.get(at(declaration, "lanjut/")).headers["Location"] == at(declaration, "waktu/")
    complete = full_draft(SampleChannel("@kanal.lain"))
    assert as_alice.get(at(complete, "lanjut/")).headers["Location"] == at(complete, "periksa/")


# -- returned, sent, withdrawn -------------------------------------------------------------------------------------


def test_a_returned_case_is_mended_in_free_order(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    Declaration.objects.filter(pk=declaration.pk).update(status=Status.RETURNED, submitted_at=clock.now())
    answer = as_alice.post(at(declaration, "batas/"), {"nanti": "1"})
    assert answer.headers["Location"] == "/deklarasi/"
    typed = {"D1": "KADANG_JAM_KERJA", "D2": "TIDAK", "D3": ["RUANG"], "D4": "TIDAK", "D5": ["TIDAK"]}
    assert as_alice.post(at(declaration, "waktu/"), typed).headers["Location"] == at(declaration, "perbaiki/")
    page = as_alice.get(at(declaration, "perbaiki/") + "?centang=1").content.decode()
    assert "Centang bahwa Anda sudah memperbaiki" in page
    assert answers_of(Declaration.objects.get(pk=declaration.pk))["D1"] == "KADANG_JAM_KERJA"


def test_the_receipt_of_a_draft_leads_to_the_check_page(as_alice: Client, full_draft: MakeDraft) -> None:
    declaration = full_draft()
    assert as_alice.get(at(declaration, "terkirim/")).headers["Location"] == at(declaration, "periksa/")


@pytest.mark.parametrize(("status", "code"), [(Status.AWAITING_HEAD, 200), (Status.APPROVED, 409)])
def test_only_what_may_be_withdrawn_offers_it(
    as_alice: Client, full_draft: MakeDraft, status: Status, code: int
) -> None:
    declaration = full_draft()
    Declaration.objects.filter(pk=declaration.pk).update(status=status)
    assert as_alice.get(at(declaration, "tarik/")).status_code == code


def test_pressing_start_twice_starts_once(as_alice: Client, alice: Employee) -> None:
    first, second = (as_alice.post("/deklarasi/baru/").headers["Location"] for _ in range(2))
    assert first == second
    as_alice.post(first, GOOD_CHANNEL)
    assert as_alice.post("/deklarasi/baru/").headers["Location"] != first
    assert Declaration.objects.filter(declarant=alice).count() == 2


def test_the_number_of_drafts_grows_only_by_pressing_start(as_alice: Client, alice: Employee) -> None:
    as_alice.get("/deklarasi/baru/")
    assert not Declaration.objects.exists()
    drafts.start(alice, on=clock.today())
    assert "Lanjutkan draf" in as_alice.get("/deklarasi/baru/").content.decode()


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
