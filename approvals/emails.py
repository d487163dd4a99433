"""One function per message: each builds and returns it, the caller sends it in the transaction that owes it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from approvals import links
from approvals.models import Letter, Outcome, Stage, Step
from approvals.verdicts import APPROVALS, Verdict
from declarations.models import Declaration
from declarations.presentation import key_facts
from declarations.questions import PARTS
from portal import clock
from portal.dates import long_date, short_date, weekday_date
from portal.mail.compose import OutboxMessage, compose

CIRCULAR = "SE Bupati Pasaman Barat 800.1.6.2/1641/BKPSDM-2025"


def _absolute(name: str, *args: Any) -> str:
    return settings.PORTAL_URL + reverse(name, args=args)


def _day_month(on: date | None) -> str:
    """Return '25 Nov': a subject has no room for the year."""
    return short_date(on).rsplit(" ", 1)[0] if on else ""


def _weekday(on: date | None) -> str:
    return weekday_date(on) if on else ""


def short_name(declaration: Declaration) -> str:
    """Return 'Rina M.': enough for a subject on a lock screen, no more."""
    first, *rest = declaration.declarant.name.split()
    return f"{first} {rest[-1][0]}." if rest else first


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
        "left": clock.working_days_left(step.due_on, clock.today()),
        "by_hand": _absolute("approvals:by_hand"),
        "circular": CIRCULAR,
    }
    return _send_to(
        step.assigned_to.mailbox,
        "head_request",
        context,
        subject=subject % {"name": short_name(declaration), "due": _day_month(step.due_on)},
        declaration=declaration,
        key=f"{declaration.number}.s{step.pk}.{key}",
        secret={"link": links.url_for(step), "code": links.hand_code(step)},
    )


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
    return [*rows, (_("Catatan ASN"), note)] if note else rows


def _in_one_line(content: dict[str, Any]) -> str:
    """Return the preheader's first sentence: platforms, and whether there is any benefit."""
    platforms = ", ".join(sorted({channel["platform_label"] for channel in content["channels"]}))
    paid = any(channel["answers"].get("E1") != "TIDAK" for channel in content["channels"])
    benefit = _("dengan keuntungan") if paid else _("tanpa penghasilan")
    return _("Kanal %(platforms)s, %(benefit)s.") % {"platforms": platforms, "benefit": benefit}


@translation.override("id")
def head_code(step: Step, code: str, *, attempt: int) -> OutboxMessage:
    """To the head: the 6-digit code with which he proves that the decision is his."""
    assert step.assigned_to is not None
    subject = _("Kode untuk keputusan %s") % step.declaration.number
    return _send_to(
        step.assigned_to.mailbox,
        "head_code",
        {"head": step.assigned_to},
        subject=subject,
        declaration=step.declaration,
        key=f"{step.declaration.number}.s{step.pk}.code.{attempt}",
        secret={"code": code},
    )


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
    return _send_to(
        step.assigned_to.mailbox,
        "head_receipt",
        context,
        subject=_("Bukti keputusan Bapak/Ibu: %s") % step.declaration.number,
        declaration=step.declaration,
        key=f"{step.declaration.number}.s{step.pk}.receipt",
        secret={"link": links.receipt_url(step)},
    )


