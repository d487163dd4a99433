"""Rules about the declarant's office: partners and subjects that his own duties reach (KK-01 to KK-07)."""

import re
from collections.abc import Iterable

from approvals.screening.conflict import (
    BLOCK,
    INFO,
    UNSURE,
    WARN,
    Conflict,
    among,
    given,
    only_similar,
    per_channel,
    registers,
    sectors,
)
from approvals.screening.terms import limit
from declarations.facts import ChannelFacts, Facts, Registered

PAID_COOPERATION = ("ENDORSE", "DUTA_MEREK", "AFILIASI", "BARTER")
OVERSIGHT = ("PENGAWASAN", "PENEGAKAN_PERDA", "KEUANGAN_PAJAK", "BANSOS_HIBAH")
_HEALTH = re.compile(
    r"\b(obat|jamu|herbal|suplemen|vitamin|kosmetik|skincare|klinik|apotek|farmasi|alkes"
    r"|(alat|produk|fasilitas|layanan) kesehatan|rumah sakit|susu formula)",
    re.IGNORECASE,
)
_SCHOOL_GOODS = re.compile(r"\b(buku|seragam|bahan ajar)\b", re.IGNORECASE)


def vendor_of_own_office(facts: Facts) -> Conflict | None:
    """KK-01: who gives the benefit supplies the declarant's own OPD, by his answer or by the register."""
    answer, rows = facts.one("F1"), facts.known_as("vendor")
    declared = answer == "YA" or answer in UNSURE
    if not declared and not rows:
        return None
    evidence = given(facts, "F1") + per_channel(facts.commercial, "E3") if declared else ()
    sure = answer == "YA" or any(row.sure for row in rows)
    similar = "" if declared else only_similar(rows)
    return Conflict("KK-01", BLOCK, evidence + registers(rows), _partners(rows), not sure, similar)


def vendor_of_another_office(facts: Facts) -> Conflict | None:
    """KK-02: the partner supplies another OPD; weightier for officials and for those who buy or pay."""
    rows = facts.known_as("vendor", own=False)
    if not rows:
        return None
    duties = among(facts, "A3", ("PENGADAAN", "KEUANGAN_PAJAK"))
    heavy = bool(duties) or facts.post.up_to_echelon(limit(facts, "KK-02", "eselon"))
    numbers = {**_partners(rows), "opd_lain": ", ".join(dict.fromkeys(row.office for row in rows))}
    similar = only_similar(rows)
    return Conflict("KK-02", WARN if heavy else INFO, duties + registers(rows), numbers, bool(similar), similar)


def _partners(rows: Iterable[Registered]) -> dict[str, str]:
    """Return what stands for {mitra}: the partners a register knows, where it knows any."""
    named = ", ".join(dict.fromkeys(row.partner for row in rows))
    return {"mitra": named} if named else {}


def buyer_in_paid_cooperation(facts: Facts) -> Conflict | None:
    """KK-03: somebody who procures goods is paid by a business; grave with a vendor or in a sensitive sector."""
    channels = facts.any_channel("E2", *PAID_COOPERATION)
    if "PENGADAAN" not in facts.many("A3") or not channels:
        return None
    evidence = among(facts, "A3", ["PENGADAAN"]) + per_channel(channels, "E2", *PAID_COOPERATION)
    labels = {channel.label for channel in channels}
    sector = [each for each in facts.sensitive if each.channel in labels]
    rows = [each for each in facts.known_as("vendor", own=False) if each.sure]
    evidence += per_channel(channels, "E3") + sectors(sector) + registers(rows)
    return Conflict("KK-03", BLOCK if sector or rows else WARN, evidence)


def licensing_officer_reviews(facts: Facts) -> Conflict | None:
    """KK-04: a licensing officer shows businesses that hold or may ask for a licence."""
    subject = facts.one("F2")
    reviews = facts.any_channel("C2", "ULASAN_PRODUK_USAHA")
    rows = facts.known_as("permit") + facts.known_as("permit", own=False)
    if "PERIZINAN" not in facts.many("A3") or not (subject == "YA" or subject in UNSURE or reviews or rows):
        return None
    paid = [channel for channel in reviews if channel in facts.commercial]
    sure = subject == "YA" or bool(paid) or any(row.sure for row in rows)
    unsure = subject in UNSURE or bool(rows)
    evidence = among(facts, "A3", ["PERIZINAN"])
    if subject != "TIDAK":
        evidence += given(facts, "F2")
    evidence += per_channel(reviews, "C2", "ULASAN_PRODUK_USAHA") + per_channel(facts.commercial, "E1")
    similar = "" if sure or subject in UNSURE or reviews else only_similar(rows)
    kind = BLOCK if sure or unsure else WARN
    return Conflict("KK-04", kind, evidence + registers(rows), _partners(rows), unsure and not sure, similar)


def overseer_with_his_subject(facts: Facts) -> Conflict | None:
    """KK-05: inspection, enforcement, tax or grants meet those they are about."""
    subject = facts.one("F2")
    declared, rows = subject == "YA" or subject in UNSURE, facts.known_as("supervised")
    if not facts.many("A3") & set(OVERSIGHT) or not (declared or rows):
        return None
    evidence = among(facts, "A3", OVERSIGHT) + (given(facts, "F2") if declared else ()) + registers(rows)
    sure = subject == "YA" or any(row.sure for row in rows)
    return Conflict("KK-05", BLOCK, evidence, _partners(rows), not sure, "" if declared else only_similar(rows))


def teacher_sells_lessons(facts: Facts) -> Conflict | None:
    """KK-06: a teacher sells lessons or books; grave only when his own pupils buy."""
    channels = [channel for channel in facts.channels if _sells_lessons(channel)]
    if "PENDIDIK" not in facts.many("A3") or not channels:
        return None
    own_pupils = among(facts, "F5", ["PESERTA_DIDIK_SENDIRI"])
    evidence = among(facts, "A3", ["PENDIDIK"]) + per_channel(channels, "E2", "KURSUS_LES")
    return Conflict("KK-06", BLOCK if own_pupils else INFO, evidence + own_pupils)


def _sells_lessons(channel: ChannelFacts) -> bool:
    goods = any(_SCHOOL_GOODS.search(partner.sector) for partner in channel.partners)
    return "KURSUS_LES" in channel.many("E2") or goods


def health_worker_promotes(facts: Facts) -> Conflict | None:
    """KK-07: a health worker promotes medicines, devices, cosmetics, supplements or clinics."""
    partnered = [each for each in facts.channels if any(_HEALTH.search(partner.sector) for partner in each.partners)]
    reviewing = [each for each in facts.channels if each.many("C2") >= {"KESEHATAN", "ULASAN_PRODUK_USAHA"}]
    if "TENAGA_KESEHATAN" not in facts.many("A3") or not (partnered or reviewing):
        return None
    paid = partnered or [each for each in reviewing if each in facts.commercial]
    evidence = among(facts, "A3", ["TENAGA_KESEHATAN"]) + per_channel(partnered, "E3")
    evidence += per_channel(reviewing, "C2", "KESEHATAN", "ULASAN_PRODUK_USAHA") + per_channel(paid, "E1")
    return Conflict("KK-07", BLOCK if paid else WARN, evidence)


RULES = (
    vendor_of_own_office,
    vendor_of_another_office,
    buyer_in_paid_cooperation,
    licensing_officer_reviews,
    overseer_with_his_subject,
    teacher_sells_lessons,
    health_worker_promotes,
)
