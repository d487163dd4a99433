"""What lies too long elsewhere: a task for the side that asked, a weekly mail to its head."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import emails, work
from approvals.models import Audience, Notice, Stage, Step, WorkItem, WorkKind
from approvals.queries import pending_steps
from approvals.routing import BKPSDM, INSPEKTORAT
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.mail.models import OutgoingEmail
from portal.people.heads import head_of
from portal.people.models import Opd

_BATCH = 500
_MOST_NAMED = 50
REMIND_RETURNED = 5  # working days after the return; the deadline is the seventh, the task follows on the eighth


def offices() -> int:
    """Open a task for each overdue step of BKPSDM and the Inspektorat, and tell their heads once a week."""
    done = 0
    for audience, code, stages in (
        (Audience.REVIEWER, BKPSDM, (Stage.REVIEW, Stage.SECOND, Stage.OBJECTION)),
        (Audience.INSPECTORATE, INSPEKTORAT, (Stage.INSPECTORATE,)),
    ):
        late = pending_steps().filter(stage__in=stages, due_on__lt=clock.today())
        done += _open_tasks(late.select_related("declaration"), audience)
        done += _tell_the_head(list(late.select_related("declaration").order_by("due_on", "pk")[:_MOST_NAMED]), code)
    return done


def _open_tasks(late: QuerySet[Step], audience: Audience) -> int:
    known = WorkItem.objects.filter(kind=WorkKind.STAGE_OVERDUE, declaration=OuterRef("declaration"), done_at=None)
    found = list(late.filter(~Exists(known)).order_by("due_on", "pk")[:_BATCH])
    for step in found:
        work.owe(WorkKind.STAGE_OVERDUE, _("Telaah lewat batas"), declaration=step.declaration, audience=audience)
    return len(found)


@transaction.atomic
def _tell_the_head(late: list[Step], code: str) -> int:
    """Mail the overdue cases to the head of the office, once in a calendar week."""
    office = Opd.objects.filter(code=code).first()
    chief = head_of(office, clock.today()) if office else None
    late = [step for step in late if chief is None or step.declaration.declarant_id != chief.person_id]
    if chief is None or not late:
        return 0
    year, week, _weekday = timezone.localdate(clock.now()).isocalendar()
    key = f"overdue.{code}.{year}W{week:02d}"
    if OutgoingEmail.objects.filter(key=key).exists():
        return 0
    emails.overdue_for_office(chief, late, key=key).send()
    return 1


def returned() -> int:
    """Remind a declarant who was asked to mend; after the deadline whoever asked gets a task."""
    today = clock.today()
    done = 0
    waiting = Declaration.objects.filter(status=Status.RETURNED).select_related("declarant").order_by("due_on", "pk")
    soon = clock.add_working_days(today, 7 - REMIND_RETURNED)
    for case in waiting.filter(due_on__lte=soon, due_on__gte=today)[:_BATCH]:
        kind = f"returned.v{case.version}"
        if not Notice.objects.filter(declaration=case, kind=kind).exists():
            with transaction.atomic():
                Notice.objects.create(declaration=case, kind=kind, sent_at=clock.now())
                emails.remind_returned(case).send()
            done += 1
    known = WorkItem.objects.filter(kind=WorkKind.RETURN_OVERDUE, declaration=OuterRef("pk"), done_at=None)
    for case in waiting.filter(~Exists(known), due_on__lt=today)[:_BATCH]:
        text = _("Perbaikan lewat batas; hubungi ASN, atau tutup setelah 30 hari")
        work.owe(WorkKind.RETURN_OVERDUE, text, declaration=case)
        done += 1
    return done


def settle_answered() -> int:
    """Close the tasks of steps that were decided and of cases that were sent again."""
    late = (
        pending_steps().filter(declaration=OuterRef("declaration"), due_on__lt=clock.today()).exclude(stage=Stage.HEAD)
    )
    items = WorkItem.objects.filter(done_at=None)
    decided = items.filter(~Exists(late), kind=WorkKind.STAGE_OVERDUE)
    mended = items.filter(kind=WorkKind.RETURN_OVERDUE).exclude(declaration__status=Status.RETURNED)
    return decided.update(done_at=clock.now()) + mended.update(done_at=clock.now())
