"""To the declarant: where the case is, and what is asked of him."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from approvals.emails.parts import Linked, absolute, day_month, due_day, notice, to_declarant
from approvals.models import Confirmation, Outcome, Stage, Step
from approvals.verdicts import Mark
from declarations.models import Declaration
from declarations.questions import PARTS
from portal import clock
from portal.mail.compose import OutboxMessage


@to_declarant
def sent(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: it is sent, and who has it now."""
    if step.stage == Stage.HEAD and step.assigned_to:
        holder = _("Sekarang di tangan %(name)s, %(post)s, paling lambat %(due)s.") % {
            "name": step.assigned_to.official_name,
            "post": step.post,
            "due": due_day(step.due_on),
        }
    elif step.stage == Stage.HEAD:
        holder = _("Pejabat yang memutus belum tercatat. BKPSDM akan menetapkannya; Anda tidak perlu berbuat apa-apa.")
    else:
        holder = _("Sekarang ditelaah %(who)s, paling lambat %(due)s.") % {
            "who": step.get_stage_display(),
            "due": due_day(step.due_on),
        }
    paragraphs = [holder, _("Anda menerima email pada setiap langkah.")]
    subject = _("Deklarasi %s terkirim") % declaration.number
    return notice(declaration, subject, _("Deklarasi Anda terkirim."), paragraphs, f"sent.v{declaration.version}")


@to_declarant
def head_decided(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: what the head said, and that BKPSDM (or the Inspektorat) is next."""
    body = _("BKPSDM") if declaration.status == "awaiting_review" else _("Inspektorat")
    if step.outcome == Outcome.OBJECTED:
        subject = _("Atasan tidak menyetujui; %(body)s akan meninjau: %(number)s")
        lead = _("%s tidak menyetujui deklarasi Anda. Pendapat itu dicatat; keputusan tetap di tahap berikutnya.")
    else:
        subject = _("Atasan menyetujui; kini di %(body)s: %(number)s")
        lead = _("%s menyetujui deklarasi Anda.")
    paragraphs = [_("Alasan atau catatan: “%s”") % step.reason] if step.reason else []
    paragraphs.append(
        _("Sekarang ditelaah %(body)s, paling lambat %(due)s.") % {"body": body, "due": due_day(declaration.due_on)}
    )
    return notice(
        declaration,
        subject % {"body": body, "number": declaration.number},
        lead % step.post,
        paragraphs,
        f"s{step.pk}.head",
    )


@to_declarant
def returned(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: which parts to mend, why, until when, with the way there."""
    marks = [Mark(mark["part"], mark["note"], mark.get("label", "")) for mark in step.marks]
    return to_mend(declaration, step, marks, step.reason, declaration.due_on)


def to_mend(
    declaration: Declaration, step: Step, marks: Sequence[Mark], reason: str, due: date | None
) -> OutboxMessage:
    """Return the mail that `returned` sends; the preview of a decision asks for it before anything is decided."""
    subject = _("Perlu Anda perbaiki: %(number)s – batas %(due)s") % {
        "number": declaration.number,
        "due": day_month(due),
    }
    by = step.post or step.get_stage_display()
    paragraphs: list[str | Linked] = [_("%s meminta perbaikan berikut:") % by]
    for number, mark in enumerate(marks, start=1):
        part = mark.label or str(PARTS.get(mark.part, mark.part))
        said = f"{number}. {part}: {mark.note}" if mark.note else f"{number}. {part}"
        paragraphs.append(Linked(said, f"{absolute('declarations:fix', declaration.number)}#poin-{number}"))
    if reason:
        paragraphs.append(_("Penjelasan: “%s”") % reason)
    paragraphs.append(_("Mohon dikirim ulang paling lambat %s.") % due_day(due))
    return notice(
        declaration,
        subject,
        _("Deklarasi Anda dikembalikan untuk diperbaiki."),
        paragraphs,
        f"s{step.pk}.returned",
        link=absolute("declarations:fix", declaration.number),
        button=_("Perbaiki sekarang"),
    )


@to_declarant
def reopened(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: the head asked to decide anew."""
    paragraphs = [_("Pejabat yang memutus diminta memutus sekali lagi, paling lambat %s.") % due_day(step.due_on)]
    return notice(
        declaration,
        _("Keputusan atasan dibuka lagi: %s") % declaration.number,
        _("Keputusan atasan atas deklarasi Anda dibuka kembali."),
        paragraphs,
        f"s{step.pk}.reopened",
    )


@to_declarant
def moved(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: somebody else decides now, because the office changed hands."""
    if step.assigned_to is None:
        lead = _("Pejabat yang memutus deklarasi Anda sudah berganti dan belum ada penggantinya.")
        paragraphs = [_("BKPSDM akan menetapkannya; Anda tidak perlu berbuat apa-apa.")]
    else:
        lead = _("Deklarasi Anda kini di tangan %(name)s, %(post)s.") % {
            "name": step.assigned_to.official_name,
            "post": step.post,
        }
        paragraphs = [_("Permintaan dikirim kepadanya; paling lambat %s.") % due_day(step.due_on)]
    subject = _("Pejabat yang memutus berganti: %s") % declaration.number
    return notice(declaration, subject, lead, paragraphs, f"s{step.pk}.moved")


@to_declarant
def confirm_after_move(declaration: Declaration, question: Confirmation) -> OutboxMessage:
    """To the holder of an approval who moved: do the answers still hold?"""
    lead = _("Anda kini tercatat sebagai %s. Mohon periksa apakah isi deklarasi Anda masih sama.") % question.post
    paragraphs = [_("Persetujuan tetap berlaku. Bila semua masih sama, cukup satu ketukan.")]
    subject = _("Mohon konfirmasi setelah mutasi: %s") % declaration.number
    link = absolute("approvals:confirm", declaration.number)
    key = f"q{question.pk}.asked"
    message = notice(declaration, subject, lead, paragraphs, key, link=link, button=_("Periksa dan konfirmasi"))
    message.not_before = clock.next_mail_hour(clock.now())
    return message


@to_declarant
def withdrawn(declaration: Declaration) -> OutboxMessage:
    """To the declarant: the withdrawal is recorded."""
    lead = _("Deklarasi Anda ditarik. Tautan yang sudah dikirim kepada pejabat tidak berlaku lagi.")
    return notice(declaration, _("Deklarasi %s ditarik") % declaration.number, lead, [], "withdrawn")


@to_declarant
def closed(declaration: Declaration, reason: str) -> OutboxMessage:
    """To the declarant: BKPSDM closed the case because it was not mended, and why."""
    lead = _("Deklarasi Anda ditutup karena tidak diperbaiki selama lebih dari 30 hari.")
    paragraphs = [_("Alasan: “%s”") % reason, _("Anda dapat mengirim deklarasi baru kapan saja.")]
    return notice(declaration, _("Deklarasi %s ditutup") % declaration.number, lead, paragraphs, "closed")
