"""What becomes of a request to a head: asked again, reminded, moved, opened anew."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import emails, work
from approvals.models import Stage, Step, Via, WorkKind
from approvals.policies import check_pending, check_reviewer
from approvals.routing import level_above
from approvals.submission import current_route
from approvals.workflow.asking import MOST_MAILS, ask
from approvals.workflow.moving import cancel_for, lock, lock_step, move, open_step
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.heads import head_of
from portal.people.models import Employee


@transaction.atomic
def reopen(step: Step, *, by: Employee) -> Declaration:
    """'Bukan saya': the head disowns a decision made in his name; he is asked again and must now prove himself.

    Possible until BKPSDM or the Inspektorat has decided; the disowned decision stays in the record, cancelled.
    """
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    if step.stage != Stage.HEAD or step.assigned_to_id != by.pk:
        raise Refused(_("Tautan tidak dikenal."), status=404)
    possible = {Status.AWAITING_REVIEW, Status.AWAITING_INSPECTORATE}
    if step.cancelled_at is not None or step.decided_at is None or declaration.status not in possible:
        raise Refused(_("Keputusan ini tidak dapat dibuka lagi. Hubungi BKPSDM bila ada yang keliru."))
    if Step.objects.filter(declaration=declaration, decided_at__gt=step.decided_at).exists():
        raise Refused(_("BKPSDM sudah memutus tahap berikutnya. Hubungi BKPSDM bila ada yang keliru."))
    Step.objects.filter(declaration=declaration, decided_at=None, cancelled_at=None).update(
        cancelled_at=clock.now(), cancelled_because="disowned"
    )
    step.cancelled_at, step.cancelled_because = clock.now(), "disowned"
    step.save(update_fields=["cancelled_at", "cancelled_because"])
    move(declaration, Status.AWAITING_HEAD, by=by, event="disowned", via=Via.LINK, step=step.pk)
    fresh = Step.objects.create(
        declaration=declaration,
        snapshot=step.snapshot,
        stage=Stage.HEAD,
        assigned_to=step.assigned_to,
        opd=step.opd,
        capacity=step.capacity,
        post=step.post,
        because=step.because,
        second_look=step.second_look,
        inspectorate_decides=step.inspectorate_decides,
        second_reviewer=step.second_reviewer,
        reopens=step,
        opened_at=clock.now(),
        mailed_at=clock.now(),
        due_on=declaration.due_on,
    )
    emails.ask_head(fresh).send()
    emails.reopened(declaration, fresh).send()
    return declaration


@transaction.atomic
def ask_again(step: Step) -> Step:
    """Mail the request once more with a fresh link and kill the older ones; asked for by whoever holds an old link."""
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    check_pending(step)
    step.link_version += 1
    step.mailed_at = clock.now()
    step.save(update_fields=["link_version", "mailed_at"])
    record("link_renewed", declaration, by=None, via=Via.SYSTEM, step=step.pk, link_version=step.link_version)
    emails.ask_head(step).send()
    return step


@transaction.atomic
def reassign(step: Step) -> bool:
    """Move a pending request to whoever must decide today; the old link dies and says so. Tells whether it moved."""
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    route = current_route(declaration, step)
    if not step.pending or step.stage != Stage.HEAD or route.approver == step.assigned_to:
        return False
    cancel_for(step, declaration, "reassigned")
    fresh = open_step(declaration, step.snapshot, Stage.HEAD, route)
    record("reassigned", declaration, by=None, via=Via.SYSTEM, old_step=step.pk, new_step=fresh.pk)
    ask(fresh)
    emails.moved(declaration, fresh).send()
    return True


@transaction.atomic
def escalate(step: Step) -> bool:
    """Tell the next level, as information, and give BKPSDM a task: the working days of the head are over."""
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    if not step.pending or step.escalated_at is not None:
        return False
    step.escalated_at = clock.now()
    step.save(update_fields=["escalated_at"])
    above = level_above(step.opd) if step.opd is not None else None
    chief = head_of(above, clock.today()) if above is not None else None
    told = chief is not None and chief.person_id not in (declaration.declarant_id, step.assigned_to_id)
    told_to = chief.person_id if told and chief is not None else None
    record("escalated", declaration, by=None, via=Via.SYSTEM, step=step.pk, told=told_to)
    work.owe(WorkKind.HEAD_SILENT, _("Atasan belum memutus sampai batasnya"), declaration=declaration)
    if told and chief is not None:
        emails.escalated(step, chief).send()
    return True


@transaction.atomic
def remind(step: Step, *, due: int) -> bool:
    """Mail the head again when fewer reminders went out than are due by now; one mail, however many were missed."""
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    if not step.pending or step.reminders >= due:
        return False
    step.reminders = due
    step.save(update_fields=["reminders"])
    if emails.mails_to(step) >= MOST_MAILS or step.mailed_at is None:  # enough mails, or in today's list anyway
        return False
    record("reminded", declaration, by=None, via=Via.SYSTEM, step=step.pk, reminder=due)
    emails.remind_head(step).send()
    return True


@transaction.atomic
def nudge(step: Step, *, by: Employee) -> None:
    """Mail the head again because an officer asked; at once, at most once a day, within the mails one case may cost.

    Counts as the reminder that the clock would have sent next, so that nobody is mailed twice for one lapse.
    """
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    check_reviewer(declaration, by)
    check_pending(step)
    if step.stage != Stage.HEAD or step.assigned_to is None:
        raise Refused(_("Tidak ada pejabat yang sedang ditunggu pada deklarasi ini."))
    if step.mailed_at is None:
        raise Refused(_("Permintaan ini masuk daftar yang dikirim pukul 15.30; belum perlu diingatkan."))
    if emails.mails_to(step) >= MOST_MAILS:
        raise Refused(_("Pejabat ini sudah dikirimi %d email tentang perkara ini. Hubungi langsung.") % MOST_MAILS)
    if emails.mailed_today(step):
        raise Refused(_("Pejabat ini sudah dikirimi email tentang perkara ini hari ini."))
    step.reminders += 1
    step.save(update_fields=["reminders"])
    record("reminded", declaration, by=by, via=Via.DASHBOARD, step=step.pk, reminder=step.reminders)
    message = emails.remind_head(step)
    message.not_before = None  # a person asked for it: it goes at once
    message.send()
