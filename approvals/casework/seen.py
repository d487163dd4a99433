"""Who else has a case open: the record that somebody opened it, read back while it is fresh."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import Via
from declarations.models import Declaration
from portal.audit.log import record
from portal.audit.models import AuditEvent, AuditQuerySet
from portal.dates import clock_time
from portal.people.models import Employee

OPENED = "case_opened"
FRESH = timedelta(minutes=30)


def note(declaration: Declaration, by: Employee) -> None:
    """Write down that this officer opened the case, once while the last such line is fresh."""
    if not _fresh([declaration.audit_chain]).filter(actor_id=by.pk).exists():
        record(OPENED, declaration, by=by, via=Via.DASHBOARD)


def lately(chains: Sequence[str], *, but: Employee) -> dict[str, str]:
    """Return, by audit chain of a case, who else opened it a short while ago and when: 'dibuka Sari 14.01'."""
    lines = _fresh(chains).order_by("at").values_list("chain", "actor_name", "at", "actor_id")
    return {
        chain: _("dibuka %(who)s %(at)s") % {"who": who, "at": clock_time(at)}
        for chain, who, at, actor in lines
        if actor != but.pk
    }


def _fresh(chains: Sequence[str]) -> AuditQuerySet:
    # one array: fifty values of IN would be prepared one by one
    listed = RawSQL("SELECT unnest(%s::varchar[])", [list(chains)])
    return AuditEvent.objects.filter(chain__in=listed, event=OPENED, at__gt=timezone.now() - FRESH)
