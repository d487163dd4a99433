"""Who else has a case open: the record that somebody opened it, read back while it is fresh."""

from collections.abc import Iterable
from datetime import timedelta

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
    if not _fresh([declaration]).filter(actor_id=by.pk).exists():
        record(OPENED, declaration, by=by, via=Via.DASHBOARD)


def lately(cases: Iterable[Declaration], *, but: Employee) -> dict[str, str]:
    """Return, by audit chain, who else opened these cases a short while ago and when: 'dibuka Sari 14.01'."""
    told: dict[str, str] = {}
    for line in _fresh(cases).exclude(actor_id=but.pk).order_by("at"):
        told[line.chain] = _("dibuka %(who)s %(at)s") % {"who": line.actor_name, "at": clock_time(line.at)}
    return told


def _fresh(cases: Iterable[Declaration]) -> AuditQuerySet:
    chains = [case.audit_chain for case in cases]
    return AuditEvent.objects.filter(chain__in=chains, event=OPENED, at__gt=timezone.now() - FRESH)
