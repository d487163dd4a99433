"""Drafts: numbers, stored answers, what is missing, what sending freezes."""

import json
from datetime import date

import pytest
from django.db import connection

from approvals.catalogue import commitments
from approvals.models import LegalBasis
from declarations import drafts, statements
from declarations.answers import add_channel, elsewhere, items_of, last_duties, save_answers, save_channel_answers
from declarations.drafts import answers_of, content_of, problems
from declarations.facts import facts_of
from declarations.models import Channel, Declaration, DeclarationChannel, SealedAnswers, Snapshot, StatementText
from declarations.numbers import parse_number
from declarations.presentation import sections
from declarations.questions import PAGES
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal.errors import Refused
from portal.people.models import Employee, HeadAssignment
from tests.declarations.conftest import MakeDraft

ON = date(2026, 11, 23)
PAID = SampleChannel("@demo.pasbar.02", "tiktok", answers=PAID_CHANNEL)


def texts(declaration: Declaration) -> list[str]:
    return [problem.text for problem in problems(declaration)]


def test_a_draft_has_the_next_number_of_its_month(alice: Employee, bob: Employee) -> None:
    numbers = [drafts.start(who, on=ON).number for who in (alice, bob)]
    later = drafts.start(alice, on=date(2026, 12, 1)).number
    assert [number[:13] for number in numbers] == ["DK-2611-00001", "DK-2611-00002"]
    assert later.startswith("DK-2612-00001")
    assert all(parse_number(number) == number for number in numbers)


def test_sensitive_answers_are_stored_encrypted_only(full_draft: MakeDraft) -> None:
    declaration = full_draft(C6F="YA", C6F_TEXT="rahasia sekali")
    stored = Declaration.objects.get(pk=declaration.pk)
    assert answers_of(stored)["C6F_TEXT"] == "rahasia sekali"
    assert "C6F_TEXT" not in stored.answers
    assert "F4" not in stored.answers
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM declarations_sealedanswers WHERE declaration_id = %s", [stored.pk])
        assert b"rahasia" not in bytes(cursor.fetchone()[0])


def test_saving_counts_the_revision_and_an_empty_value_takes_the_answer_back(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    before = declaration.revision
    save_answers(declaration, {"D1": "", "F4": ""})
    fresh = Declaration.objects.get(pk=declaration.pk)
    assert fresh.revision == before + 1
    assert "D1" not in answers_of(fresh)
    assert "F4" not in answers_of(fresh)
    assert texts(fresh) == [
        "Bagian 3: Jawab pertanyaan tentang partai, calon, atau tim kampanye",
        "Bagian 3: Pilih kapan Anda membuat konten",
    ]


def test_two_stale_copies_do_not_lose_each_others_answers(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    one, two = (Declaration.objects.get(pk=declaration.pk) for _ in range(2))
    save_answers(one, {"NOTE": "satu"})
    save_answers(two, {"D4": "YA"})
    fresh = Declaration.objects.get(pk=declaration.pk)
    assert (fresh.answers["NOTE"], fresh.answers["D4"]) == ("satu", "YA")


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.DRAFT, Status.RETURNED)])
def test_what_was_sent_cannot_be_edited(full_draft: MakeDraft, status: Status) -> None:
    declaration = full_draft()
    item = items_of(declaration)[0]
    Declaration.objects.filter(pk=declaration.pk).update(status=status)
    with pytest.raises(Refused):
        save_answers(declaration, {"D1": "RUTIN_JAM_KERJA"})
    with pytest.raises(Refused):
        save_channel_answers(item, {"C3": "lain"})


def test_a_complete_draft_has_no_problem(full_draft: MakeDraft) -> None:
    assert problems(full_draft()) == []
    assert problems(full_draft(PAID, **PAID_ANSWERS)) == []


def test_an_empty_draft_asks_for_a_channel_first(alice: Employee) -> None:
    declaration = drafts.start(alice, on=ON)
    assert texts(declaration) == ["Bagian 1: Tambahkan sedikitnya satu kanal"]


