"""Who else has a case open: the record that somebody opened it, read back while it is fresh."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import Via
from declarations.models import Declaration
from portal.audit.log import history, record
from portal.audit.models import AuditEvent
from portal.dates import clock_time
from portal.people.models import Employee

OPENED = "case_opened"
FRESH = timedelta(minutes=30)


def lines_of(declaration: Declaration) -> list[AuditEvent]:
    """Return the lines of a case in their order; of its openings only the fresh ones."""
    return list(history(declaration.audit_chain).exclude(event=OPENED, at__lte=timezone.now() - FRESH))


def note(declaration: Declaration, lines: Iterable[AuditEvent], *, by: Employee) -> None:
    """Write down that this officer opened the case, once while the last such line is fresh."""
    if not any(line.event == OPENED and line.actor_id == by.pk for line in lines):
        record(OPENED, declaration, by=by, via=Via.DASHBOARD)


def lately(chains: Sequence[str], *, but: Employee) -> dict[str, str]:
    """Return, by audit chain of a case, who else opened it a short while ago and when: 'dibuka Sari 14.01'."""
    # one array: fifty values of IN would be prepared one by one
    listed = RawSQL("SELECT unnest(%s::varchar[])", [list(chains)])
    fresh = AuditEvent.objects.filter(chain__in=listed, event=OPENED, at__gt=timezone.now() - FRESH)
    return in_words(fresh.order_by("at").only("chain", "actor_name", "at", "actor_id", "event"), but=but)


def in_words(lines: Iterable[AuditEvent], *, but: Employee) -> dict[str, str]:
    """Return, by chain, the last of these openings by somebody else."""
    return {
        line.chain: _("dibuka %(who)s %(at)s") % {"who": line.actor_name, "at": clock_time(line.at)}
        for line in lines
        if line.event == OPENED and line.actor_id != but.pk
    }
