"""Ask a head: the first five requests of a day one by one, the others in the list of the afternoon."""

from datetime import datetime, time

from django.utils import timezone

from approvals import emails
from approvals.models import Stage, Step
from portal import clock

MOST_A_DAY = 5  # single requests to one head (DESIGN 9, row Requests)
MOST_MAILS = 4  # about one case to one person, reminders included


def ask(step: Step) -> None:
    """Mail the request to the head of this step, or leave it to the list when he had enough mails today."""
    if step.stage != Stage.HEAD or step.assigned_to_id is None:
        return
    midnight = timezone.make_aware(datetime.combine(clock.today(), time.min))
    asked = Step.objects.filter(assigned_to=step.assigned_to_id, mailed_at__gte=midnight).exclude(pk=step.pk)
    if asked.count() < MOST_A_DAY:
        emails.ask_head(step).send()
    else:
        step.mailed_at = None
        step.save(update_fields=["mailed_at"])
