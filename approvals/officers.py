"""Whether an office has anybody left who may decide a case; where it has nobody, its administrators are told."""

from django.utils.translation import gettext as _

from approvals import work
from approvals.models import Audience, Stage, Step, WorkItem, WorkKind
from approvals.parts import free_officers, group_of
from declarations.models import Declaration

_BATCH = 200


def ensure_officer(step: Step) -> None:
    """Open a piece of work for the administrators when nobody may decide this step; close it when somebody may."""
    if step.stage == Stage.HEAD:
        return
    if free_officers(step.declaration, group_of(step)).exists():
        work.settle(WorkKind.NO_OFFICER, declaration=step.declaration)
    else:
        text = _("Tidak ada petugas yang bebas untuk tahap %s; tunjuk petugas lain") % step.get_stage_display()
        work.owe(WorkKind.NO_OFFICER, text, declaration=step.declaration, audience=Audience.ADMINISTRATOR)


def settle_officers() -> int:
    """Look again at the cases that had nobody; called by the clock. Returns how many are settled."""
    waiting = WorkItem.objects.filter(kind=WorkKind.NO_OFFICER, done_at=None).order_by("opened_at")[:_BATCH]
    done = 0
    for item in waiting.select_related("declaration__declarant"):
        case: Declaration | None = item.declaration
        step = case.steps.filter(decided_at=None, cancelled_at=None).exclude(stage=Stage.HEAD).first() if case else None
        if step is None or free_officers(step.declaration, group_of(step)).exists():
            done += work.settle(WorkKind.NO_OFFICER, declaration=case)
    return done
