"""Rules about time, means and people shown (KK-08, KK-09, KK-11 to KK-13)."""

from approvals.screening.conflict import BLOCK, INFO, WARN, Conflict, Evidence, among, benefits, given, per_channel
from approvals.screening.hours import overlaps, plan_of
from declarations.facts import Facts

SERVED = ("PASIEN", "PESERTA_DIDIK", "PENERIMA_LAYANAN")
MEANS = ("RUANG", "PERANGKAT", "INTERNET", "KENDARAAN", "AKUN_RESMI")


def shows_people_served(facts: Facts) -> Conflict | None:
    """KK-08: patients, pupils or people being served appear; grave without written permission, always for patients."""
    shown = among(facts, "D5", SERVED)
    if not shown:
        return None
    grave = facts.one("D5_PERMIT") != "YA" or "PASIEN" in facts.many("D5")
    return Conflict("KK-08", BLOCK if grave else WARN, shown + given(facts, "D5_PERMIT"))


def in_working_hours(facts: Facts) -> Conflict | None:
    """KK-09: made or broadcast in working hours without an assignment letter."""
    at_work = facts.one("D1") in ("KADANG_JAM_KERJA", "RUTIN_JAM_KERJA")
    live = _live_in_working_hours(facts)
    if not (at_work or live) or has_assignment_letter(facts):
        return None
    evidence = given(facts, "D1") if at_work else ()
    return Conflict("KK-09", BLOCK, evidence + (given(facts, "D2_DAYS", "D2_FROM", "D2_TO") if live else ()))


def _live_in_working_hours(facts: Facts) -> bool:
    schedule = facts.answers.get("D2_DAYS") or (), facts.one("D2_FROM"), facts.one("D2_TO")
    return facts.one("D2") == "YA" and overlaps(*schedule, plan_of(facts))


def has_assignment_letter(facts: Facts) -> bool:
    """Tell whether the activity is an official duty with number, date and signer of the letter."""
    letter = ("D1B_NUMBER", "D1B_DATE", "D1B_SIGNER")
    return facts.one("D1") == "TUGAS_KEDINASAN" and all(facts.one(code).strip() for code in letter)


def official_attributes(facts: Facts) -> Conflict | None:
    """KK-11: uniform, emblem or the declarant's office appear; grave together with a benefit."""
    uniform = facts.one("D4") in ("YA", "KADANG")
    named = facts.any_channel("B5", "YA")
    if not uniform and not named:
        return None
    channels = facts.channels if uniform else named
    paid = [channel for channel in channels if channel in facts.commercial]
    other_only = any(channel.many("C1") == {"LAINNYA"} for channel in channels)
    evidence: tuple[Evidence, ...] = given(facts, "D4") if uniform else ()
    evidence += per_channel(named, "B5") + per_channel(paid, "E1")
    return Conflict("KK-11", BLOCK if paid else WARN if other_only else INFO, evidence)


def office_means(facts: Facts) -> Conflict | None:
    """KK-12: office means are used outside an official duty."""
    used = among(facts, "D3", MEANS)
    if not used or facts.one("D1") == "TUGAS_KEDINASAN":
        return None
    return Conflict("KK-12", BLOCK if facts.commercial else WARN, used + benefits(facts))


def subordinates(facts: Facts) -> Conflict | None:
    """KK-13: a superior involves or sells to the people under him."""
    involved = among(facts, "D5", ["BAWAHAN"]) + among(facts, "F5", ["BAWAHAN"])
    if not involved or not facts.post.has_subordinates:
        return None
    return Conflict("KK-13", BLOCK if facts.commercial else WARN, involved + benefits(facts))


RULES = (shows_people_served, in_working_hours, official_attributes, office_means, subordinates)
