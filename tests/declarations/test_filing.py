"""Channels, benefit, checking, mending: what the pages of filing do with what is typed."""

import pytest
from django.test import Client

from declarations import drafts
from declarations.answers import answers_of, items_of, save_channel_answers
from declarations.models import Channel, Declaration, DeclarationChannel
from declarations.samples import PAID_ANSWERS, SampleChannel
from declarations.status import Status
from portal import clock
from portal.people.models import Employee
from tests.declarations.conftest import FIRST, GOOD_CHANNEL, PAID, MakeDraft, at

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
    """[W09]"""
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
