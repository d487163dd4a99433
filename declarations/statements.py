"""The four statements and the seven commitments: texts by version, and who ticked which, when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from declarations.models import Declaration, StatementMade, StatementText
from portal import clock

ERRORS: Mapping[str, str | Promise] = {
    "G1": _("Centang pernyataan kebenaran isi"),
    "G2": _("Centang pernyataan bahwa hasil telaah bukan izin"),
    "G3": _("Centang kesediaan memperbarui deklarasi"),
    "G4": _("Centang bahwa Anda telah membaca pemberitahuan pelindungan data pribadi"),
}
COMMITMENTS = "K"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it is shown: code, the row with its text, and the sentence when it is not ticked."""

    code: str
    row: StatementText
    error: str


def texts_on(on: date) -> dict[str, StatementText]:
    """Return the text in force on this day, by code."""
    rows = StatementText.objects.filter(effective_from__lte=on).order_by("code", "version")
    return {row.code: row for row in rows}


def statements_on(on: date) -> list[Statement]:
    """Return the statements to be ticked, in their order."""
    rows = texts_on(on)
    return [Statement(code, rows[code], str(error)) for code, error in ERRORS.items() if code in rows]


def commitments_on(on: date, rule: str) -> list[str]:
    """Return the seven commitments, the last one with the discipline rule that binds the person."""
    row = texts_on(on).get(COMMITMENTS)
    return row.body.replace("{sanksi}", rule).splitlines() if row else []


def made_codes(declaration: Declaration) -> set[str]:
    """Return the codes whose text in force today has been ticked."""
    current = {row.pk for row in texts_on(clock.today()).values()}
    made = declaration.statements.filter(text__in=current)
    return set(made.values_list("text__code", flat=True))


def missing_statements(declaration: Declaration) -> list[Statement]:
    """Return the statements that are not ticked in their present wording."""
    rows = texts_on(clock.today())
    current = {row.pk: code for code, row in rows.items()}
    made = {current[each.text_id] for each in declaration.statements.all() if each.text_id in current}
    return [Statement(code, rows[code], str(error)) for code, error in ERRORS.items() if code in {*rows} - made]


def make(declaration: Declaration, codes: Iterable[str]) -> None:
    """Note the ticks with the time and the version of the text; an unticked box takes its tick back.

    The commitments count as read and accepted together with the first statement.
    """
    rows = texts_on(clock.today())
    wanted = {code for code in codes if code in ERRORS and code in rows}
    if wanted and COMMITMENTS in rows:
        wanted.add(COMMITMENTS)
    keep = [rows[code].pk for code in wanted]
    declaration.statements.exclude(text__in=keep).delete()
    now = clock.now()
    StatementMade.objects.bulk_create(
        (StatementMade(declaration=declaration, text=rows[code], made_at=now) for code in wanted),
        ignore_conflicts=True,
    )
