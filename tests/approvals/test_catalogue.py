"""The rows behind the rules: seeded once, in force by date, worded for head and reviewer."""

from dataclasses import replace
from datetime import date

import pytest

from approvals.catalogue import describe, policy_on
from approvals.initial_texts import BASES, MEASURES, RULES, load
from approvals.models import ControlMeasure, LegalBasis, Policy, RuleText
from approvals.screening import screen
from declarations.models import PolicyMode
from declarations.samples import PAID_CHANNEL
from tests.approvals.test_screening import CAFE, KABID, NURSE, REVIEW, facts

ON = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def test_the_migration_seeds_everything_unverified() -> None:
    assert set(LegalBasis.objects.values_list("code", flat=True)) == set(BASES)
    assert not LegalBasis.objects.exclude(verified_at=None).exists()
    assert set(RuleText.objects.values_list("code", flat=True)) == set(RULES)
    assert set(ControlMeasure.objects.values_list("code", flat=True)) == set(MEASURES)
    assert not RuleText.objects.filter(bases=None).exists()


def test_loading_again_leaves_corrected_rows_alone() -> None:
    from django.apps import apps

    LegalBasis.objects.filter(code="GURU").update(clause="Pasal 999")
    RuleText.objects.get(code="KK-06").bases.clear()
    load(apps.get_model)
    assert LegalBasis.objects.get(code="GURU").clause == "Pasal 999"
    assert not RuleText.objects.get(code="KK-06").bases.exists()


def test_policy_in_force_by_date() -> None:
    Policy.objects.create(mode=PolicyMode.CONFLICT, effective_from=date(2026, 12, 1), reason="uji")
    assert policy_on(date(2026, 11, 30)).mode == PolicyMode.STRICT
    assert policy_on(date(2026, 12, 1)).mode == PolicyMode.CONFLICT
    assert policy_on(date(2020, 1, 1)).mode == PolicyMode.STRICT


def test_paid_review_is_described_with_reason_evidence_and_bases() -> None:
    case = facts({"A3": ["PERIZINAN"], "F2": "YA"}, {**PAID_CHANNEL, **REVIEW}, post=KABID, partner=CAFE)
    found = {each["code"]: each for each in describe(screen(case, PolicyMode.STRICT), case, on=ON)}
    licensing = found["KK-04"]
    assert licensing["severity"] == "block"
    assert licensing["name"] == "Petugas perizinan mengulas usaha yang dilayani"
    assert {"code": "A3", "question": "Apa tugas Anda saat ini?", "answer": "Perizinan"} in licensing["evidence"]
    assert [row["answer"] for row in licensing["evidence"] if row["code"] == "F2"] == ["Ya"]
    assert licensing["bases"][0] == {"code": "PAN-17", "text": "PermenPANRB 17/2024", "verified": False}
    assert "dari Kedai Contoh" in found["KK-17"]["reason"]
    assert set(found) >= {"KOM-00", "KK-04", "KK-17"}


def test_partner_without_a_name_is_worded() -> None:
    case = facts({"F1": "YA"}, PAID_CHANNEL)
    reasons = {each["code"]: each["reason"] for each in describe(screen(case, PolicyMode.STRICT), case, on=ON)}
    assert "{" not in "".join(reasons.values())
    assert "pihak yang bekerja sama adalah atau mungkin adalah penyedia" in reasons["KK-01"]


def test_a_name_that_looks_like_a_placeholder_stays_text() -> None:
    case = facts({"F1": "YA"}, PAID_CHANNEL, partner=replace(CAFE, name="{opd} {0.__class__}"))
    reasons = {each["code"]: each["reason"] for each in describe(screen(case, PolicyMode.STRICT), case, on=ON)}
    assert "{opd} {0.__class__}" in reasons["KK-01"]


def test_sensitive_answers_are_flagged_and_never_copied() -> None:
    case = facts({"F4": "YA", "F3": "SUAMI_ISTRI", "C8": "YA", "C8_TEXT": "peta"}, PAID_CHANNEL)
    rows = [row for each in describe(screen(case, PolicyMode.STRICT), case, on=ON) for row in each["evidence"]]
    hidden = {row["code"]: row["answer"] for row in rows if row.get("sensitive")}
    assert set(hidden) == {"F4", "F3", "C8_TEXT"}
    assert "istri" not in hidden["F3"].lower()
    assert hidden["C8_TEXT"] == "peta"


def test_discipline_of_pns_is_not_held_against_pppk() -> None:
    answers = {"D4": "YA"}
    pppk = facts(answers, post=NURSE)
    (worded,) = describe(screen(pppk, PolicyMode.STRICT), pppk, on=ON)
    assert [basis["code"] for basis in worded["bases"]] == ["PAKAIAN", "PP-49"]
    pns = facts(answers)
    (worded,) = describe(screen(pns, PolicyMode.STRICT), pns, on=ON)
    assert [basis["code"] for basis in worded["bases"]] == ["PP-94-3F", "PAKAIAN"]


def test_a_rule_switched_off_or_not_yet_in_force_asks_nothing() -> None:
    case = facts({"C8": "YA"})
    conflicts = screen(case, PolicyMode.STRICT)
    assert describe(conflicts, case, on=date(2025, 11, 2)) == []
    RuleText.objects.create(
        code="KK-25", version=2, name="Baru", reason="Baru", topic="Baru", effective_from=date(2026, 11, 20)
    )
    assert [(each["version"], each["name"]) for each in describe(conflicts, case, on=ON)] == [(2, "Baru")]
    RuleText.objects.filter(code="KK-25", version=2).update(active=False)
    assert describe(conflicts, case, on=ON) == []
    assert [each["version"] for each in describe(conflicts, case, on=date(2026, 11, 19))] == [1]
