"""The story of a case as a person reads it: audit events and mails, newest first."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.casework.seen import OPENED
from approvals.models import Stage, Step, Via
from approvals.queries import read_steps
from declarations.models import Declaration
from portal.audit.log import history
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail

TITLES = {
    "draft_started": gettext_lazy("Draf dibuat"),
    "submitted": gettext_lazy("Deklarasi terkirim"),
    "letter_issued": gettext_lazy("Surat keterangan terbit"),
    "withdrawn": gettext_lazy("Deklarasi ditarik"),
    "closed": gettext_lazy("Ditutup BKPSDM: tidak diperbaiki lebih dari 30 hari"),
    "revoked": gettext_lazy("Persetujuan dicabut"),
    "expired": gettext_lazy("Masa berlaku berakhir"),
    "superseded": gettext_lazy("Digantikan oleh deklarasi baru"),
    "disowned": gettext_lazy("Atasan menyatakan “bukan saya”; keputusannya dibuka lagi"),
    "link_renewed": gettext_lazy("Tautan keputusan diperbarui"),
    "reassigned": gettext_lazy("Pejabat yang memutus berganti"),
    "proof_sent": gettext_lazy("Bukti syarat dikirim"),
    "proof_judged": gettext_lazy("Bukti syarat diperiksa"),
    "suspended": gettext_lazy("Persetujuan ditangguhkan"),
    "lifted": gettext_lazy("Persetujuan berlaku lagi"),
    "passed_on": gettext_lazy("Diteruskan kepada pejabat lain untuk perkara ini"),
    "taken_back": gettext_lazy("Diambil kembali oleh pejabat semula"),
    "stepped_down": gettext_lazy("Pejabat mundur karena punya kepentingan; naik setingkat"),
    "moved": gettext_lazy("ASN pindah unit; perkara mengikuti"),
    "rescreened": gettext_lazy("Ditapis ulang"),
    "confirmed": gettext_lazy("ASN mengonfirmasi isian setelah pindah"),
    "escalated": gettext_lazy("Lewat batas: atasan di atasnya dan BKPSDM diberi tahu"),
    "reminded": gettext_lazy("Pengingat ke atasan"),
    "objected": gettext_lazy("Keberatan diajukan dan ditelaah"),
    "objection_late": gettext_lazy("Keberatan terlambat diajukan"),
    "objection_refused": gettext_lazy("Keberatan terlambat tidak ditelaah"),
    "objection_to_inspectorate": gettext_lazy("Tidak ada peninjau yang bebas; Inspektorat menelaah keberatan"),
    "taken": gettext_lazy("Diambil peninjau"),
    "released": gettext_lazy("Dilepas peninjau"),
    "assigned": gettext_lazy("Ditugaskan kepada peninjau"),
    "finding_judged": gettext_lazy("Temuan dinilai"),
    "note_written": gettext_lazy("Catatan internal ditulis"),
    "bundle_made": gettext_lazy("Paket bukti dibuat"),
    "bundle_checked": gettext_lazy("Paket bukti diperiksa"),
    "comment_written": gettext_lazy("Komentar pada isian ditulis"),
    "hold_set": gettext_lazy("Penghapusan data ditahan"),
    "hold_lifted": gettext_lazy("Penahanan penghapusan dilepas"),
    "sensitive_read": gettext_lazy("Jawaban sensitif dibaca"),
}
_KEY = frozenset(
    {"submitted", "decided", "withdrawn", "closed", "revoked", "expired", "disowned", "objected", "suspended", "lifted"}
)
_INTERNAL = frozenset(
    {
        "taken",
        "released",
        "assigned",
        "finding_judged",
        "note_written",
        "comment_written",
        "rescreened",
        "bundle_made",
        "bundle_checked",
        "hold_set",
        "hold_lifted",
    }
)
_MAIL_TITLES = {
    "head_request": gettext_lazy("Email permintaan keputusan ke atasan"),
    "head_code": gettext_lazy("Email kode ke atasan"),
    "head_receipt": gettext_lazy("Email bukti keputusan ke atasan"),
    "office_notice": gettext_lazy("Email pemberitahuan ke pejabat"),
    "case_notice": gettext_lazy("Email pemberitahuan ke ASN"),
}


def timeline(
    declaration: Declaration, lines: Iterable[AuditEvent] | None = None, *, officer: bool
) -> list[dict[str, Any]]:
    """Return the events for components/timeline.html; a declarant sees offices, not reviewers' names (DESIGN 9).

    `lines` are those of the case where they have been read already.
    """
    steps = {step.pk: step for step in read_steps(declaration)}
    if lines is None:
        lines = history(declaration.audit_chain).exclude(event=OPENED)
    events = [
        _event(line, steps, declaration, officer=officer)
        for line in lines
        if line.event != OPENED and (officer or line.event not in _INTERNAL)
    ]
    mails = OutgoingEmail.objects.filter(case=declaration.number).order_by("pk")
    events += [_mail(mail) for mail in mails.only("purpose", "state", "sent_at", "created_at")]
    return sorted(events, key=lambda each: each["at"])[::-1]  # of one moment, what came later stands above


def _event(event: AuditEvent, steps: dict[int, Step], declaration: Declaration, *, officer: bool) -> dict[str, Any]:
    step = steps.get(event.data.get("step", 0))
    title, quote = TITLES.get(event.event, event.event), ""
    who = event.actor_name or _("sistem")
    if event.event == "decided" and step is not None:
        title = f"{step.get_stage_display()}: {step.get_outcome_display().lower()}"
        quote = step.reason
        if step.stage == Stage.HEAD:
            who = f"{step.assigned_to}, {step.get_via_display()}"
            if step.via == Via.PAPER:
                recorder = event.actor_name if officer else _("BKPSDM")
                who = _("%(who)s, dicatat oleh %(recorder)s") % {"who": who, "recorder": recorder}
    by_officer = event.actor_id not in (None, declaration.declarant_id) and (step is None or step.stage != Stage.HEAD)
    if not officer and by_officer:
        who = step.get_stage_display() if step is not None else _("petugas")
    if event.event == "finding_judged":
        title = f"{title}: {event.data.get('code', '')}"
    if event.event == "submitted" and event.data.get("version", 1) > 1:
        title = _("Deklarasi dikirim ulang, versi %d") % event.data["version"]
    return {"title": title, "at": event.as_of or event.at, "who": who, "quote": quote, "key": event.event in _KEY}


def _mail(mail: OutgoingEmail) -> dict[str, Any]:
    title = _MAIL_TITLES.get(mail.purpose, _("Email"))
    state = {"sent": _("terkirim"), "failed": _("gagal terkirim")}.get(mail.state, _("antre"))
    return {
        "title": f"{title}: {state}",
        "at": mail.sent_at or mail.created_at,
        "who": _("sistem"),
        "bad": mail.state == "failed",
        "mail": mail.pk,
    }
