"""Rules about neutrality, family, official secrets and banned content (KK-23 to KK-25, SYS-1, SYS-4, SYS-6)."""

from approvals.screening.conflict import BLOCK, INFO, UNSURE, WARN, Conflict, given, per_channel, registers
from declarations.facts import Facts


def practical_politics(facts: Facts) -> Conflict | None:
    """KK-23: parties or candidates; grave when content was partisan, and in an election period."""
    content, family = facts.one("C6F"), facts.one("F4") == "YA"
    declared = content == "YA" or content in UNSURE
    if not declared and not family:
        return None
    sure = content == "YA" or (family and bool(facts.election))
    evidence = (given(facts, "C6F") if declared else ()) + (given(facts, "F4") if family else ())
    return Conflict("KK-23", BLOCK if declared or sure else WARN, evidence, unsure=declared and not sure)


def family_interest(facts: Facts) -> Conflict | None:
    """KK-24: the channel or the promoted business belongs to the family; grave when his own office knows it."""
    channels = per_channel(facts.any_channel("B3", "KELUARGA"), "B3")
    business = given(facts, "F3") if facts.one("F3") not in ("", "TIDAK") else ()
    business += per_channel(facts.any_channel("E5", "KELUARGA"), "E5")
    if not channels and not business:
        return None
    rows = [each for each in facts.registered if each.own and each.sure] if business else []
    return Conflict("KK-24", BLOCK if rows else WARN, channels + business + registers(rows))


def unpublished_information(facts: Facts) -> Conflict | None:
    """KK-25: documents or data of the office that are not public."""
    answer = facts.one("C8")
    if answer != "YA" and answer not in UNSURE:
        return None
    return Conflict("KK-25", BLOCK, given(facts, "C8", "C8_TEXT"), unsure=answer in UNSURE)


def approver_is_family(facts: Facts) -> Conflict | None:
    """SYS-1: the official who would decide is family; the route already passes over him."""
    return Conflict("SYS-1", INFO, given(facts, "F8")) if facts.one("F8") == "YA" else None


def official_account_earns(facts: Facts) -> Conflict | None:
    """SYS-4: an official account brings a benefit."""
    channels = [each for each in facts.any_channel("B3", "KEDINASAN") if each in facts.commercial]
    if not channels:
        return None
    return Conflict("SYS-4", BLOCK, per_channel(channels, "B3") + per_channel(channels, "E1"))


def barred_content(facts: Facts) -> Conflict | None:
    """SYS-6: content that the circular bars for everybody; what it was is read by BKPSDM only."""
    answers = {code: facts.one(code) for code in ("C6AE", "C6G")}
    hits = [code for code, answer in answers.items() if answer == "YA" or answer in UNSURE]
    if not hits:
        return None
    return Conflict("SYS-6", WARN, given(facts, *hits), unsure=all(answers[code] in UNSURE for code in hits))


RULES = (
    practical_politics,
    family_interest,
    unpublished_information,
    approver_is_family,
    official_account_earns,
    barred_content,
)
