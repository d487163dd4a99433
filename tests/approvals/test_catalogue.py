"""The rows behind the rules: seeded once, in force by date, worded for head and reviewer."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from approvals.catalogue import book_of, describe, policy_on, rule_texts
from approvals.initial_texts import BASES, MEASURES, RULES, load
from approvals.models import ControlMeasure, LegalBasis, Policy, RuleText
from approvals.screening import screen
from approvals.screening.terms import BRANCHES, LIMITS
from approvals.submission import judge
from declarations.facts import Facts
from declarations.models import PolicyMode
from declarations.samples import PAID_CHANNEL
from portal import clock
from tests.approvals.test_screening import CAFE, KABID, NURSE, REVIEW, facts, upload
from tests.factories import World, sent

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


def judged(case: Facts, on: date = ON) -> dict[str, dict[str, Any]]:
    """Judge as `submission.judge` does, on a day and with the policy that reads commerce by conflict."""
    texts = rule_texts(on)
    conflicts = screen(case, PolicyMode.CONFLICT, book_of(texts))
    return {each["code"]: each for each in describe(conflicts, case, on=on, texts=texts)}


def next_version(code: str, since: date = ON, **changes: Any) -> RuleText:
    row = RuleText.objects.filter(code=code).latest("version")
    row.pk, row.version, row.effective_from = None, row.version + 1, since
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


def test_every_row_holds_the_severity_of_each_branch_and_the_thresholds() -> None:
    for row in RuleText.objects.all():
        assert set(row.levels) == {level.value for level in BRANCHES[row.code]}, row.code
        assert set(row.limits) == set(LIMITS.get(row.code, {})), row.code
    assert set(BRANCHES) == set(RULES)
    assert RuleText.objects.get(code="KK-24").source == "SK2"
    assert RuleText.objects.get(code="KK-09").source == ""


def test_the_row_decides_the_severity_and_unsure_stays_one_lower() -> None:
    sure, unsure = facts({"C8": "YA"}), facts({"C8": "TIDAK_YAKIN"})
    assert (judged(sure)["KK-25"]["severity"], judged(unsure)["KK-25"]["severity"]) == ("block", "warn")
    next_version("KK-25", levels={"block": "warn"})
    assert (judged(sure)["KK-25"]["severity"], judged(unsure)["KK-25"]["severity"]) == ("warn", "info")
    assert judged(sure, date(2026, 11, 22))["KK-25"]["severity"] == "block"


def test_the_commercial_clause_looks_at_the_severities_in_force() -> None:
    case = facts({"C8": "YA"}, PAID_CHANNEL)
    assert judged(case)["KOM-00"]["severity"] == "block"
    next_version("KK-25", levels={"block": "warn"})
    assert judged(case)["KOM-00"]["severity"] == "warn"
    next_version("KOM-00", active=False)
    assert "KOM-00" not in judged(case)


def test_a_rule_switched_off_weighs_nothing_in_the_commercial_clause() -> None:
    case = facts({"C8": "YA"}, PAID_CHANNEL)
    next_version("KK-25", active=False)
    assert (set(judged(case)), judged(case)["KOM-00"]["severity"]) == ({"KOM-00", "KK-17"}, "warn")


def test_the_row_decides_the_thresholds() -> None:
    uploads = tuple([upload(True)] * 2 + [upload(False)] * 3)
    case = replace(facts(), uploads=uploads)
    assert judged(case)["KK-10"]["version"] == 1
    next_version("KK-10", limits={"hari": 30, "unggahan": 5, "persen": 60})
    assert judged(case) == {}
    assert judged(replace(case, uploads=tuple([upload(True)] * 5)))["KK-10"]["version"] == 2
    next_version("KK-10", limits={"hari": 3, "unggahan": 5, "persen": 10})
    assert judged(case) == {}
    kabid = facts({}, {**PAID_CHANNEL, "E2": ["ENDORSE"]}, post=KABID)
    assert judged(kabid)["KK-17"]["severity"] == "block"
    next_version("KK-17", limits={"eselon": 2})
    assert judged(kabid)["KK-17"]["severity"] == "warn"


def test_a_planned_version_waits_for_its_day_and_a_cancelled_one_never_comes(db: None) -> None:
    case, later = facts({"C8": "YA"}), date(2026, 12, 1)
    planned = next_version("KK-25", later, levels={"block": "info"})
    assert planned.planned(ON)
    assert (judged(case)["KK-25"]["version"], judged(case, later)["KK-25"]["version"]) == (1, 2)
    officer = World().administrator
    RuleText.objects.filter(pk=planned.pk).update(cancelled_by=officer, cancelled_at=clock.now())
    assert judged(case, later)["KK-25"]["version"] == 1


def test_a_finding_keeps_the_version_that_judged_it() -> None:
    case = sent(World().teacher, D1="RUTIN_JAM_KERJA")
    with clock.pretend(clock.now()):
        next_version("KK-09", clock.today(), name="Nama baru", reason="Kalimat baru", levels={"block": "info"})
    snapshot = case.snapshot
    assert snapshot is not None
    old = snapshot.findings.get(code="KK-09")
    assert (old.version, old.severity, old.name) == (1, "block", "Dibuat atau disiarkan pada jam kerja")
    new = judge(facts({"D1": "RUTIN_JAM_KERJA"}), PolicyMode.STRICT)[0]
    assert (new["version"], new["severity"], new["name"]) == (2, "info", "Nama baru")
