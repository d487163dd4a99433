"""Everything that time owes, found by queries: expiries, letters still to be made (mails: portal.mail)."""

from approvals import letters, workflow
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.accounts.upkeep import forget

_BATCH = 500


def perform() -> int:
    """Expire what is over, render letters that have no file, drop used codes; returns how many things were done."""
    over = Declaration.objects.filter(
        status__in=[Status.APPROVED, Status.SUSPENDED], valid_until__lt=clock.today()
    ).order_by("valid_until", "pk")[:_BATCH]
    done = sum(workflow.expire(declaration).status == Status.EXPIRED for declaration in over)
    forget(clock.now())
    return done + letters.render_missing()
