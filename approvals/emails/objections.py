"""About an objection: filed, let in or not, decided."""

from django.utils import translation
from django.utils.translation import gettext as _

from approvals.emails.parts import due_day, notice, office_notice, short_name, to_declarant
from approvals.models import Objection, Outcome, Step
from declarations.models import Declaration
from portal.mail.compose import OutboxMessage
from portal.people.models import Employee


@to_declarant
def objection_filed(declaration: Declaration, objection: Objection) -> OutboxMessage:
    """To the declarant: the objection is recorded, and who looks at it until when."""
    if objection.late:
        lead = _("Keberatan Anda tercatat, tetapi batas 14 hari kalender sudah lewat.")
        paragraphs = [_("BKPSDM memutuskan apakah keberatan ini tetap ditelaah. Anda menerima email tentang itu.")]
    else:
        lead = _("Keberatan Anda tercatat.")
        paragraphs = [
            _("Petugas yang belum pernah ikut memutus menelaahnya, paling lambat %s.") % due_day(declaration.due_on),
            _("Anda masih dapat menariknya selama belum diputus."),
        ]
    subject = _("Keberatan tercatat: %s") % declaration.number
    return notice(declaration, subject, lead, paragraphs, f"o{objection.pk}.filed")


@to_declarant
def objection_admitted(declaration: Declaration, objection: Objection) -> OutboxMessage:
    """To the declarant: whether a late objection is looked at, and why."""
    if objection.admitted:
        lead = _("Keberatan Anda yang terlambat tetap ditelaah.")
        paragraphs = [_("Telaah selesai paling lambat %s.") % due_day(declaration.due_on)]
    else:
        lead = _("Keberatan Anda yang terlambat tidak ditelaah.")
        paragraphs = [_("Anda dapat mengajukan deklarasi baru bila keadaannya berubah.")]
    paragraphs.insert(0, _("Alasan: “%s”") % objection.admission_reason)
    subject = _("Keberatan terlambat: %s") % declaration.number
    return notice(declaration, subject, lead, paragraphs, f"o{objection.pk}.admitted")


@translation.override("id")
def objection_decided(declaration: Declaration, step: Step, to: Employee) -> OutboxMessage:
    """To whoever decided before: what became of the objection; the outcome is final."""
    if step.outcome == Outcome.REJECTED:
        lead = _("Keberatan atas %s ditolak; deklarasi tetap tidak disetujui.") % declaration.number
    else:
        lead = _("Keberatan atas %s diterima; deklarasi disetujui.") % declaration.number
    paragraphs = [_("Alasan: “%s”") % step.reason] if step.reason else []
    paragraphs.append(_("Bapak/Ibu pernah memutus deklarasi ini. Tidak ada yang perlu dilakukan."))
    names = {"name": short_name(declaration), "number": declaration.number}
    subject = _("Hasil keberatan %(name)s: %(number)s") % names
    return office_notice(declaration, to, subject, lead, paragraphs, f"s{step.pk}.objection.{to.pk}")