def test_every_needed_answer_is_missed_by_name_and_leads_to_its_field(full_draft: MakeDraft) -> None:
    declaration = full_draft(PAID, **PAID_ANSWERS)
    item = items_of(declaration)[0]
    save_channel_answers(item, dict.fromkeys(("C1", "C2", "C3", "C4", "E1", "E2", "E5")))
    missing = problems(declaration)
    assert missing[0].text == "Bagian 2: Pilih sedikitnya satu jenis konten (@demo.pasbar.02)"
    assert missing[0].url == f"/deklarasi/{declaration.number}/konten/{item.pk}/?kembali=periksa#id_C1_0"
    assert [problem.url.partition("#")[2] for problem in missing] == [
        "id_C1_0",
        "id_C2_0",
        "id_C3",
        "id_C4_0",
        "id_E1_0",
    ]


def test_benefit_opens_the_questions_about_benefit(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    save_channel_answers(items_of(declaration)[0], {"E1": "DIRENCANAKAN"})
    codes = [problem.url.partition("#id_")[2].removesuffix("_0") for problem in problems(declaration)]
    assert codes == ["E2", "E5", "E6", "E7", "F1", "F5", "F3"]


def test_a_review_of_a_business_asks_for_the_relation_alone(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    save_channel_answers(items_of(declaration)[0], {"C2": ["ULASAN_PRODUK_USAHA"]})
    assert [problem.url.partition("#")[2] for problem in problems(declaration)] == ["id_F3_0"]


def test_an_unticked_statement_is_missed(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    statements.make(declaration, ["G1", "G3", "G4"])
    assert texts(declaration) == ["Bagian 4: Centang pernyataan bahwa hasil telaah bukan izin"]


def test_a_new_wording_must_be_ticked_anew(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    StatementText.objects.create(code="G1", version=2, body="Teks baru.", effective_from=ON)
    assert len(problems(declaration)) == 1


def test_ticking_again_keeps_the_first_time(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    first = declaration.statements.get(text__code="G1").made_at
    statements.make(declaration, statements.ERRORS)
    assert declaration.statements.get(text__code="G1").made_at == first
    assert declaration.statements.filter(text__code="K").exists()


def test_the_seventh_commitment_names_the_rule_of_the_employment(alice: Employee) -> None:
    assert "94 Tahun 2021" in commitments("pns", ON)[6]
    assert "49 Tahun 2018" in commitments("pppk_pw", ON)[6]
    assert len(commitments("pppk", ON)) == 7
    LegalBasis.objects.filter(code="DISIPLIN-PNS").update(instrument="Peraturan Pemerintah Nomor 1 Tahun 2027")
    assert "Nomor 1 Tahun 2027" in commitments("cpns", ON)[6]


def test_an_official_account_without_benefit_needs_no_declaration(full_draft: MakeDraft) -> None:
    official = SampleChannel("@dinas.contoh", ownership="KEDINASAN")
    assert "tidak perlu dideklarasikan" in texts(full_draft(official))[0]
    paid = SampleChannel("@dinas.contoh2", ownership="KEDINASAN", answers=PAID_CHANNEL)
    assert problems(full_draft(paid, **PAID_ANSWERS)) == []


def test_a_channel_in_another_live_own_declaration_is_a_problem(full_draft: MakeDraft, bob: Employee) -> None:
    first = full_draft()
    second = full_draft()
    assert first.number in texts(second)[0]
    theirs = full_draft(who=bob)
    assert problems(theirs) == []
    Declaration.objects.filter(pk=first.pk).update(status=Status.WITHDRAWN)
    assert problems(second) == []
    Declaration.objects.filter(pk=first.pk).update(status=Status.APPROVED)
    DeclarationChannel.objects.filter(declaration=first).update(excluded=True, excluded_reason="bukan milik pegawai")
    assert elsewhere(second.declarant, "youtube", "demo.pasbar.01", second) is None


def test_a_renewal_may_hold_the_channel_of_what_it_replaces(full_draft: MakeDraft) -> None:
    first, second = full_draft(), full_draft()
    Declaration.objects.filter(pk=second.pk).update(replaces=first)
    assert problems(Declaration.objects.get(pk=second.pk)) == []


def test_more_than_ten_channels_are_refused(full_draft: MakeDraft, alice: Employee) -> None:
    declaration = full_draft(*(SampleChannel(f"@kanal.ke.{number}") for number in range(10)))
    channel = Channel.objects.create(owner=alice, platform="tiktok", handle="sebelas", key="sebelas")
    with pytest.raises(Refused):
        add_channel(declaration, channel)


def test_content_is_plain_data_and_makes_facts(full_draft: MakeDraft, alice: Employee, school: object) -> None:
    HeadAssignment.objects.create(person=alice, opd=alice.unit, starts=date(2020, 1, 1))
    partner = {"name": "CV Maju", "form": "ENDORSE", "sector": "kuliner", "nib": "", "starts": "", "ends": ""}
    paid = SampleChannel("@demo.pasbar.02", "tiktok", answers={**PAID_CHANNEL, "E3": [partner]})
    declaration = full_draft(paid, **PAID_ANSWERS)
    content, sensitive = content_of(declaration, on=ON)
    assert json.loads(json.dumps(content)) == content
    assert len(Snapshot.digest_of(content)) == 64
    assert set(sensitive) == {"F4", "F3", "F8"}
    assert not set(content["answers"]) & {"F4", "F3", "F8"}
    facts = facts_of(content, sensitive)
    assert facts.post.has_subordinates
    assert facts.post.office_code == "DISDIKBUD"
    assert facts.one("F3") == "TIDAK"
    assert facts.partners[0].name == "CV Maju"
    assert [made["code"] for made in content["statements"]] == ["G1", "G2", "G3", "G4", "K"]


def test_one_handle_on_two_platforms_keeps_two_names(full_draft: MakeDraft) -> None:
    """What pays on TikTok must not be read as paying on YouTube, too."""
    partner = {"name": "CV Maju", "form": "ENDORSE", "sector": "kuliner", "nib": "", "starts": "", "ends": ""}
    paid = SampleChannel("@demo.pasbar.02", "tiktok", answers={**PAID_CHANNEL, "E3": [partner]})
    content, sensitive = content_of(full_draft(SampleChannel("@demo.pasbar.02"), paid, **PAID_ANSWERS), on=ON)
    assert [channel["label"] for channel in content["channels"]] == ["@demo.pasbar.02", "@demo.pasbar.02"]
    assert [each.label for each in facts_of(content, sensitive).channels] == [
        "YouTube @demo.pasbar.02",
        "TikTok @demo.pasbar.02",
    ]
    named = {row.channel for section in sections(content, audience="head") for row in section.rows if row.code == "E1"}
    assert named == {"YouTube @demo.pasbar.02", "TikTok @demo.pasbar.02"}


def test_unasked_answers_stay_in_the_draft_and_out_of_the_content(full_draft: MakeDraft) -> None:
    declaration = full_draft(PAID, **PAID_ANSWERS, C8="YA", C8_TEXT="berkas")
    save_channel_answers(items_of(declaration)[0], {"E1": "TIDAK"})
    save_answers(declaration, {"C8": "TIDAK"})
    content, sensitive = content_of(declaration, on=ON)
    assert not {"E6", "E7", "F1", "F5", "C8_TEXT"} & set(content["answers"])
    assert "F3" not in sensitive
    assert not {"E2", "E5"} & set(content["channels"][0]["answers"])
    assert answers_of(declaration)["C8_TEXT"] == "berkas"
    named = drafts.unasked(declaration)
    assert ("Dari mana keuntungan itu?", "@demo.pasbar.02") in named
    assert len(named) == 8


def test_the_family_question_falls_away_without_an_approver(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    _content, sensitive = content_of(declaration, on=ON, approver_known=False)
    assert "F8" not in sensitive


def test_an_unstored_declaration_can_be_previewed(alice: Employee) -> None:
    content, sensitive = content_of(Declaration(declarant=alice), on=ON)
    assert content["channels"] == []
    assert sensitive == {}


def test_duties_of_the_last_declaration_are_offered(full_draft: MakeDraft, alice: Employee, bob: Employee) -> None:
    full_draft(A3=["PENDIDIK"])
    full_draft(who=bob, A3=["KEUANGAN_PAJAK"])
    assert last_duties(alice, drafts.start(alice, on=ON)) == ["PENDIDIK"]


def test_sealed_answers_are_one_row_a_draft(full_draft: MakeDraft) -> None:
    declaration = full_draft()
    save_answers(declaration, {"F4": "YA"})
    save_answers(declaration, {"F8": "YA"})
    assert SealedAnswers.objects.filter(declaration=declaration).count() == 1


def test_every_question_has_a_sentence_for_being_left_out() -> None:
    for questions in PAGES.values():
        assert all(question.error or question.optional for question in questions)


def test_no_two_questions_are_missed_in_the_same_words() -> None:
    sentences = [str(question.error) for questions in PAGES.values() for question in questions if question.error]
    assert len(sentences) == len(set(sentences))
