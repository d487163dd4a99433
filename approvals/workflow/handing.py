"""A head hands a request on: to an official of the same office for this case, or upwards because of an interest."""

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import emails
from approvals.models import Because, Recusal, Stage, Step, Via
from approvals.parts import barred
from approvals.policies import check_pending, check_stage
from approvals.submission import current_route
from approvals.verdicts import REASON_MIN
from approvals.workflow.asking import ask
from approvals.workflow.moving import cancel_for, lock, lock_step, open_step
from declarations.models import Declaration
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee, PostKind

REASONS = {
    "dinas_luar": gettext_lazy("Dinas luar"),
    "cuti": gettext_lazy("Cuti"),
    "sakit": gettext_lazy("Sakit"),
    "lainnya": gettext_lazy("Lainnya"),
}


def officials_for(step: Step) -> QuerySet[Employee]:
    """Return who may be handed this case: people of the head's office with an address of their own, structural first.

    Never the declarant, whoever shares an address with him, or somebody who stepped down or decided elsewhere.
    """
    declaration = step.declaration
    declarant = declaration.declarant
    out = {declarant.pk, *barred(declaration)}
    shared = [address for address in (declarant.contact_email, declarant.email, declarant.email_gov) if address]
    rank = Case(When(post_kind=PostKind.STRUCTURAL, then=Value(0)), default=Value(1), output_field=IntegerField())
    people = Employee.objects.filter(Q(unit=step.opd_id) | Q(unit__office=step.opd_id), is_active=True)
    has_mail = ~Q(contact_email=None) | ~Q(email="") | ~Q(email_gov="")
    same_mail = Q(contact_email__in=shared) | Q(email__in=shared) | Q(email_gov__in=shared)
    free = people.filter(has_mail).exclude(same_mail).exclude(pk__in=out).exclude(steps=step)
    return free.select_related("unit").order_by(rank, "name", "pk")


@transaction.atomic
def pass_on(step: Step, to: Employee, *, reason: str, by: Employee) -> Step:
    """Hand this one case to an official of the same office; the first one may take it back until it is decided."""
    declaration, step = _mine(step, by)
    if step.because == Because.PASSED_ON:
        raise Refused(_("Perkara ini sudah diteruskan kepada Bapak/Ibu. Kembalikan lewat pejabat semula."), status=403)
    if reason not in REASONS:
        raise Refused(_("Pilih alasan"), status=422)
    if not officials_for(step).filter(pk=to.pk).exists():
        raise Refused(_("Pilih pejabat dari OPD yang sama; bukan yang mengajukan deklarasi"), status=422)
    fresh = _hand(declaration, step, to, because=Because.PASSED_ON, cancelled="passed_on")
    record("passed_on", declaration, by=by, via=Via.LINK_CODE, old_step=step.pk, new_step=fresh.pk, reason=reason)
    emails.passed_on(step, fresh).send()
    return fresh


@transaction.atomic
def take_back(step: Step, *, by: Employee) -> Step:
    """Take a case back that one had handed on and that is not decided yet. `step` is the one that was handed on."""
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    given = step.passed_to.filter(decided_at=None, cancelled_at=None).first()
    if step.assigned_to_id != by.pk or given is None:
        raise Refused(_("Perkara ini sudah diputus atau beralih lagi, jadi tidak dapat diambil kembali."))
    given.declaration = declaration
    fresh = _hand(declaration, given, by, because=Because(step.because or Because.HEAD_OF_OPD), cancelled="taken_back")
    fresh.post, fresh.capacity, fresh.passed_from = step.post, step.capacity, None
    fresh.save(update_fields=["post", "capacity", "passed_from"])
    record("taken_back", declaration, by=by, via=Via.LINK, old_step=given.pk, new_step=fresh.pk)
    return fresh


@transaction.atomic
def step_down(step: Step, *, reason: str, by: Employee) -> Step:
    """Leave a case because of an interest: it goes one level up and never comes back to this person."""
    declaration, step = _mine(step, by)
    if len(reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    Recusal.objects.create(declaration=declaration, person=by, reason=reason.strip()[:2000], at=clock.now())
    cancel_for(step, declaration, "stepped_down")
    fresh = open_step(declaration, step.snapshot, Stage.HEAD, current_route(declaration, step))
    record("stepped_down", declaration, by=by, via=Via.LINK, old_step=step.pk, new_step=fresh.pk)
    ask(fresh)
    emails.moved(declaration, fresh).send()
    return fresh


def _mine(step: Step, by: Employee) -> tuple[Declaration, Step]:
    declaration = lock(step.declaration)
    step = lock_step(step, declaration)
    check_pending(step)
    check_stage(step, by)
    if step.stage != Stage.HEAD:
        raise Refused(_("Tautan tidak dikenal."), status=404)
    return declaration, step


def _hand(declaration: Declaration, step: Step, to: Employee, *, because: Because, cancelled: str) -> Step:
    cancel_for(step, declaration, cancelled)
    fresh = Step.objects.create(
        declaration=declaration,
        snapshot=step.snapshot,
        stage=Stage.HEAD,
        assigned_to=to,
        opd=step.opd,
        post=_("%(post)s, mewakili %(head)s") % {"post": to.post, "head": step.post},
        because=because,
        second_look=step.second_look,
        inspectorate_decides=step.inspectorate_decides,
        second_reviewer=step.second_reviewer,
        passed_from=step if because == Because.PASSED_ON else None,
        reopens=step.reopens,
        opened_at=clock.now(),
        mailed_at=clock.now(),
        due_on=declaration.due_on,
    )
    emails.ask_head(fresh).send()
    emails.moved(declaration, fresh).send()
    return fresh
