"""What the registers know about a declaration's partners, frozen into the facts for the rules."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations.facts import Facts, Registered, Sensitive
from declarations.models import Declaration
from declarations.registries.matching import Asked, Certainty, Match, election, match, sectors, touches
from declarations.registries.models import Entry, Registry
from portal.dates import short_date

_HOW = {
    Certainty.CERTAIN: gettext_lazy("NIB sama"),
    Certainty.PROBABLE: gettext_lazy("nama sama"),
    Certainty.POSSIBLE: gettext_lazy("nama mirip"),
}
_AS = {
    Registry.VENDOR: gettext_lazy("penyedia"),
    Registry.PERMIT: gettext_lazy("pemegang izin"),
    Registry.SUPERVISED: gettext_lazy("objek pengawasan"),
}


@translation.override("id")
def added(facts: Facts, declaration: Declaration) -> Facts:
    """Return the facts with what the registers know; at most three queries however many partners there are."""
    office = declaration.declarant.office
    office_id = office.pk if office else None
    partners = {
        (channel.label, partner.name, partner.nib): Asked(partner.name, partner.nib)
        for channel in facts.channels
        for partner in channel.partners
    }
    found = match(partners.values(), on=facts.on) if partners else []
    return replace(
        facts,
        registered=tuple(_registered(partners.items(), found, office_id)),
        sensitive=tuple(_sensitive(facts, office_id)),
        election=election(facts.on) if facts.one("F4") == "YA" else "",
    )


def _registered(
    partners: Iterable[tuple[tuple[str, str, str], Asked]], found: list[Match], office_id: int | None
) -> Iterator[Registered]:
    for (label, name, _nib), asked in partners:
        for hit in found:
            if hit.asked == asked:
                yield Registered(
                    registry=hit.entry.registry,
                    entry=hit.entry.pk,
                    name=hit.entry.name,
                    partner=name,
                    channel=label,
                    sure=hit.certainty != Certainty.POSSIBLE,
                    own=_of_office(hit.entry, office_id),
                    office=str(hit.entry.opd or ""),
                    told=_told(hit),
                )


def _of_office(row: Entry, office_id: int | None) -> bool:
    """Tell whether a row is of this office, or of a unit below it."""
    return office_id is not None and row.opd is not None and office_id in (row.opd_id, row.opd.office_id)


def _told(hit: Match) -> str:
    row = hit.entry
    facts = [
        f"{row.name}: {_AS[Registry(row.registry)]} {row.opd or ''}".strip(),
        row.detail,
        short_date(row.starts) if row.starts else "",
    ]
    return f"{', '.join(filter(None, facts))} ({_HOW[hit.certainty]}; {_origin(row)})"


def _origin(row: Entry) -> str:
    values = {"source": row.added_by.source, "day": short_date(row.added_by.made_at), "line": row.line}
    return _("%(source)s, dimuat %(day)s, baris %(line)s") % values


def _sensitive(facts: Facts, office_id: int | None) -> Iterator[Sensitive]:
    declared = [(channel, each) for channel in facts.channels for each in channel.partners if each.sector]
    rows = sectors(office_id, facts.many("A3"), on=facts.on) if declared else []
    for channel, partner in declared:
        for row in rows:
            if touches(row, partner.sector):
                yield Sensitive(channel.label, partner.form, row.pk, _sector_told(row, partner.sector))


def _sector_told(row: Entry, sector: str) -> str:
    return f"{sector}: {row.name} ({row.opd or row.function}; {_origin(row)})"
