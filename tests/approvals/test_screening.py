"""Every rule: an answer set that fires it, and the nearest one that does not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from approvals.initial_texts import RULES as TEXTS
from approvals.screening import RULES, screen
from declarations.facts import ChannelFacts, Facts, Partner, Post, Registered, SampleFacts, Sensitive, UploadFacts
from declarations.models import PolicyMode
from declarations.samples import CLEAN_ANSWERS, CLEAN_CHANNEL, PAID_ANSWERS, PAID_CHANNEL

TEACHER = Post(
    "pns", "III/c", "", "Guru Ahli Muda", "fungsional", "SD Negeri 91", "sekolah", "Dinas Pendidikan", "DISDIKBUD"
)
KABID = Post(
    "pns",
    "IV/a",
    "III.b",
    "Kepala Bidang Perizinan",
    "struktural",
    "DPMPTSP",
    "opd",
    "Dinas Penanaman Modal",
    "DPMPTSP",
)
NURSE = Post("pppk", "VII", "", "Perawat Terampil", "fungsional", "Puskesmas", "puskesmas", "Dinas Kesehatan", "DINKES")
PART_TIME = Post(
    "pppk_pw", "V", "", "Operator", "pelaksana", "SD Negeri 92", "sekolah", "Dinas Pendidikan", "DISDIKBUD"
)
FREE, PAID = {}, PAID_CHANNEL


def facts(
    answers: Mapping[str, Any] | None = None,
    *channels: Mapping[str, Any],
    post: Post = TEACHER,
    election: str = "",
    partner: Partner | None = None,
) -> Facts:
    """Return clean facts with these answers on top; without channels there is one unpaid channel."""
    sets = [{"B3": "PRIBADI", "B5": "TIDAK", **CLEAN_CHANNEL, **channel} for channel in channels or (FREE,)]
    paid = any(each["E1"] != "TIDAK" for each in sets)
    return Facts(
        post=post,
        answers={**CLEAN_ANSWERS, **(PAID_ANSWERS if paid else {}), **(answers or {})},
        channels=tuple(
            ChannelFacts(f"@uji.{index}", "youtube", each, (partner,) if partner else ())
            for index, each in enumerate(sets, start=1)
        ),
        on=date(2026, 11, 23),
        election=election,
    )


def upload(at_work: bool, *, age: int = 3, marks: tuple[str, ...] = ()) -> UploadFacts:
    return UploadFacts("@uji.1", "Pecahan", "20 November 2026 pukul 10.00 WIB", at_work, age, marks)


def read(*uploads: UploadFacts) -> Facts:
    return replace(facts(), uploads=uploads)


def fired(case: Facts, mode: PolicyMode = PolicyMode.CONFLICT) -> dict[str, str]:
    return {conflict.code: conflict.severity.value for conflict in screen(case, mode)}


def paid(*forms: str, **answers: Any) -> dict[str, Any]:
    return {**PAID_CHANNEL, "E2": list(forms), **answers}


LIVE = {"D2": "YA", "D2_FROM": "10:00", "D2_TO": "11:00"}
LETTER = {"D1": "TUGAS_KEDINASAN", "D1B_NUMBER": "800/1", "D1B_DATE": "2026-11-01", "D1B_SIGNER": "Kepala Dinas"}
HEALTHY = Partner("Apotek Contoh", "ENDORSE", "apotek")
CAFE = Partner("Kedai Contoh", "ENDORSE", "kuliner")
REVIEW = {"C2": ["KULINER", "ULASAN_PRODUK_USAHA"]}
MLM, GIFT, SHOP = paid("MLM"), paid("HADIAH_LIVE"), paid("TOKO_SENDIRI")


def listed(
    registry: str,
    *,
    own: bool = True,
    sure: bool = True,
    form: str = "ENDORSE",
    post: Post = TEACHER,
    answers: Mapping[str, Any] | None = None,
) -> Facts:
    """Return a case whose partner a register knows."""
    row = Registered(registry, 7, "CV Kedai", CAFE.name, "@uji.1", sure, own, "Dinas Contoh", "CV Kedai: contoh")
    case = facts(answers, paid(form), post=post, partner=replace(CAFE, form=form))
    return replace(case, registered=(row,))


def in_sector(form: str, answers: Mapping[str, Any] | None = None) -> Facts:
    return replace(facts(answers, paid(form)), sensitive=(Sensitive("@uji.1", form, 8, "kuliner: kuliner"),))


# code, severity ("" = does not fire), facts
CASES: list[tuple[str, str, Facts]] = [
    ("KK-01", "block", facts({"F1": "YA"}, PAID)),
    ("KK-01", "warn", facts({"F1": "TIDAK_TAHU"}, PAID)),
    ("KK-01", "", facts({"F1": "TIDAK"}, PAID)),
    ("KK-01", "block", listed("vendor")),
    ("KK-01", "warn", listed("vendor", sure=False)),
    ("KK-01", "", listed("vendor", own=False)),
    ("KK-02", "info", listed("vendor", own=False)),
    ("KK-02", "warn", listed("vendor", own=False, post=KABID)),
    ("KK-02", "warn", listed("vendor", own=False, answers={"A3": ["PENGADAAN"]})),
    ("KK-02", "info", listed("vendor", own=False, sure=False, answers={"A3": ["PENGADAAN"]})),
    ("KK-02", "", listed("vendor")),
    ("KK-03", "block", listed("vendor", own=False, answers={"A3": ["PENGADAAN"]})),
    ("KK-03", "warn", listed("vendor", own=False, sure=False, answers={"A3": ["PENGADAAN"]})),
    ("KK-03", "block", in_sector("ENDORSE", {"A3": ["PENGADAAN"]})),
    ("KK-03", "warn", facts({"A3": ["PENGADAAN"]}, paid("ENDORSE"))),
    ("KK-03", "", facts({"A3": ["PENGADAAN"]}, paid("IKLAN_PLATFORM"))),
    ("KK-03", "", facts({"A3": ["KEUANGAN_PAJAK"]}, paid("ENDORSE"))),
    ("KK-04", "block", facts({"A3": ["PERIZINAN"], "F2": "YA"})),
    ("KK-04", "warn", facts({"A3": ["PERIZINAN"], "F2": "TIDAK_TAHU"})),
    ("KK-04", "warn", facts({"A3": ["PERIZINAN"]}, REVIEW)),
    ("KK-04", "block", facts({"A3": ["PERIZINAN"]}, {**PAID, **REVIEW})),
    ("KK-04", "warn", facts({"A3": ["PERIZINAN"]}, REVIEW, paid("IKLAN_PLATFORM"))),
    ("KK-04", "", facts({"A3": ["PERIZINAN"]}, PAID)),
    ("KK-04", "", facts({"A3": ["PENDIDIK"], "F2": "YA"}, REVIEW)),
    ("KK-04", "block", listed("permit", answers={"A3": ["PERIZINAN"]})),
    ("KK-04", "warn", listed("permit", own=False, sure=False, answers={"A3": ["PERIZINAN"]})),
    ("KK-04", "", listed("permit")),
    ("KK-05", "block", listed("supervised", answers={"A3": ["PENGAWASAN"]})),
    ("KK-05", "warn", listed("supervised", sure=False, answers={"A3": ["PENGAWASAN"]})),
    ("KK-05", "", listed("supervised", own=False, answers={"A3": ["PENGAWASAN"]})),
    ("KK-05", "block", facts({"A3": ["PENGAWASAN"], "F2": "YA"})),
    ("KK-05", "warn", facts({"A3": ["BANSOS_HIBAH"], "F2": "TIDAK_TAHU"})),
    ("KK-05", "", facts({"A3": ["PENGAWASAN"], "F2": "TIDAK"})),
    ("KK-05", "", facts({"A3": ["PERIZINAN"], "F2": "YA"})),
    ("KK-06", "block", facts({"A3": ["PENDIDIK"], "F5": ["PESERTA_DIDIK_SENDIRI"]}, paid("KURSUS_LES"))),
    ("KK-06", "info", facts({"A3": ["PENDIDIK"], "F5": ["TIDAK"]}, paid("KURSUS_LES"))),
    ("KK-06", "info", facts({"A3": ["PENDIDIK"]}, PAID, partner=Partner("Toko", "ENDORSE", "buku pelajaran"))),
    ("KK-06", "", facts({"A3": ["PENDIDIK"]}, paid("IKLAN_PLATFORM"))),
    ("KK-07", "block", facts({"A3": ["TENAGA_KESEHATAN"]}, PAID, partner=HEALTHY)),
    ("KK-07", "warn", facts({"A3": ["TENAGA_KESEHATAN"]}, {"C2": ["KESEHATAN", "ULASAN_PRODUK_USAHA"]})),
    ("KK-07", "block", facts({"A3": ["TENAGA_KESEHATAN"]}, {**PAID, "C2": ["KESEHATAN", "ULASAN_PRODUK_USAHA"]})),
    ("KK-07", "", facts({"A3": ["TENAGA_KESEHATAN"]}, {**PAID, "C2": ["KESEHATAN"]}, partner=CAFE)),
    ("KK-07", "", facts({"A3": ["PENDIDIK"]}, PAID, partner=HEALTHY)),
    ("KK-08", "block", facts({"D5": ["PASIEN"], "D5_PERMIT": "YA"})),
    ("KK-08", "block", facts({"D5": ["PESERTA_DIDIK"], "D5_PERMIT": "TIDAK"})),
    ("KK-08", "warn", facts({"D5": ["PESERTA_DIDIK"], "D5_PERMIT": "YA"})),
    ("KK-08", "", facts({"D5": ["BAWAHAN"], "D5_PERMIT": "TIDAK"})),
    ("KK-09", "block", facts({"D1": "KADANG_JAM_KERJA"})),
    ("KK-09", "block", facts({"D1": "RUTIN_JAM_KERJA"})),
    ("KK-09", "", facts({"D1": "LUAR_JAM_KERJA"})),
    ("KK-09", "", facts(LETTER)),
    ("KK-09", "block", facts({**LIVE, "D2_DAYS": ["1"]})),
    ("KK-09", "", facts({**LIVE, **LETTER, "D2_DAYS": ["1"]})),
    ("KK-09", "block", facts({**LIVE, **LETTER, "D1B_NUMBER": " ", "D2_DAYS": ["1"]})),
    ("KK-09", "", facts({**LIVE, "D2_DAYS": ["6", "7"]})),
    ("KK-09", "", facts({**LIVE, "D2_DAYS": ["1"]}, post=PART_TIME)),
    ("KK-11", "block", facts({"D4": "KADANG"}, PAID)),
    ("KK-11", "block", facts({}, {**PAID, "B5": "YA"})),
    ("KK-11", "info", facts({}, {"B5": "YA"}, paid("IKLAN_PLATFORM"))),
    ("KK-11", "warn", facts({"D4": "YA"}, {"C1": ["LAINNYA"]})),
    ("KK-11", "info", facts({"D4": "YA"}, {"C1": ["LAINNYA", "EDUKATIF"]})),
    ("KK-11", "", facts({"D4": "TIDAK"}, {**PAID, "B5": "KADANG"})),
    ("KK-12", "warn", facts({"D3": ["INTERNET"]})),
    ("KK-12", "block", facts({"D3": ["RUANG"]}, PAID)),
    ("KK-12", "", facts({"D3": ["RUANG"], **LETTER}, PAID)),
    ("KK-12", "", facts({"D3": ["TIDAK_ADA"]}, PAID)),
    ("KK-13", "warn", facts({"D5": ["BAWAHAN"]}, post=KABID)),
    ("KK-13", "block", facts({"F5": ["BAWAHAN"]}, PAID, post=KABID)),
    ("KK-13", "", facts({"D5": ["BAWAHAN"]}, post=TEACHER)),
    ("KK-14", "warn", facts({}, paid("IKLAN_PLATFORM"))),
    ("KK-14", "warn", facts({}, paid("KEANGGOTAAN"))),
    ("KK-14", "", facts({}, paid("DONASI"))),
    ("KK-15", "block", listed("permit", form="DONASI")),
    ("KK-15", "warn", listed("permit", form="DONASI", own=False)),
    ("KK-15", "warn", facts({}, GIFT)),
    ("KK-15", "block", facts({"F5": ["PENERIMA_LAYANAN"]}, GIFT)),
    ("KK-15", "block", facts({"E6": "BELUM"}, paid("DONASI"))),
    ("KK-15", "", facts({"F5": ["PENERIMA_LAYANAN"], "E6": "BELUM"}, paid("ENDORSE"))),
    ("KK-16", "block", in_sector("AFILIASI")),
    ("KK-16", "warn", facts({}, paid("AFILIASI"))),
    ("KK-16", "", facts({}, paid("ENDORSE"))),
    ("KK-17", "warn", facts({}, paid("BARTER"))),
    ("KK-17", "block", facts({}, paid("ENDORSE"), post=KABID)),
    ("KK-17", "", facts({}, paid("AFILIASI"), post=KABID)),
    ("KK-18", "block", facts({}, paid("DUTA_MEREK"))),
    ("KK-18", "", facts({}, paid("ENDORSE"))),
    ("KK-19", "block", facts({"E7": "ADA"}, SHOP, post=KABID)),
    ("KK-19", "warn", facts({"E7": "TIDAK_ADA"}, SHOP)),
    ("KK-19", "info", facts({"E7": "ADA"}, paid("LAINNYA", E5="PRIBADI"))),
    ("KK-19", "", facts({"E7": "TIDAK_ADA"}, paid("LAINNYA", E5="KELUARGA"), post=KABID)),
    ("KK-20", "warn", facts({"F5": ["TIDAK"]}, MLM)),
    ("KK-20", "block", facts({"F5": ["PASIEN"]}, MLM)),
    ("KK-20", "warn", facts({"F5": ["PENERIMA_LAYANAN"]}, MLM)),
    ("KK-20", "", facts({"F5": ["PASIEN"]}, paid("TOKO_SENDIRI"))),
    ("KK-21", "block", facts({}, paid("PERJUDIAN"))),
    ("KK-21", "", facts({}, paid("LAINNYA"))),
    ("KK-22", "block", facts({}, paid("INVESTASI_KRIPTO_VALAS"))),
    ("KK-22", "", facts({}, paid("LAINNYA"))),
    ("KK-23", "block", facts({"C6F": "YA"})),
    ("KK-23", "warn", facts({"C6F": "TIDAK_YAKIN"})),
    ("KK-23", "warn", facts({"F4": "YA"})),
    ("KK-23", "block", facts({"F4": "YA"}, election="Pilkada")),
    ("KK-23", "", facts({"C6F": "TIDAK", "F4": "TIDAK"}, election="Pilkada")),
    ("KK-24", "block", listed("vendor", answers={"F3": "ANAK"})),
    ("KK-24", "warn", listed("vendor", own=False, answers={"F3": "ANAK"})),
    ("KK-24", "", listed("vendor", answers={"F3": "TIDAK"})),
    ("KK-24", "warn", facts({}, {"B3": "KELUARGA"})),
    ("KK-24", "warn", facts({"F3": "ANAK"}, PAID)),
    ("KK-24", "warn", facts({}, paid("LAINNYA", E5="KELUARGA"))),
    ("KK-24", "", facts({"F3": "TIDAK"}, {**PAID, "B3": "BERSAMA"})),
    ("KK-25", "block", facts({"C8": "YA"})),
    ("KK-25", "warn", facts({"C8": "TIDAK_YAKIN"})),
    ("KK-25", "", facts({"C8": "TIDAK"})),
    ("SYS-1", "info", facts({"F8": "YA"})),
    ("SYS-1", "", facts({"F8": "TIDAK"})),
    ("SYS-4", "block", facts({}, {**PAID, "B3": "KEDINASAN"})),
    ("SYS-4", "", facts({}, {"B3": "KEDINASAN"}, PAID)),
    ("KK-10", "info", read(*[upload(True)] * 2, *[upload(False)] * 3)),
    ("KK-10", "", read(*[upload(True)] * 4)),
    ("KK-10", "", read(*[upload(True)], *[upload(False)] * 4)),
    ("KK-10", "", read(*[upload(True, age=30)] * 9)),
    ("KK-10", "", replace(read(*[upload(True)] * 9), fixed_hours=False)),
    ("KK-10", "", replace(read(*[upload(True)] * 9), answers={**CLEAN_ANSWERS, "D1": "KADANG_JAM_KERJA"})),
    ("SYS-2", "info", read(*[upload(False, marks=("shopee",))] * 2)),
    ("SYS-2", "", read(upload(False, marks=("shopee",)))),
    ("SYS-3", "info", replace(facts(), moved=("Guru, SD A", "Guru, SD B"))),
    ("SYS-3", "", facts()),
    ("SYS-5", "info", replace(facts(), foreign_samples=(SampleFacts("@uji.1", "aaaaaaaaaaa", "Orang lain"),))),
    ("SYS-5", "", facts()),
    ("SYS-7", "info", replace(facts(), shared=("@uji.1",))),
    ("SYS-7", "", facts()),
    ("SYS-6", "warn", facts({"C6AE": "YA"})),
    ("SYS-6", "warn", facts({"C6AE": "TIDAK_YAKIN", "C6G": "YA"})),
    ("SYS-6", "info", facts({"C6G": "TIDAK_YAKIN"})),
    ("SYS-6", "", facts({"C6F": "YA"})),
]


@pytest.mark.parametrize(
    ("code", "severity", "case"), CASES, ids=[f"{row[0]}-{row[1]}-{n}" for n, row in enumerate(CASES)]
)
def test_rule_fires_as_the_catalogue_says(code: str, severity: str, case: Facts) -> None:
    assert fired(case).get(code, "") == severity


def test_every_rule_has_a_case_that_fires_and_one_that_does_not() -> None:
    codes = set(TEXTS) - {"KOM-00"}
    assert {code for code, severity, _ in CASES if severity} == codes
    assert {code for code, severity, _ in CASES if not severity} == codes
    assert len(RULES) == len(codes)


def test_clean_answers_raise_nothing_in_either_policy() -> None:
    assert fired(facts()) == fired(facts(), PolicyMode.STRICT) == {}


@pytest.mark.parametrize("e1", ["SUDAH", "DIRENCANAKAN"])
def test_strict_policy_flags_every_benefit(e1: str) -> None:
    assert fired(facts({}, paid("LAINNYA", E1=e1)), PolicyMode.STRICT) == {"KOM-00": "block"}


def test_policy_by_conflict_warns_of_a_running_benefit_and_is_silent_about_a_planned_one() -> None:
    assert fired(facts({}, paid("LAINNYA"))) == {"KOM-00": "warn"}
    assert fired(facts({}, paid("LAINNYA", E1="DIRENCANAKAN"))) == {}


def test_policy_by_conflict_blocks_beside_a_grave_kk_rule_only() -> None:
    assert fired(facts({}, paid("DUTA_MEREK")))["KOM-00"] == "block"
    assert fired(facts({}, paid("ENDORSE")))["KOM-00"] == "warn"
    assert fired(facts({}, {**paid("LAINNYA"), "B3": "KEDINASAN"})) == {"KOM-00": "warn", "SYS-4": "block"}


def test_commercial_clause_is_shown_first() -> None:
    assert screen(facts({"C8": "YA"}, PAID), PolicyMode.STRICT)[0].code == "KOM-00"


def test_teacher_giving_public_lessons_without_own_pupils() -> None:
    case = facts({"A3": ["PENDIDIK"]}, paid("KURSUS_LES"))
    assert fired(case) == {"KOM-00": "warn", "KK-06": "info"}
    assert fired(case, PolicyMode.STRICT) == {"KOM-00": "block", "KK-06": "info"}


def test_nurse_explains_vaccination_unpaid_in_uniform() -> None:
    case = facts({"A3": ["TENAGA_KESEHATAN"], "D4": "YA"}, {"C2": ["KESEHATAN"]}, post=NURSE)
    assert fired(case) == fired(case, PolicyMode.STRICT) == {"KK-11": "info"}


@pytest.mark.parametrize("mode", PolicyMode)
def test_head_of_licensing_reviews_a_cafe_for_pay(mode: PolicyMode) -> None:
    case = facts({"A3": ["PERIZINAN"], "F2": "YA"}, {**PAID, **REVIEW}, post=KABID, partner=CAFE)
    found = fired(case, mode)
    assert (found["KK-04"], found["KOM-00"]) == ("block", "block")


def test_evidence_names_question_value_and_channel() -> None:
    case = facts({"A3": ["PENDIDIK", "PERIZINAN"]}, REVIEW)
    (conflict,) = screen(case, PolicyMode.STRICT)
    assert [(each.code, each.value, each.channel) for each in conflict.evidence] == [
        ("A3", ["PERIZINAN"], ""),
        ("C2", ["ULASAN_PRODUK_USAHA"], "@uji.1"),
    ]


@pytest.mark.parametrize("case", [row[2] for row in CASES])
def test_a_fired_rule_always_has_evidence(case: Facts) -> None:
    assert all(conflict.evidence for mode in PolicyMode for conflict in screen(case, mode))


def test_answers_that_are_missing_altogether_raise_nothing() -> None:
    empty = Facts(post=TEACHER, answers={}, channels=(ChannelFacts("@x", "youtube", {}),), on=date(2026, 11, 23))
    assert fired(empty, PolicyMode.STRICT) == {}
