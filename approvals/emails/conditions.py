"""To the declarant, about the conditions of an approval."""

from django.utils.translation import gettext as _

from approvals.emails.parts import absolute, notice, to_declarant
from approvals.models import Condition, Proof
from declarations.models import Declaration
from portal import clock
from portal.dates import long_date, weekday_date
from portal.mail.compose import OutboxMessage


def _to_tasks(declaration: Declaration, subject: str, lead: str, paragraphs: list[str], key: str) -> OutboxMessage:
    link = absolute("approvals:conditions", declaration.number)
    return notice(declaration, subject, lead, paragraphs, key, link=link, button=_("Buka daftar syarat"))


@to_declarant
def condition_due(declaration: Declaration, condition: Condition) -> OutboxMessage:
    """A week before the day of a condition."""
    assert condition.due_on is not None
    subject = _("Syarat jatuh tempo %(day)s: %(number)s") % {
        "day": long_date(condition.due_on),
        "number": declaration.number,
    }
    lead = _("Satu syarat persetujuan Anda jatuh tempo %s.") % weekday_date(condition.due_on)
    said = [f"– {condition.text}", _("Kirim bukti atau keterangan lewat portal; petugas memeriksanya.")]
    message = _to_tasks(declaration, subject, lead, said, f"c{condition.pk}.due")
    message.not_before = clock.next_mail_hour(clock.now())
    return message


@to_declarant
def proof_judged(declaration: Declaration, proof: Proof) -> OutboxMessage:
    """An officer accepted the proof, or asks for another."""
    said = [f"– {proof.condition.text}"]
    if proof.note:
        said.append(_("Catatan petugas: “%s”") % proof.note)
    if proof.accepted:
        subject, lead = _("Bukti diterima: %s"), _("Bukti Anda diterima; syarat ini dipenuhi.")
    else:
        subject, lead = _("Bukti perlu dilengkapi: %s"), _("Bukti Anda belum cukup. Mohon kirim sekali lagi.")
    return _to_tasks(declaration, subject % declaration.number, lead, said, f"p{proof.pk}.judged")


@to_declarant
def suspended(declaration: Declaration, reason: str) -> OutboxMessage:
    """The approval does not hold until its conditions are fulfilled."""
    subject = _("Persetujuan ditangguhkan: %s") % declaration.number
    lead = _("Persetujuan Anda ditangguhkan karena syaratnya belum dipenuhi.")
    said = [_("Alasan: “%s”") % reason]
    said.append(_("Kirim bukti syarat yang lewat batas; sesudah diterima, petugas mengaktifkannya."))
    return _to_tasks(declaration, subject, lead, said, f"r{declaration.revision}.suspended")


@to_declarant
def lifted(declaration: Declaration) -> OutboxMessage:
    """The approval holds again."""
    subject = _("Persetujuan berlaku lagi: %s") % declaration.number
    lead = _("Syarat Anda sudah dipenuhi dan persetujuan berlaku lagi.")
    return notice(declaration, subject, lead, [], f"r{declaration.revision}.lifted")
