"""To whoever must decide: the request, its reminders, the code, the receipt."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals import links
from approvals.compare import changes_for_head
from approvals.emails.parts import CIRCULAR, absolute, day_month, office_notice, send_to, short_name
from approvals.models import Outcome, Step
from declarations.presentation import key_facts
from portal import clock
from portal.mail.compose import OutboxMessage, compose
from portal.people.models import Employee


@translation.override("id")
def ask_head(step: Step) -> OutboxMessage:
    """To the head: who declared what, what needs attention, the link and the code, the deadline."""
    subject = _("Mohon keputusan: deklarasi konten %(name)s – batas %(due)s")
    return _request(step, subject, key=f"v{step.link_version}.ask")


@translation.override("id")
def remind_head(step: Step) -> OutboxMessage:
    """To the head: the request once more, complete, with a working link; sent in the hours of mail from the clock."""
    subject = _("Pengingat: deklarasi konten %(name)s – batas %(due)s")
    message = _request(step, subject, key=f"v{step.link_version}.remind{step.reminders}")
    message.not_before = clock.next_mail_hour(clock.now())
    return message


def _request(step: Step, subject: str, *, key: str) -> OutboxMessage:
    declaration = step.declaration
    assert step.assigned_to is not None
    assert step.due_on is not None
    content = step.snapshot.content
    context = {
        "step": step,
        "head": step.assigned_to,
        "declarant": content["declarant"],
        "facts": _request_facts(step),
        "kinds": _in_one_line(content),
        "button": _("Baca dan putuskan"),
        "due": step.due_on,
        "wait": _wait(step),
        "by_hand": absolute("approvals:by_hand"),
        "circular": CIRCULAR,
    }
    return send_to(
        step.assigned_to.mailbox,
        "head_request",
        context,
        subject=subject % {"name": short_name(declaration), "due": day_month(step.due_on)},
        declaration=declaration,
        key=f"{declaration.number}.s{step.pk}.{key}",
        secret={"link": links.url_for(step), "code": links.hand_code(step)},
    )


def _wait(step: Step) -> str:
    """Return how much time is left, and what happens when nothing is decided; a mail of the clock may come late."""
    left = clock.working_days_left(step.due_on, clock.today()) if step.due_on else 0
    if left < 0:
        days = ngettext("Batas sudah lewat %d hari kerja.", "Batas sudah lewat %d hari kerja.", -left) % -left
    elif left == 0:
        days = _("Batasnya hari ini.")
    else:
        days = ngettext("Sisa %d hari kerja.", "Sisa %d hari kerja.", left) % left
    if step.reminders < 2:
        return days + " " + _("Bila belum diputuskan, kami kirim pengingat.")
    return days + " " + _("Sesudah batas, BKPSDM dan, bila ada, pejabat di atasnya diberi tahu.")


def _request_facts(step: Step) -> list[tuple[str, str]]:
    content = step.snapshot.content
    declarant = content["declarant"]
    attention = step.snapshot.findings.exclude(severity="info").count()
    rows = [
        (_("Nomor"), step.declaration.number),
        (_("Nama"), declarant["name"]),
        (_("Jabatan"), f"{declarant['post']}, {declarant['unit']}"),
        *key_facts(content),
        (_("Perhatian"), _("%d hal. Lihat di halaman.") % attention if attention else _("Tidak ada tanda khusus")),
    ]
    note = content["answers"].get("NOTE", "")
    step.snapshot.declaration = step.declaration
    changes, compared = changes_for_head(step.snapshot)
    if step.declaration.replaces_id and compared:
        told = _("dari %(number)s; %(count)d jawaban berubah") % {"number": compared, "count": len(changes)}
        rows.insert(1, (str(step.declaration.get_origin_display()), told))
    return [*rows, (_("Catatan ASN"), note)] if note else rows


def _in_one_line(content: dict[str, Any]) -> str:
    """Return the preheader's first sentence: platforms, and whether there is any benefit."""
    platforms = ", ".join(sorted({channel["platform_label"] for channel in content["channels"]}))
    paid = any(channel["answers"].get("E1") != "TIDAK" for channel in content["channels"])
    benefit = _("dengan keuntungan") if paid else _("tanpa penghasilan")
    return _("Kanal %(platforms)s, %(benefit)s.") % {"platforms": platforms, "benefit": benefit}


@translation.override("id")
def passed_on(step: Step, fresh: Step) -> OutboxMessage:
    """To the head who handed a case on: to whom, and that it can be taken back."""
    assert step.assigned_to is not None
    assert fresh.assigned_to is not None
    lead = _("Perkara %(number)s diteruskan kepada %(name)s untuk perkara ini saja.") % {
        "number": step.declaration.number,
        "name": fresh.assigned_to.official_name,
    }
    paragraphs = [
        _("Selama belum diputus, Bapak/Ibu dapat mengambilnya kembali lewat tautan di email permintaan semula."),
        _("Bila bukan Bapak/Ibu yang meneruskan, ambil kembali sekarang dan beri tahu BKPSDM."),
    ]
    subject = _("Perkara diteruskan: %s") % step.declaration.number
    key = f"s{fresh.pk}.passed"
    return office_notice(step.declaration, step.assigned_to, subject, lead, paragraphs, key)


@translation.override("id")
def head_code(step: Step, code: str, *, attempt: int) -> OutboxMessage:
    """To the head: the 6-digit code with which he proves that the decision is his."""
    assert step.assigned_to is not None
    subject = _("Kode untuk keputusan %s") % step.declaration.number
    return send_to(
        step.assigned_to.mailbox,
        "head_code",
        {"head": step.assigned_to},
        subject=subject,
        declaration=step.declaration,
        key=f"{step.declaration.number}.s{step.pk}.code.{attempt}",
        secret={"code": code},
    )


@translation.override("id")
def batch_code(person: Employee, count: int, code: str) -> OutboxMessage:
    """To the head: the 6-digit code with which he proves that the endorsement of several cases is his."""
    number = ngettext("%d deklarasi", "%d deklarasi", count) % count
    context = {"head": person, "number": number, "subject": _("Kode untuk menyetujui %s") % number}
    key = f"batch.{person.pk}.{clock.now():%Y%m%d%H%M%S%f}"
    return compose("head_code", person.mailbox, context, key=key, purpose="head_code", secret={"code": code})


def receipt_key(step: Step) -> str:
    """Return the key of the receipt of this step's decision; its Message-ID follows from it."""
    return f"{step.declaration.number}.s{step.pk}.receipt"


@translation.override("id")
def receipt(step: Step) -> OutboxMessage:
    """To the head: what was recorded in his name, with the way to disown it."""
    assert step.assigned_to is not None
    context = {
        "head": step.assigned_to,
        "step": step,
        "outcome": step.get_outcome_display(),
        "facts": [
            (_("Nomor"), step.declaration.number),
            (_("Nama"), step.snapshot.content["declarant"]["name"]),
            (_("Keputusan"), step.get_outcome_display()),
            *([(_("Alasan"), step.reason)] if step.reason else []),
        ],
        "can_disown": step.outcome != Outcome.RETURNED,
    }
    return send_to(
        step.assigned_to.mailbox,
        "head_receipt",
        context,
        subject=_("Bukti keputusan Bapak/Ibu: %s") % step.declaration.number,
        declaration=step.declaration,
        key=receipt_key(step),
        secret={"link": links.receipt_url(step)},
    )
