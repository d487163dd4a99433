"""Rules on what a platform shows (KK-10, SYS-2, SYS-3, SYS-5, SYS-7): never more than a request for clarification."""

from approvals.screening.conflict import INFO, Conflict, Evidence, given, per_channel
from approvals.screening.terms import limit
from declarations.facts import ChannelFacts, Facts, UploadFacts

CODES = frozenset({"KK-10", "SYS-2", "SYS-3", "SYS-5", "SYS-7"})


def uploads_in_working_hours(facts: Facts) -> Conflict | None:
    """KK-10: enough recent uploads, and a good part of them in working hours, although none was declared."""
    if not facts.fixed_hours or facts.one("D1") != "LUAR_JAM_KERJA":
        return None
    days, fewest, share = (limit(facts, "KK-10", name) for name in ("hari", "unggahan", "persen"))
    recent = [upload for upload in facts.uploads if upload.age < days]
    found: list[UploadFacts] = []
    total = 0
    for label in dict.fromkeys(upload.channel for upload in recent):
        mine = [upload for upload in recent if upload.channel == label]
        inside = [upload for upload in mine if upload.at_work]
        if len(mine) >= fewest and 100 * len(inside) >= share * len(mine):
            found += inside
            total += len(mine)
    if not found:
        return None
    evidence = tuple(Evidence("UNGGAHAN", f"{each.when}: {each.title}", each.channel) for each in found)
    return Conflict("KK-10", INFO, given(facts, "D1") + evidence, {"n": str(len(found)), "total": str(total)})


def signs_of_advertising(facts: Facts) -> Conflict | None:
    """SYS-2: no benefit declared, but several descriptions speak of advertising."""
    evidence: tuple[Evidence, ...] = ()
    fewest = limit(facts, "SYS-2", "unggahan")
    for channel in facts.any_channel("E1", "TIDAK"):
        marked = [each for each in facts.uploads if each.channel == channel.label and each.marks]
        if len(marked) >= fewest:
            evidence += per_channel((channel,), "E1") + tuple(_mark(each, channel) for each in marked)
    return Conflict("SYS-2", INFO, evidence) if evidence else None


def _mark(upload: UploadFacts, channel: ChannelFacts) -> Evidence:
    return Evidence("TANDA", f"{upload.when}: {upload.title} ({', '.join(upload.marks)})", channel.label)


def moved_since(facts: Facts) -> Conflict | None:
    """SYS-3: the declarant works elsewhere than when the answers were given."""
    if facts.moved is None:
        return None
    before, now = facts.moved
    return Conflict("SYS-3", INFO, (Evidence("MUTASI", f"{before} → {now}"),))


def sample_of_another_channel(facts: Facts) -> Conflict | None:
    """SYS-5: a sample link leads to somebody else's channel."""
    evidence = tuple(Evidence("CONTOH", f"{each.video}: {each.author}", each.channel) for each in facts.foreign_samples)
    return Conflict("SYS-5", INFO, evidence) if evidence else None


def declared_by_several(facts: Facts) -> Conflict | None:
    """SYS-7: somebody else declares the same channel; who that is stands on the case page only."""
    evidence = tuple(Evidence("KANAL", label, label) for label in facts.shared)
    return Conflict("SYS-7", INFO, evidence) if evidence else None


RULES = (
    uploads_in_working_hours,
    signs_of_advertising,
    moved_since,
    sample_of_another_channel,
    declared_by_several,
)