@translation.override("id")
def sent(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: it is sent, and who has it now."""
    if step.stage == Stage.HEAD and step.assigned_to:
        holder = _("Sekarang di tangan %(name)s, %(post)s, paling lambat %(due)s.") % {
            "name": step.assigned_to.official_name,
            "post": step.post,
            "due": _weekday(step.due_on),
        }
    elif step.stage == Stage.HEAD:
        holder = _("Pejabat yang memutus belum tercatat. BKPSDM akan menetapkannya; Anda tidak perlu berbuat apa-apa.")
    else:
        holder = _("Sekarang ditelaah %(who)s, paling lambat %(due)s.") % {
            "who": step.get_stage_display(),
            "due": _weekday(step.due_on),
        }
    paragraphs = [holder, _("Anda menerima email pada setiap langkah.")]
    subject = _("Deklarasi %s terkirim") % declaration.number
    return _notice(declaration, subject, _("Deklarasi Anda terkirim."), paragraphs, f"sent.v{declaration.version}")


@translation.override("id")
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
        _("Sekarang ditelaah %(body)s, paling lambat %(due)s.") % {"body": body, "due": _weekday(declaration.due_on)}
    )
    return _notice(
        declaration,
        subject % {"body": body, "number": declaration.number},
        lead % step.post,
        paragraphs,
        f"s{step.pk}.head",
    )


@translation.override("id")
def returned(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: which parts to mend, why, until when, with the way there."""
    subject = _("Perlu Anda perbaiki: %(number)s – batas %(due)s") % {
        "number": declaration.number,
        "due": _day_month(declaration.due_on),
    }
    by = step.post or step.get_stage_display()
    paragraphs = [_("%s meminta perbaikan berikut:") % by]
    for mark in step.marks:
        part = str(PARTS.get(mark["part"], mark["part"]))
        paragraphs.append(f"– {part}: {mark['note']}" if mark["note"] else f"– {part}")
    if step.reason:
        paragraphs.append(_("Penjelasan: “%s”") % step.reason)
    paragraphs.append(_("Mohon dikirim ulang paling lambat %s.") % _weekday(declaration.due_on))
    return _notice(
        declaration,
        subject,
        _("Deklarasi Anda dikembalikan untuk diperbaiki."),
        paragraphs,
        f"s{step.pk}.returned",
        link=_absolute("declarations:fix", declaration.number),
        button=_("Perbaiki sekarang"),
    )


@translation.override("id")
def approved(declaration: Declaration, step: Step, letter: Letter) -> OutboxMessage:
    """To the declarant: the result, its conditions, how long it holds, and where the letter is."""
    conditions = [(condition.text, condition.due_on) for condition in step.conditions.all()]
    subject, lead, paragraphs = _approval(conditions, letter.valid_until, step.reason)
    return _notice(declaration, f"{subject}: {declaration.number}", lead, paragraphs, f"s{step.pk}.approved")


@translation.override("id")
def rejected(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: not approved, why, and the right to object."""
    subject, lead, paragraphs = _rejection(step.reason)
    return _notice(declaration, f"{subject}: {declaration.number}", lead, paragraphs, f"s{step.pk}.rejected")


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
def reopened(declaration: Declaration, step: Step) -> OutboxMessage:
    """To the declarant: the head asked to decide anew."""
    paragraphs = [_("Pejabat yang memutus diminta memutus sekali lagi, paling lambat %s.") % _weekday(step.due_on)]
    return _notice(
        declaration,
        _("Keputusan atasan dibuka lagi: %s") % declaration.number,
        _("Keputusan atasan atas deklarasi Anda dibuka kembali."),
        paragraphs,
        f"s{step.pk}.reopened",
    )


@translation.override("id")
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
        paragraphs = [_("Permintaan dikirim kepadanya; paling lambat %s.") % _weekday(step.due_on)]
    subject = _("Pejabat yang memutus berganti: %s") % declaration.number
    return _notice(declaration, subject, lead, paragraphs, f"s{step.pk}.moved")


@translation.override("id")
def withdrawn(declaration: Declaration) -> OutboxMessage:
    """To the declarant: the withdrawal is recorded."""
    lead = _("Deklarasi Anda ditarik. Tautan yang sudah dikirim kepada pejabat tidak berlaku lagi.")
    return _notice(declaration, _("Deklarasi %s ditarik") % declaration.number, lead, [], "withdrawn")


@translation.override("id")
def revoked(declaration: Declaration, reason: str) -> OutboxMessage:
    """To the declarant: the approval is taken back, and why."""
    paragraphs = [_("Alasan: “%s”") % reason, _("Surat keterangan tidak berlaku lagi.")]
    lead = _("Persetujuan atas deklarasi Anda dicabut.")
    return _notice(declaration, _("Persetujuan dicabut: %s") % declaration.number, lead, paragraphs, "revoked")


@translation.override("id")
def expired(declaration: Declaration) -> OutboxMessage:
    """To the declarant: the validity is over; a new declaration may be filed."""
    lead = _("Masa berlaku persetujuan Anda sudah habis.")
    paragraphs = [_("Bila kanal masih Anda kelola, mohon kirim deklarasi baru.")]
    return _notice(declaration, _("Masa berlaku habis: %s") % declaration.number, lead, paragraphs, "expired")


def _notice(
    declaration: Declaration,
    subject: str,
    lead: str,
    paragraphs: list[str],
    key: str,
    *,
    link: str = "",
    button: str = "",
) -> OutboxMessage:
    context = {
        "person": declaration.declarant,
        "lead": lead,
        "paragraphs": paragraphs,
        "button": button or _("Lihat status deklarasi"),
    }
    target = link or _absolute("declarations:detail", declaration.number)
    return _send_to(
        declaration.declarant.mailbox,
        "case_notice",
        context,
        subject=subject,
        declaration=declaration,
        key=f"{declaration.number}.{key}",
        secret={"link": target},
    )


def _send_to(
    to: str,
    name: str,
    context: dict[str, Any],
    *,
    subject: str,
    declaration: Declaration,
    key: str,
    secret: dict[str, str],
) -> OutboxMessage:
    return compose(
        name, to, {**context, "subject": subject}, key=key, case=declaration.number, purpose=name, secret=secret
    )
