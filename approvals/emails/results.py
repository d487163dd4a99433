"""To the declarant: the result, and its end."""

from collections.abc import Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from approvals.emails.parts import notice
from approvals.models import Letter, Outcome, Step
from approvals.verdicts import APPROVALS, Verdict
from declarations.models import Declaration
from declarations.questions import PARTS
from portal import clock
from portal.dates import long_date
from portal.mail.compose import OutboxMessage


@translation.override("id")
def approved(declaration: Declaration, step: Step, letter: Letter) -> OutboxMessage:
    """To the declarant: the result, its conditions, how long it holds, and where the letter is."""
    conditions = [(condition.text, condition.due_on) for condition in step.conditions.all()]
    subject, lead, paragraphs = _approval(conditions, letter.valid_until, step.reason)
    return notice(declaration, f"{subject}: {declaration.number}", lead, paragraphs, f"s{step.pk}.approved")


@translation.override("id")
def rejected(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: not approved, why, and the right to object."""
    subject, lead, paragraphs = _rejection(step.reason)
    return notice(declaration, f"{subject}: {declaration.number}", lead, paragraphs, f"s{step.pk}.rejected")


def _approval(conditions: Sequence[tuple[str, date | None]], until: date, reason: str) -> tuple[str, str, list[str]]:
    if conditions:
        subject = _("Keputusan BKPSDM: disetujui dengan %d syarat") % len(conditions)
        lead = _("Deklarasi Anda disetujui dengan syarat.")
    else:
        subject, lead = _("Keputusan BKPSDM: disetujui"), _("Deklarasi Anda disetujui.")
    paragraphs = [
        f"{index}. {text}" + (_(" (paling lambat %s)") % long_date(due) if due else "")
        for index, (text, due) in enumerate(conditions, start=1)
    ]
    if reason:
        paragraphs.append(_("Penjelasan: “%s”") % reason)
    paragraphs.append(_("Berlaku sampai %s. Surat keterangan dapat diunduh di portal.") % long_date(until))
    paragraphs.append(_("Surat ini bukan izin dan tidak memberi kekebalan."))
    return subject, lead, paragraphs


def _rejection(reason: str) -> tuple[str, str, list[str]]:
    paragraphs = [
        _("Alasan: “%s”") % reason,
        _("Anda dapat mengajukan keberatan dalam 14 hari kalender kepada BKPSDM, atau deklarasi baru."),
    ]
    return _("Keputusan BKPSDM: tidak disetujui"), _("Deklarasi Anda tidak disetujui."), paragraphs


@translation.override("id")
def preview_decision(declaration: Declaration, verdict: Verdict) -> tuple[str, str]:
    """Return subject and text of the mail that this verdict would send to the declarant."""
    if verdict.outcome in APPROVALS:
        conditions = [(condition.text, condition.due_on) for condition in verdict.conditions]
        until = verdict.valid_until or clock.today()
        subject, lead, paragraphs = _approval(conditions, until, verdict.reason)
    elif verdict.outcome == Outcome.REJECTED:
        subject, lead, paragraphs = _rejection(verdict.reason)
    elif verdict.outcome == Outcome.RETURNED:
        subject = _("Perlu Anda perbaiki")
        lead = _("Deklarasi Anda dikembalikan untuk diperbaiki.")
        paragraphs = [f"– {PARTS.get(mark.part, mark.part)}: {mark.note}".rstrip(": ") for mark in verdict.marks]
        if verdict.reason:
            paragraphs.append(_("Penjelasan: “%s”") % verdict.reason)
    else:
        return "", _("Tidak ada email ke ASN: perkara diteruskan ke tahap berikutnya.")
    return f"{subject}: {declaration.number}", "\n\n".join([lead, *paragraphs])


@translation.override("id")
def revoked(declaration: Declaration, reason: str) -> OutboxMessage:
    """To the declarant: the approval is taken back, and why."""
    paragraphs = [_("Alasan: “%s”") % reason, _("Surat keterangan tidak berlaku lagi.")]
    lead = _("Persetujuan atas deklarasi Anda dicabut.")
    return notice(declaration, _("Persetujuan dicabut: %s") % declaration.number, lead, paragraphs, "revoked")


@translation.override("id")
def expired(declaration: Declaration) -> OutboxMessage:
    """To the declarant: the validity is over; a new declaration may be filed."""
    lead = _("Masa berlaku persetujuan Anda sudah habis.")
    paragraphs = [_("Bila kanal masih Anda kelola, mohon kirim deklarasi baru.")]
    return notice(declaration, _("Masa berlaku habis: %s") % declaration.number, lead, paragraphs, "expired")
