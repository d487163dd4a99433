"""Rules about where a benefit comes from (KK-14 to KK-22)."""

from approvals.screening.conflict import BLOCK, INFO, WARN, Conflict, among, given, per_channel, registers, sectors
from approvals.screening.terms import limit
from declarations.facts import Facts

SERVED_OR_LED = ("PESERTA_DIDIK_SENDIRI", "PASIEN", "BAWAHAN", "PENERIMA_LAYANAN")


def platform_income(facts: Facts) -> Conflict | None:
    """KK-14: the platform's advertising or membership programme pays."""
    channels = facts.any_channel("E2", "IKLAN_PLATFORM", "KEANGGOTAAN")
    if not channels:
        return None
    return Conflict("KK-14", WARN, per_channel(channels, "E2", "IKLAN_PLATFORM", "KEANGGOTAAN"))


def gifts_of_viewers(facts: Facts) -> Conflict | None:
    """KK-15: viewers give; grave when they are people he serves or leads, or a gift was not reported."""
    channels = facts.any_channel("E2", "HADIAH_LIVE", "DONASI")
    if not channels:
        return None
    tied = among(facts, "F5", SERVED_OR_LED)
    unreported = given(facts, "E6") if facts.one("E6") == "BELUM" else ()
    givers = {each.name for channel in channels for each in channel.partners if each.form in ("HADIAH_LIVE", "DONASI")}
    rows = [each for each in facts.registered if each.own and each.sure and each.partner in givers]
    evidence = per_channel(channels, "E2", "HADIAH_LIVE", "DONASI") + tied + unreported + registers(rows)
    return Conflict("KK-15", BLOCK if tied or unreported or rows else WARN, evidence)


def affiliate_links(facts: Facts) -> Conflict | None:
    """KK-16: links that earn a commission; grave in a line of business that is sensitive for the office."""
    channels = facts.any_channel("E2", "AFILIASI")
    if not channels:
        return None
    labels = {channel.label for channel in channels}
    sector = [each for each in facts.sensitive if each.channel in labels and each.form in ("", "AFILIASI")]
    evidence = per_channel(channels, "E2", "AFILIASI") + per_channel(channels, "E3") + sectors(sector)
    return Conflict("KK-16", BLOCK if sector else WARN, evidence)


def endorsement(facts: Facts) -> Conflict | None:
    """KK-17: paid or bartered promotion; grave for officials up to an echelon."""
    channels = facts.any_channel("E2", "ENDORSE", "BARTER")
    if not channels:
        return None
    evidence = per_channel(channels, "E2", "ENDORSE", "BARTER") + per_channel(channels, "E3")
    senior = facts.post.up_to_echelon(limit(facts, "KK-17", "eselon"))
    return Conflict("KK-17", BLOCK if senior else WARN, evidence)


def brand_ambassador(facts: Facts) -> Conflict | None:
    """KK-18: a contract as the face of a brand."""
    channels = facts.any_channel("E2", "DUTA_MEREK")
    if not channels:
        return None
    return Conflict("KK-18", BLOCK, per_channel(channels, "E2", "DUTA_MEREK") + per_channel(channels, "E3"))


def own_business(facts: Facts) -> Conflict | None:
    """KK-19: the channel promotes the declarant's own business; grave from a grade and an echelon up."""
    shop, owned = facts.any_channel("E2", "TOKO_SENDIRI"), facts.any_channel("E5", "PRIBADI")
    if not shop and not owned:
        return None
    post = facts.post
    barred = post.from_grade(limit(facts, "KK-19", "golongan")) or post.up_to_echelon(limit(facts, "KK-19", "eselon"))
    permitted = facts.one("E7") == "ADA"
    evidence = per_channel(shop, "E2", "TOKO_SENDIRI") + per_channel(owned, "E5") + given(facts, "E7")
    return Conflict("KK-19", BLOCK if barred else INFO if permitted else WARN, evidence)


def multi_level_marketing(facts: Facts) -> Conflict | None:
    """KK-20: recruiting or selling down a line; grave when it reaches pupils, patients or subordinates."""
    channels = facts.any_channel("E2", "MLM")
    if not channels:
        return None
    reached = among(facts, "F5", ("BAWAHAN", "PASIEN", "PESERTA_DIDIK_SENDIRI"))
    return Conflict("KK-20", BLOCK if reached else WARN, per_channel(channels, "E2", "MLM") + reached)


def gambling(facts: Facts) -> Conflict | None:
    """KK-21: gambling is promoted."""
    channels = facts.any_channel("E2", "PERJUDIAN")
    return Conflict("KK-21", BLOCK, per_channel(channels, "E2", "PERJUDIAN")) if channels else None


def risky_investment(facts: Facts) -> Conflict | None:
    """KK-22: crypto, foreign exchange, binary options, loans or investments are promoted."""
    channels = facts.any_channel("E2", "INVESTASI_KRIPTO_VALAS")
    return Conflict("KK-22", BLOCK, per_channel(channels, "E2", "INVESTASI_KRIPTO_VALAS")) if channels else None


RULES = (
    platform_income,
    gifts_of_viewers,
    affiliate_links,
    endorsement,
    brand_ambassador,
    own_business,
    multi_level_marketing,
    gambling,
    risky_investment,
)
