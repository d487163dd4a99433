"""One list at 15.30 for heads with many cases: everything open, oldest first, also what was not mailed singly today."""

from datetime import time

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from approvals import emails
from approvals.models import Stage, Step
from approvals.queries import pending_steps
from portal import clock
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee

_BATCH = 200
LIST_AT = time(15, 30)
MANY = 5  # more open cases than this: a daily list


def send_lists() -> int:
    """Send each head in question one list a working day, from 15.30 on; late it still goes, in the hours of mail."""
    local = timezone.localtime(clock.now())
    if local.time() < LIST_AT or not clock.is_working_day(local.date()):
        return 0
    day = local.date()
    many = (
        pending_steps()
        .filter(stage=Stage.HEAD, assigned_to__is_active=True)
        .values("assigned_to")
        .annotate(open=Count("pk"), unasked=Count("pk", filter=Q(mailed_at=None)))
        .filter(Q(open__gt=MANY) | Q(unasked__gt=0))
        .order_by("assigned_to")
    )
    heads = [row["assigned_to"] for row in many]
    keys = {f"list.{pk}.{day:%Y%m%d}": pk for pk in heads}
    sent = set(OutgoingEmail.objects.filter(key__in=keys).values_list("key", flat=True))
    owed = [pk for key, pk in keys.items() if key not in sent][:_BATCH]
    for person in Employee.objects.filter(pk__in=owed).order_by("pk"):
        _send(person, f"list.{person.pk}.{day:%Y%m%d}")
    return len(owed)


@transaction.atomic
def _send(person: Employee, key: str) -> None:
    steps = list(
        pending_steps()
        .filter(stage=Stage.HEAD, assigned_to=person)
        .select_related("declaration", "snapshot")
        .order_by("opened_at", "pk")
    )
    emails.list_for_head(person, steps, key=key).send()
    Step.objects.filter(pk__in=[step.pk for step in steps], mailed_at=None).update(mailed_at=clock.now())
