"""What the clock sends: lists, escalations, ends that come near. All of it waits for the hours of mail."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals import links
from approvals.emails.parts import absolute, due_day, notice, office_notice, short_name, to_declarant
from approvals.models import Step
from declarations.models import Declaration
from portal import clock
from portal.dates import long_date, short_date
from portal.mail.compose import OutboxMessage, compose
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee, HeadAssignment


def _asked(step: Step) -> QuerySet[OutgoingEmail]:
    assert step.assigned_to is not None
    return OutgoingEmail.objects.filter(
        case=step.declaration.number, purpose="head_request", to=step.assigned_to.mailbox
    )


def mails_to(step: Step) -> int:
    """Return how many requests and reminders about this case went to the head of this step."""
    return _asked(step).count()


def mailed_today(step: Step) -> bool:
    """Tell whether a request or reminder about this case was written to the head of this step today."""
    return _asked(step).filter(created_at__gt=clock.end_of_day(clock.today() - timedelta(days=1))).exists()


def _by_the_clock(message: OutboxMessage) -> OutboxMessage:
    message.not_before = clock.next_mail_hour(clock.now())
    return message


def _row(step: Step) -> dict[str, Any]:
    declarant = step.snapshot.content["declarant"]
    return {
        "number": step.declaration.number,
        "name": declarant["name"],
        "unit": declarant["unit"],
        "due": step.due_on,
        "left": clock.working_days_left(step.due_on, clock.today()) if step.due_on else None,
        "findings": step.declaration.findings,
    }


@translation.override("id")
def list_for_head(person: Employee, steps: Sequence[Step], *, key: str) -> OutboxMessage:
    """To a head with many cases: all that is open, oldest first, with one link to the list."""
    count = len(steps)
    plain = sum(not step.declaration.findings for step in steps)
    subject = ngettext("%d deklarasi menunggu keputusan Bapak/Ibu", "%d deklarasi menunggu keputusan Bapak/Ibu", count)
    context = {
        "person": person,
        "subject": subject % count,
        "rows": [_row(step) for step in steps],
        "plain": plain,
        "button": _("Buka daftar dan putuskan"),
    }
    secret = {"link": links.list_url(person)}
    return _by_the_clock(compose("head_list", person.mailbox, context, key=key, purpose="head_list", secret=secret))


@translation.override("id")
def escalated(step: Step, chief: HeadAssignment) -> OutboxMessage:
    """To the level above: a head has not decided; information only."""
    declaration = step.declaration
    who = step.assigned_to.official_name if step.assigned_to else ""
    lead = _("%(who)s, %(post)s, belum memutus deklarasi %(number)s sampai batasnya, %(due)s.") % {
        "who": who,
        "post": step.post,
        "number": declaration.number,
        "due": due_day(step.due_on),
    }
    paragraphs = [
        _("Pemohon: %(name)s, %(unit)s.") % {key: step.snapshot.content["declarant"][key] for key in ("name", "unit")},
        _("Email ini pemberitahuan: keputusan tetap di tangan pejabat tersebut, dan diam bukan persetujuan."),
        _("Mohon Bapak/Ibu mengingatkan beliau. Bila berhalangan, BKPSDM dapat menetapkan Plh."),
    ]
    subject = _("Belum ada keputusan: deklarasi konten %s") % short_name(declaration)
    key = f"s{step.pk}.escalated"
    return _by_the_clock(office_notice(declaration, chief.person, subject, lead, paragraphs, key))


@translation.override("id")
def overdue_for_office(chief: HeadAssignment, late: Sequence[Step], *, key: str) -> OutboxMessage:
    """To the head of BKPSDM or the Inspektur, once a week: what lies too long in the office."""
    subject = ngettext("%d deklarasi lewat batas telaah", "%d deklarasi lewat batas telaah", len(late)) % len(late)
    context = {
        "person": chief.person,
        "subject": subject,
        "rows": [_row(step) for step in late],
        "button": _("Buka antrean"),
    }
    secret = {"link": absolute("approvals:summary")}
    return _by_the_clock(
        compose("office_overdue", chief.person.mailbox, context, key=key, purpose="office_overdue", secret=secret)
    )


@to_declarant
def remind_returned(declaration: Declaration) -> OutboxMessage:
    """To the declarant: two working days are left to mend the case."""
    lead = _("Deklarasi Anda masih menunggu perbaikan, paling lambat %s.") % due_day(declaration.due_on)
    subject = _("Pengingat: perbaiki %s") % declaration.number
    link = absolute("declarations:fix", declaration.number)
    key = f"v{declaration.version}.remind_returned"
    return _by_the_clock(notice(declaration, subject, lead, [], key, link=link, button=_("Perbaiki sekarang")))


@to_declarant
def ends_soon(declaration: Declaration, *, days: int) -> OutboxMessage:
    """To the holder: the approval ends soon; how to renew it."""
    assert declaration.valid_until is not None
    left = (declaration.valid_until - clock.today()).days
    subject = _("Masa berlaku habis %(days)d hari lagi: %(number)s") if left else _("Hari terakhir berlaku: %(number)s")
    subject %= {"days": left, "number": declaration.number}
    lead = _("Persetujuan atas deklarasi Anda berlaku sampai %s.") % long_date(declaration.valid_until)
    paragraphs = [
        _("Bila tidak ada yang berubah, perpanjangan selesai dalam 2 menit. Surat lama berlaku sampai tanggal itu."),
        _("Bila kanal sudah tidak Anda kelola, tidak ada yang perlu dilakukan."),
    ]
    link = absolute("declarations:renew", declaration.number)
    return _by_the_clock(
        notice(declaration, subject, lead, paragraphs, f"end{days}", link=link, button=_("Perpanjang"))
    )


@to_declarant
def draft_ends(declaration: Declaration, *, on: date) -> OutboxMessage:
    """To the owner of an old draft: it is deleted in a week."""
    subject = _("Draf dihapus %(day)s: %(number)s") % {"day": short_date(on), "number": declaration.number}
    lead = _("Draf Anda sudah lama tidak dibuka dan dihapus pada %s.") % long_date(on)
    paragraphs = [_("Bila masih ingin melanjutkan, cukup buka dan simpan satu halaman. Bila tidak, biarkan saja.")]
    link = absolute("declarations:resume", declaration.number)
    key = f"draft.{on:%Y%m%d}"
    return _by_the_clock(notice(declaration, subject, lead, paragraphs, key, link=link, button=_("Lanjutkan draf")))


@translation.override("id")
def acting_term(officer: Employee, said: str, *, key: str) -> OutboxMessage:
    """To an administrator: somebody has been Plt. for long."""
    context = {"person": officer, "subject": _("Periksa masa Plt."), "lead": said, "paragraphs": []}
    return _by_the_clock(compose("office_notice", officer.mailbox, context, key=key, purpose="acting_term"))
