"""Answering what was asked when a case came back."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.mending import last_return
from approvals.models import PointAnswer
from approvals.workflow.moving import lock
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.errors import Refused
from portal.people.models import Employee

ANSWER_MOST = 1000


@transaction.atomic
def answer_point(declaration: Declaration, part: str, text: str, *, by: Employee) -> None:
    """Keep the answer to one point; an empty one takes it back."""
    declaration = lock(declaration)
    step = last_return(declaration)
    if declaration.declarant_id != by.pk or declaration.status != Status.RETURNED or step is None:
        raise Refused(_("Deklarasi ini tidak sedang menunggu perbaikan Anda."))
    if part not in {mark["part"] for mark in step.marks}:
        raise Refused(_("Bagian ini tidak diminta diperbaiki."), status=404)
    if text:
        values = {"text": text[:ANSWER_MOST], "written_at": clock.now()}
        PointAnswer.objects.update_or_create(step=step, part=part, defaults=values)
    else:
        PointAnswer.objects.filter(step=step, part=part).delete()
