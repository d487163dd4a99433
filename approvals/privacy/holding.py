"""The legal hold of a case: while it stands, retention and the deletion of drafts pass it by (domain.md 8.5)."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from approvals.policies import INSPECTORATE, groups_of
from approvals.privacy.models import Hold
from declarations.models import Declaration
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee


def standing(case: str) -> Exists:
    """Return the condition that a hold stands on the declaration whose key is in this column of the outer query."""
    return Exists(Hold.objects.filter(declaration=OuterRef(case), lifted_at=None))


def of(declaration: Declaration) -> Hold | None:
    """Return the hold that stands on the case."""
    return Hold.objects.filter(declaration=declaration, lifted_at=None).select_related("set_by").first()


def check(declaration: Declaration, person: Employee) -> None:
    """Refuse everybody but the Inspektorat, and each in his own case."""
    if INSPECTORATE not in groups_of(person) or person.pk == declaration.declarant_id:
        raise Refused(_("Hanya Inspektorat yang menahan atau melepas penghapusan."), status=403)


@transaction.atomic
def switch(declaration: Declaration, reason: str, *, stand: bool, by: Employee) -> Declaration:
    """Set the hold, or lift the one that stands; asking for what is the case already changes nothing."""
    check(declaration, by)
    declaration = Declaration.objects.select_for_update(of=("self",)).get(pk=declaration.pk)
    hold = of(declaration)
    if (hold is not None) == stand:
        return declaration
    if hold is None:
        Hold.objects.create(declaration=declaration, reason=reason, set_by=by, set_at=clock.now())
    else:
        hold.lift_reason, hold.lifted_by, hold.lifted_at = reason, by, clock.now()
        hold.save(update_fields=["lift_reason", "lifted_by", "lifted_at"])
    record("hold_set" if stand else "hold_lifted", declaration, by=by, via="dashboard")
    return declaration
