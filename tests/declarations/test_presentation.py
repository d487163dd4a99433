"""Answers in words: who sees what, the few facts of a mail, what changed."""

from datetime import date

from declarations.answers import items_of, save_answers, save_channel_answers
from declarations.drafts import content_of
from declarations.models import Channel
from declarations.presentation import differences, key_facts, sections
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from tests.declarations.conftest import MakeDraft

ON = date(2026, 11, 23)


def rows(content: dict, sensitive: dict | None, audience: str) -> dict[str, str]:
    return {row.code: row.value for part in sections(content, sensitive, audience=audience) for row in part.rows}


def test_the_head_sees_no_sensitive_answer_even_when_given(full_draft: MakeDraft) -> None:
    content, sensitive = content_of(full_draft(C6F="YA", C6F_TEXT="isi", C8="YA", C8_TEXT="berkas"), on=ON)
    shown = rows(content, sensitive, "head")
    assert not {"C6F_TEXT", "C8_TEXT", "F4", "F3", "F8", "G1"} & set(shown)
    assert shown["C6F"] == "Ya"


def test_the_reviewer_sees_sensitive_answers_only_when_they_are_opened(full_draft: MakeDraft) -> None:
    content, sensitive = content_of(full_draft(C6F="YA", C6F_TEXT="isi"), on=ON)
    assert "C6F_TEXT" not in rows(content, None, "reviewer")
    assert rows(content, sensitive, "reviewer")["C6F_TEXT"] == "isi"


def test_the_declarant_sees_everything_in_words(full_draft: MakeDraft) -> None:
    partner = {
        "name": "CV Maju",
        "form": "ENDORSE",
        "sector": "kuliner",
        "nib": "1234567890123",
        "starts": "2026-01-05",
    }
    paid = SampleChannel(
        "@demo.pasbar.02", "tiktok", answers={**PAID_CHANNEL, "E3": [partner], "C1": ["EDUKATIF", "LAINNYA"]}
    )
    declaration = full_draft(
        paid,
        **PAID_ANSWERS,
        D1="TUGAS_KEDINASAN",
        D1B_NUMBER="1/ST",
        D1B_DATE="2026-11-03",
        D1B_SIGNER="Kepala Dinas",
        D2="YA",
        D2_DAYS=["1", "7"],
        D2_FROM="19:30",
        D2_TO="21:00",
    )
    shown = rows(*content_of(declaration, on=ON), "declarant")
    assert shown["B2"] == "TikTok · @demo.pasbar.02\nhttps://www.tiktok.com/@demo.pasbar.02"
    assert shown["D1B_DATE"] == "3 November 2026"
    assert shown["D2_DAYS"] == "Senin\nMinggu"
    assert shown["D2_FROM"] == "19.30 WIB"
    assert shown["E3"] == "CV Maju (Endorse atau konten bersponsor; kuliner; NIB 1234567890123; sejak 5 Januari 2026)"
    assert shown["C1"].startswith("Edukatif: ")
    assert "teks versi 1" in shown["G1"]


def test_key_facts_say_the_same_of_all_channels_once(full_draft: MakeDraft) -> None:
    two = (SampleChannel("@satu.kanal"), SampleChannel("@dua.kanal", "tiktok"))
    facts = dict(key_facts(content_of(full_draft(*two), on=ON)[0]))
    assert facts == {
        "Kanal": "YouTube @satu.kanal, TikTok @dua.kanal",
        "Isi": "Edukatif – pendidikan",
        "Waktu": "Selalu di luar jam kerja",
        "Keuntungan": "Tidak",
    }


def test_key_facts_tell_channels_apart_when_they_differ(full_draft: MakeDraft) -> None:
    two = (SampleChannel("@satu.kanal"), SampleChannel("@dua.kanal", "tiktok", answers=PAID_CHANNEL))
    facts = dict(key_facts(content_of(full_draft(*two, **PAID_ANSWERS), on=ON)[0]))
    assert facts["Keuntungan"] == "@satu.kanal: Tidak\n@dua.kanal: Ya, sudah: Endorse atau konten bersponsor"


def test_key_facts_of_an_empty_draft_do_not_fail(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    save_answers(declaration, {"D1": ""})
    save_channel_answers(items_of(declaration)[0], {"C1": None, "E1": None})
    assert dict(key_facts(content_of(declaration, on=ON)[0]))["Waktu"] == "Tidak diisi"


def test_unknown_stored_values_are_shown_as_they_are(full_draft: MakeDraft) -> None:
    declaration = full_draft(D1="HAPUS_DARI_DAFTAR", D1B_DATE="kemarin")
    assert rows(*content_of(declaration, on=ON), "declarant")["D1"] == "HAPUS_DARI_DAFTAR"


def test_differences_name_changed_answers_and_whether_they_are_decisive(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    old = content_of(declaration, on=ON)[0]
    save_answers(declaration, {"D1": "KADANG_JAM_KERJA", "D4": "YA"})
    save_channel_answers(items_of(declaration)[0], {"C3": "Isi baru."})
    changes = {change.code: change for change in differences(old, content_of(declaration, on=ON)[0])}
    assert set(changes) == {"D1", "D4", "C3"}
    assert (changes["D1"].old, changes["D1"].new) == ("Selalu di luar jam kerja", "Kadang pada jam kerja")
    assert (changes["D1"].decisive, changes["D4"].decisive, changes["C3"].decisive) == (True, False, False)
    assert changes["C3"].channel == "@demo.pasbar.01"


def test_a_new_and_a_removed_channel_are_decisive_changes(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    old = content_of(declaration, on=ON)[0]
    channel = Channel.objects.create(owner=declaration.declarant, platform="tiktok", handle="baru", key="baru")
    declaration.items.update(channel=channel)
    changes = differences(old, content_of(declaration, on=ON)[0])
    assert [(change.code, change.decisive) for change in changes] == [("B2", True), ("B2", True)]
    assert differences(old, old) == []


def test_status_of_the_sample_is_a_draft(full_draft: MakeDraft) -> None:
    assert full_draft().status == Status.DRAFT
