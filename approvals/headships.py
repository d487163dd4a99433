"""What a change of a head means for cases: how many wait, who moves, what an office should look at."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from approvals import work, workflow
from approvals.duties.acting import TERMS
from approvals.duties.moves import move_to_todays_heads
from approvals.models import Audience, Because, Stage, Step, WorkKind
from approvals.queries import pending_steps
from portal import clock
from portal.dates import long_date
from portal.mail.models import OutgoingEmail, State
from portal.people import head_changes
from portal.people.heads import PRECEDENCE, in_force
from portal.people.models import DECIDING, Capacity, Employee, HeadAssignment, HeadChange, Opd

SOON = timedelta(days=14)
_FAILED_LATELY = timedelta(days=30)


@dataclass
class Office:
    """One deciding unit on the list: who heads it today, what waits there, what to look at."""

    unit: Opd
    heads: list[HeadAssignment]
    waiting: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def head(self) -> HeadAssignment | None:
        return self.heads[0] if self.heads else None


def waiting_at(opd: Opd) -> QuerySet[Step]:
    """Return the requests that follow whoever heads this unit; one handed on for its case alone stays."""
    return pending_steps().filter(stage=Stage.HEAD, opd=opd).exclude(because=Because.PASSED_ON)


def offices() -> list[Office]:
    """Return every deciding unit with its heads of today, its open requests and its warnings; four queries."""
    today = clock.today()
    units = list(Opd.objects.filter(kind__in=DECIDING, is_active=True).order_by("name", "pk"))
    heads: dict[int, list[HeadAssignment]] = {}
    for each in in_force(today).filter(opd__in=units).select_related("person", "opd").order_by("-starts", "pk"):
        heads.setdefault(each.opd_id, []).append(each)
    counted = pending_steps().filter(stage=Stage.HEAD, opd__isnull=False).exclude(because=Because.PASSED_ON)
    counts = dict(counted.values_list("opd").annotate(n=Count("pk")))
    addresses = {each.person.mailbox for found in heads.values() for each in found} - {""}
    since = clock.now() - _FAILED_LATELY
    failed = OutgoingEmail.objects.filter(to__in=addresses, state=State.FAILED, resends=None, failed_at__gte=since)
    broken = set(failed.values_list("to", flat=True))
    found = []
    for unit in units:
        ranked = sorted(heads.get(unit.pk, []), key=lambda each: PRECEDENCE.index(Capacity(each.capacity)))
        office = Office(unit, ranked, counts.get(unit.pk, 0))
        office.warnings = _warnings(office, broken, today)
        found.append(office)
    return found


def _warnings(office: Office, broken: set[str], today: date) -> list[str]:
    head = office.head
    if head is None:
        return [_("Belum ada pejabat")]
    found = []
    if not head.person.is_active:
        found.append(_("Pejabat tidak aktif lagi"))
    if not head.person.mailbox:
        found.append(_("Belum ada alamat email"))
    elif head.person.mailbox in broken:
        found.append(_("Email ke alamat ini gagal"))
    if head.ends is not None and head.ends <= today + SOON:
        found.append(_("Berakhir %s") % long_date(head.ends))
    if head.capacity == Capacity.PLT and (today - head.starts).days >= TERMS[0]:
        found.append(_("Plt. sudah %d hari") % (today - head.starts).days)
    return found


def asked(change: HeadChange) -> None:
    """Give the administrators a task: a second officer has to look."""
    text = _("%(kind)s di %(opd)s menunggu petugas kedua") % {"kind": change.get_kind_display(), "opd": change.opd}
    about = f"h{change.pk}"
    work.owe(WorkKind.HEAD_CHANGE, text[:300], opd=change.opd, about=about, audience=Audience.ADMINISTRATOR)


def decide(change: HeadChange, *, accepted: bool, by: Employee) -> int:
    """Let the second officer decide; cases follow at once. Returns how many requests were mailed anew."""
    change = head_changes.decide(change, accepted=accepted, by=by)
    work.settle(WorkKind.HEAD_CHANGE, opd=change.opd, about=f"h{change.pk}", by=by)
    if not accepted:
        return 0
    if change.kind != HeadChange.Kind.ADDRESS:
        return move_to_todays_heads()
    mine = pending_steps().filter(stage=Stage.HEAD, assigned_to=change.person, mailed_at__isnull=False)
    return len([workflow.ask_again(step) for step in mine.select_related("declaration").order_by("pk")])


def history(opd: Opd) -> QuerySet[HeadAssignment]:
    """Return who heads, headed and will head this unit, newest first."""
    return HeadAssignment.objects.filter(opd=opd).select_related("person", "opd").order_by("-starts", "-pk")


def current(opd: Opd) -> QuerySet[HeadAssignment]:
    """Return the terms that have not ended."""
    return history(opd).filter(Q(ends=None) | Q(ends__gte=clock.today()))
