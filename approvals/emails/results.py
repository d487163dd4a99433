"""To the declarant: the result, and its end."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from approvals.emails.parts import absolute, notice, to_declarant
from approvals.emails.progress import to_mend
from approvals.models import Letter, Outcome, Stage, Step
from approvals.verdicts import APPROVALS, Verdict
from declarations.answers import read_items
from declarations.models import Declaration
from declarations.status import DAYS_TO_OBJECT, WORKING_DAYS, Status
from portal import clock
from portal.dates import day, long_date
from portal.mail.compose import OutboxMessage
from portal.mail.transport import fill


@to_declarant
def approved(declaration: Declaration, step: Step, letter: Letter) -> OutboxMessage:
    """To the declarant: the result, its conditions, how long it holds, and where the letter is."""
    conditions = [(condition.text, condition.due_on) for condition in step.conditions.all()]
    out = [(str(item.channel), item.excluded_reason) for item in read_items(declaration) if item.excluded]
    return _approval_mail(declaration, step, conditions, letter.valid_until, step.reason, out)


def _approval_mail(
    declaration: Declaration,
    step: Step,
    conditions: Sequence[tuple[str, date | None]],
    until: date,
    reason: str,
    excluded: Sequence[tuple[str, str]],
) -> OutboxMessage:
    subject, lead, paragraphs = _approval(Stage(step.stage), conditions, until, reason, excluded)
    return notice(declaration, f"{subject}: {declaration.number}", lead, paragraphs, f"s{step.pk}.approved")


@to_declarant
def rejected(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: not approved, why, and the right to object."""
    return _rejection_mail(declaration, step, step.reason, step.decided_at, final=declaration.final)


def _rejection_mail(
    declaration: Declaration, step: Step, reason: str, at: datetime | None, *, final: bool
) -> OutboxMessage:
    subject, lead, paragraphs = _rejection(Stage(step.stage), reason, at)
    link = "" if final else absolute("approvals:object", declaration.number)
    button = "" if final else _("Baca keputusan dan hak keberatan")
    key = f"s{step.pk}.rejected"
    return notice(declaration, f"{subject}: {declaration.number}", lead, paragraphs, key, link=link, button=button)


def _word(stage: Stage) -> str:
    """Return whose decision the subject names."""
    if stage == Stage.OBJECTION:
        return _("Keputusan atas keberatan")
    return _("Keputusan Inspektorat") if stage == Stage.INSPECTORATE else _("Keputusan BKPSDM")


def _approval(
    stage: Stage,
    conditions: Sequence[tuple[str, date | None]],
    until: date,
    reason: str,
    excluded: Sequence[tuple[str, str]] = (),
) -> tuple[str, str, list[str]]:
    if conditions:
        subject = _("%(whose)s: disetujui dengan %(count)d syarat") % {"whose": _word(stage), "count": len(conditions)}
        lead = _("Deklarasi Anda disetujui dengan syarat.")
    else:
        subject, lead = _("%s: disetujui") % _word(stage), _("Deklarasi Anda disetujui.")
    paragraphs = [
        f"{index}. {text}" + (_(" (paling lambat %s)") % long_date(due) if due else "")
        for index, (text, due) in enumerate(conditions, start=1)
    ]
    for channel, why in excluded:
        said = _("Tidak termasuk: kanal %(channel)s. Alasan: “%(why)s” Kanal ini dapat Anda deklarasikan lagi.")
        paragraphs.append(said % {"channel": channel, "why": why})
    if reason:
        paragraphs.append(_("Penjelasan: “%s”") % reason)
    paragraphs.append(_("Berlaku sampai %s. Surat keterangan dapat diunduh di portal.") % long_date(until))
    paragraphs.append(_("Surat ini bukan izin dan tidak memberi kekebalan."))
    return subject, lead, paragraphs


def _rejection(stage: Stage, reason: str, at: datetime | None) -> tuple[str, str, list[str]]:
    paragraphs = [_("Alasan: “%s”") % reason]
    if stage == Stage.OBJECTION:
        lead = _("Keberatan Anda sudah ditelaah; deklarasi tetap tidak disetujui.")
        paragraphs.append(_("Keputusan ini akhir. Anda dapat mengajukan deklarasi baru bila keadaannya berubah."))
    else:
        lead = _("Deklarasi Anda tidak disetujui.")
        until = long_date(day(at or clock.now()) + DAYS_TO_OBJECT)
        paragraphs.append(
            _("Anda dapat mengajukan keberatan sampai %s; petugas lain yang menelaahnya. Atau ajukan deklarasi baru.")
            % until
        )
    return _("%s: tidak disetujui") % _word(stage), lead, paragraphs


def preview_decision(declaration: Declaration, verdict: Verdict) -> tuple[str, str]:
    """Return subject and text of the mail that this verdict would send to the declarant, word for word.

    That there is none is said in the language of the officer who asks.
    """
    message = _planned(declaration, verdict)
    if message is None:
        return "", _("Tidak ada email ke ASN: perkara diteruskan ke tahap berikutnya.")
    return message.subject, fill(message.text, dict(message.secret or {}))


@to_declarant
def _planned(declaration: Declaration, verdict: Verdict) -> OutboxMessage | None:
    step = next((each for each in declaration.steps.all() if each.pending), None)
    if step is None:
        return None
    stage = Stage(step.stage)
    if verdict.outcome in APPROVALS:
        conditions = [(condition.text, condition.due_on) for condition in verdict.conditions]
        until = verdict.valid_until or clock.today()
        names = {item.pk: str(item.channel) for item in read_items(declaration)}
        out = [(names[each.item], each.reason) for each in verdict.exclusions]
        return _approval_mail(declaration, step, conditions, until, verdict.reason, out)
    if verdict.outcome == Outcome.REJECTED:
        return _rejection_mail(declaration, step, verdict.reason, None, final=stage == Stage.OBJECTION)
    if verdict.outcome == Outcome.RETURNED:
        due = clock.add_working_days(clock.today(), WORKING_DAYS[Status.RETURNED])
        return to_mend(declaration, step, verdict.marks, verdict.reason, due)
    return None


@to_declarant
def revoked(declaration: Declaration, reason: str) -> OutboxMessage:
    """To the declarant: the approval is taken back, and why."""
    paragraphs = [_("Alasan: “%s”") % reason, _("Surat keterangan tidak berlaku lagi.")]
    lead = _("Persetujuan atas deklarasi Anda dicabut.")
    return notice(declaration, _("Persetujuan dicabut: %s") % declaration.number, lead, paragraphs, "revoked")


@to_declarant
def expired(declaration: Declaration) -> OutboxMessage:
    """To the declarant: the validity is over; a new declaration may be filed."""
    lead = _("Masa berlaku persetujuan Anda sudah habis.")
    paragraphs = [_("Bila kanal masih Anda kelola, mohon kirim deklarasi baru.")]
    return notice(declaration, _("Masa berlaku habis: %s") % declaration.number, lead, paragraphs, "expired")
