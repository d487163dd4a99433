"""The catalogue of ready reasons: they fill the text of a decision, which stays the officer's own."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.casework.models import REASONED, ReasonText
from portal.audit.log import record, speaks_of_a_person
from portal.errors import Refused
from portal.http import row_key
from portal.people.models import Employee

TITLE, TEXT = 80, 1000


def choices(outcomes: frozenset[str]) -> list[tuple[str, list[ReasonText]]]:
    """Return the texts in use by decision, for the decisions that can be made now."""
    found = list(ReasonText.objects.filter(active=True, outcome__in=outcomes))
    grouped = [(str(label), [each for each in found if each.outcome == value]) for value, label in REASONED]
    return [(label, texts) for label, texts in grouped if texts]


def pick(key: str) -> ReasonText | None:
    """Return the text somebody chose, None for anything else."""
    return ReasonText.objects.filter(pk=row_key(key) or 0, active=True).first()


@transaction.atomic
def save(row: ReasonText, *, by: Employee) -> ReasonText:
    """Store a new or changed text; the letters and mails of before keep the words they went out with."""
    if not row.title:
        raise Refused(_("Tulis judul"), status=422)
    if len(row.title) > TITLE:
        raise Refused(_("Judul paling banyak %d karakter") % TITLE, status=422)
    if row.outcome not in dict(REASONED):
        raise Refused(_("Pilih untuk keputusan apa"), status=422)
    if not row.text:
        raise Refused(_("Tulis teksnya"), status=422)
    if len(row.text) > TEXT:
        raise Refused(_("Teks paling banyak %d karakter") % TEXT, status=422)
    if speaks_of_a_person(f"{row.title} {row.text}"):
        raise Refused(_("Teks contoh tidak boleh memuat NIP atau alamat email."), status=422)
    if ReasonText.objects.filter(outcome=row.outcome, title=row.title).exclude(pk=row.pk).exists():
        raise Refused(_("Judul itu sudah dipakai untuk keputusan yang sama."), status=422)
    row.save()
    record("reason_text_saved", row, by=by, via="dashboard", active=row.active)
    return row
