"""Rules about the declarant's office: partners and subjects that his own duties reach (KK-01 to KK-07)."""

import re

from approvals.screening.conflict import BLOCK, INFO, UNSURE, WARN, Conflict, among, given, per_channel
from declarations.facts import ChannelFacts, Facts

PAID_COOPERATION = ("ENDORSE", "DUTA_MEREK", "AFILIASI", "BARTER")
OVERSIGHT = ("PENGAWASAN", "PENEGAKAN_PERDA", "KEUANGAN_PAJAK", "BANSOS_HIBAH")
_HEALTH = re.compile(
    r"\b(obat|jamu|herbal|suplemen|vitamin|kosmetik|skincare|klinik|apotek|farmasi|alkes"
    r"|(alat|produk|fasilitas|layanan) kesehatan|rumah sakit|susu formula)",
    re.IGNORECASE,
)
_SCHOOL_GOODS = re.compile(r"\b(buku|seragam|bahan ajar)\b", re.IGNORECASE)


def vendor_of_own_office(facts: Facts) -> Conflict | None:
    """KK-01: who gives the benefit supplies the declarant's own OPD."""
    answer = facts.one("F1")
    if answer != "YA" and answer not in UNSURE:
        return None
    evidence = given(facts, "F1") + per_channel(facts.commercial, "E3")
    return Conflict("KK-01", BLOCK, evidence, unsure=answer in UNSURE)


def buyer_in_paid_cooperation(facts: Facts) -> Conflict | None:
    """KK-03: somebody who procures goods is paid by a business."""
    channels = facts.any_channel("E2", *PAID_COOPERATION)
    if "PENGADAAN" not in facts.many("A3") or not channels:
        return None
    evidence = among(facts, "A3", ["PENGADAAN"]) + per_channel(channels, "E2", *PAID_COOPERATION)
    return Conflict("KK-03", WARN, evidence + per_channel(channels, "E3"))


def licensing_officer_reviews(facts: Facts) -> Conflict | None:
    """KK-04: a licensing officer shows businesses that may ask him for a licence."""
    subject = facts.one("F2")
    reviews = facts.any_channel("C2", "ULASAN_PRODUK_USAHA")
    if "PERIZINAN" not in facts.many("A3") or not (subject == "YA" or subject in UNSURE or reviews):
        return None
    paid = [channel for channel in reviews if channel in facts.commercial]
    sure, unsure = subject == "YA" or bool(paid), subject in UNSURE
    evidence = among(facts, "A3", ["PERIZINAN"])
    if subject != "TIDAK":
        evidence += given(facts, "F2")
    evidence += per_channel(reviews, "C2", "ULASAN_PRODUK_USAHA") + per_channel(facts.commercial, "E1")
    return Conflict("KK-04", BLOCK if sure or unsure else WARN, evidence, unsure=unsure and not sure)


def overseer_with_his_subject(facts: Facts) -> Conflict | None:
    """KK-05: inspection, enforcement, tax or grants meet those they are about."""
    subject = facts.one("F2")
    if not facts.many("A3") & set(OVERSIGHT) or (subject != "YA" and subject not in UNSURE):
        return None
    evidence = among(facts, "A3", OVERSIGHT) + given(facts, "F2")
    return Conflict("KK-05", BLOCK, evidence, unsure=subject in UNSURE)


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
    buyer_in_paid_cooperation,
    licensing_officer_reviews,
    overseer_with_his_subject,
    teacher_sells_lessons,
    health_worker_promotes,
)
