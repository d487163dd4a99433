"""Requests follow the head of the day."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from approvals import work, workflow
from approvals.models import Because, Confirmation, Stage, WorkItem, WorkKind
from approvals.queries import pending_steps
from declarations.models import Declaration
from declarations.status import OPEN
from declarations.succession import HOLDS
from portal import clock
from portal.people.heads import in_force
from portal.people.models import Capacity, Employee

_BATCH = 500
ANSWER_WITHIN = timedelta(days=14)


def follow_transfers() -> int:
    """Bring the cases of everybody who moved to another unit or post up to date."""
    moved = Employee.objects.filter(moved_at__isnull=False).order_by("moved_at", "pk")
    done = 0
    for pk, moment in moved.values_list("pk", "moved_at")[:_BATCH]:
        cases = Declaration.objects.filter(declarant=pk, status__in=OPEN | HOLDS)
        for case in cases.order_by("pk"):
            workflow.follow_move(case)
            done += 1
        Employee.objects.filter(pk=pk, moved_at=moment).update(moved_at=None)
    return done


def unanswered_confirmations() -> int:
    """After 14 days without an answer BKPSDM gets a task; the approval stands."""
    known = WorkItem.objects.filter(kind=WorkKind.CONFIRMATION, declaration=OuterRef("declaration"), done_at=None)
    old = Confirmation.objects.filter(~Exists(known), answered_at=None, asked_at__lt=clock.now() - ANSWER_WITHIN)
    found = list(old.select_related("declaration").order_by("asked_at", "pk")[:_BATCH])
    for question in found:
        text = _("ASN belum mengonfirmasi isian setelah pindah")
        work.owe(WorkKind.CONFIRMATION, text, declaration=question.declaration)
    return len(found)


def move_to_todays_heads() -> int:
    """Move requests whose head is no head any more, is stood in for today, or was never named.

    A request that was passed on for this case alone stays where it is while that person is there. One without an
    official is looked at when its unit, or the declarant's own office (which he may head no longer, or for which
    somebody new is named), has somebody who can be mailed: those that nobody can be asked yet may be many, and would
    take the place of the others.
    """
    today = clock.today()
    terms = in_force(today)
    here = terms.filter(opd=OuterRef("opd"))
    own = here.filter(person=OuterRef("assigned_to"), capacity=OuterRef("capacity"))
    stand_in = here.filter(capacity=Capacity.PLH).exclude(person=OuterRef("assigned_to"))
    mailable = Q(person__contact_email__gt="") | Q(person__email_gov__gt="") | Q(person__email__gt="")
    others = terms.filter(mailable, person__is_active=True).exclude(person=OuterRef("declaration__declarant"))
    home = others.filter(opd=OuterRef("declaration__declarant__unit__office"))
    named = Q(opd=None) | Exists(others.filter(opd=OuterRef("opd"))) | Exists(home)
    elsewhere = Q(assigned_to__isnull=False) & ~Q(because=Because.PASSED_ON) & (~Exists(own) | Exists(stand_in))
    astray = (Q(assigned_to=None) & named) | elsewhere | Q(assigned_to__is_active=False)
    steps = pending_steps().filter(astray, stage=Stage.HEAD).select_related("declaration").order_by("due_on", "pk")
    return sum(workflow.reassign(step) for step in steps[:_BATCH])
