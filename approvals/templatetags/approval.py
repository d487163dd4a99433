"""What the declarant's pages show of the deciding side: status, recipient, likely questions, history, marks."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from approvals import catalogue, mending
from approvals.history import timeline
from approvals.models import Outcome, Stage, Step
from approvals.preview import expected_route, likely_findings
from approvals.queries import pending_step
from approvals.workflow import last_day
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.mail.display import masked_address

register = template.Library()

_NEXT = {
    Status.AWAITING_HEAD: lambda: _("Ditinjau BKPSDM, paling lama 7 hari kerja"),
    Status.AWAITING_REVIEW: lambda: _("Keputusan dan surat keterangan"),
    Status.AWAITING_INSPECTORATE: lambda: _("Kembali ke BKPSDM untuk diputus"),
    Status.OBJECTION: lambda: _("Keputusan akhir atas keberatan Anda"),
    Status.RETURNED: lambda: _("Setelah dikirim ulang, kembali ke yang meminta perbaikan"),
}


@register.inclusion_tag("approvals/_approver_preview.html")
def approver_preview(declaration: Declaration) -> dict[str, Any]:
    """Who will be asked, and why: shown before sending."""
    route = expected_route(declaration)
    return {
        "route": route,
        "address": masked_address(route.approver.mailbox) if route.approver else "",
        "because": route.because.label,
    }


@register.inclusion_tag("approvals/_likely_findings.html", name="likely_findings")
def likely_findings_block(declaration: Declaration) -> dict[str, Any]:
    """Topics a reviewer will probably ask about; never thresholds, never a judgement."""
    return {"declaration": declaration, "findings": likely_findings(declaration)}


@register.inclusion_tag("approvals/_case_status.html")
def case_status(declaration: Declaration) -> dict[str, Any]:
    """Whose turn, since when, until when, what next, and the steps of the case."""
    step = pending_step(declaration)
    holder, post = holder_of(declaration, step)
    due = declaration.due_on
    next_word = _NEXT.get(Status(declaration.status))
    return {
        "declaration": declaration,
        "holder": holder,
        "post": post,
        "since": declaration.since,
        "due": due,
        "days_left": clock.working_days_left(due, clock.today()) if due else None,
        "next": next_word() if next_word else "",
        "steps": track(declaration),
    }


def holder_of(declaration: Declaration, step: Step | None) -> tuple[str, str]:
    """Return in whose hands the case is, and the post, in words for the declarant."""
    if declaration.status in (Status.DRAFT, Status.RETURNED):
        return _("Anda"), ""
    if step is None:
        return "", ""
    if step.stage == Stage.HEAD:
        if step.assigned_to is None:
            return _("BKPSDM"), _("Belum ada pejabat; BKPSDM akan menetapkannya")
        return step.assigned_to.official_name, step.post
    if step.stage == Stage.OBJECTION:
        return _("Penelaah keberatan"), _("Petugas yang belum pernah ikut memutus deklarasi ini")
    return (_("Inspektorat"), "") if step.stage == Stage.INSPECTORATE else (_("Tim BKPSDM"), "")


def track(declaration: Declaration) -> list[dict[str, Any]]:
    """Return the three or four stations of the case for components/track.html."""
    status = Status(declaration.status)
    sent = declaration.submitted_at is not None
    order = [Status.AWAITING_HEAD, Status.AWAITING_REVIEW]
    labels = [_("Atasan"), _("BKPSDM")]
    if declaration.steps.filter(stage=Stage.INSPECTORATE).exists():
        order.insert(1, Status.AWAITING_INSPECTORATE)
        labels.insert(1, _("Inspektorat"))
    if declaration.objections.filter(admitted=True).exists():
        order.append(Status.OBJECTION)
        labels.append(_("Keberatan"))
    over = declaration.decided_at is not None
    now = order.index(status) if status in order else (len(order) if over else -1)
    stations = [{"label": _("Terkirim"), "note": _("selesai") if sent else _("belum"), "state": "done" if sent else ""}]
    for position, label in enumerate(labels):
        state = "done" if position < now else "now" if position == now else ""
        note = {"done": _("selesai"), "now": _("sedang berjalan")}.get(state, _("belum mulai"))
        stations.append({"label": label, "note": note, "state": state})
    return stations


@register.inclusion_tag("components/timeline.html")
def case_timeline(declaration: Declaration, officer: bool = False) -> dict[str, Any]:
    """Everything that happened, newest first."""
    return {"events": timeline(declaration, officer=officer)}


@register.inclusion_tag("approvals/_return_points.html", takes_context=True)
def return_points(context: Context, declaration: Declaration) -> dict[str, Any]:
    """The parts that were marked for mending, each with its note and the way to its page."""
    return {
        "csrf_token": context.get("csrf_token"),
        "declaration": declaration,
        "step": mending.last_return(declaration),
        "points": mending.points(declaration),
        "falls": mending.falls(declaration),
        "typed": context.get("typed") or {},
    }


@register.simple_tag
def decision_of(declaration: Declaration) -> Step | None:
    """Return the step that ended the case, with its conditions, or None while it is open."""
    ended = {Outcome.APPROVED, Outcome.APPROVED_CONDITIONS, Outcome.REJECTED}
    return (
        declaration.steps.filter(outcome__in=ended, cancelled_at=None)
        .prefetch_related("conditions")
        .order_by("-decided_at")
        .first()
    )


@register.simple_tag
def commitments_of(declaration: Declaration) -> list[str]:
    """Return the seven commitments in the words of today, naming the discipline rule that binds this person."""
    return catalogue.commitments(declaration.declarant.employment_type, clock.today())


@register.inclusion_tag("approvals/_objection_note.html")
def objection_note(declaration: Declaration) -> dict[str, Any]:
    """What became of an objection, or until when one may be filed."""
    until = last_day(declaration) if declaration.status == Status.REJECTED and not declaration.final else None
    return {
        "declaration": declaration,
        "objection": declaration.objections.order_by("-pk").first(),
        "until": until,
        "late": until is not None and clock.today() > until,
        "final": declaration.final,
    }
