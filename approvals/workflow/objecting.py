"""Objections: filed by the declarant, admitted when late, decided by somebody who took no part."""

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from approvals import emails, work
from approvals.models import Objection, Outcome, Stage, Step, Via, WorkKind
from approvals.parts import INSPECTORATE, group_of
from approvals.policies import check_other_team, check_reviewer
from approvals.verdicts import REASON_MIN
from approvals.workflow.moving import follow, lock, move
from declarations.answers import held_elsewhere, items_of
from declarations.models import Declaration
from declarations.status import DAYS_TO_OBJECT, Status
from portal import clock, dates
from portal.audit.log import record
from portal.errors import Refused
from portal.files import store
from portal.people.models import Employee

GROUNDS_MOST = 2000


def last_day(declaration: Declaration) -> date | None:
    """Return the last calendar day for an objection in time: the fourteenth after the result."""
    return dates.day(declaration.decided_at) + DAYS_TO_OBJECT if declaration.decided_at else None


def rejection(declaration: Declaration) -> Step | None:
    """Return the decision an objection would be against."""
    found = declaration.steps.filter(outcome=Outcome.REJECTED, cancelled_at=None)
    return found.order_by("-decided_at", "-pk").first()


def check_objectable(declaration: Declaration) -> Step:
    """The result must be a rejection that is not final, not objected to yet, of channels not declared anew."""
    against = rejection(declaration)
    if declaration.status != Status.REJECTED or against is None:
        raise Refused(_("Keberatan hanya dapat diajukan atas deklarasi yang tidak disetujui."))
    if declaration.final:
        raise Refused(_("Keputusan atas keberatan bersifat akhir. Anda dapat mengajukan deklarasi baru."))
    if Objection.objects.filter(against=against).exists():
        raise Refused(_("Keberatan atas keputusan ini sudah tercatat."))
    held = held_elsewhere(declaration.declarant, declaration)
    for item in items_of(declaration):
        other = held.get((item.channel.platform, item.channel.key))
        if other is not None:
            sentence = _("Kanal %(channel)s sudah Anda deklarasikan lagi dalam %(number)s. Tarik deklarasi itu dulu.")
            raise Refused(sentence % {"channel": item.channel, "number": other.number})
    return against


@transaction.atomic
def object_to(
    declaration: Declaration, grounds: str, uploads: Sequence["UploadedFile[bytes]"] = (), *, by: Employee
) -> Objection:
    """Object to a rejection. In time, it goes to a reviewer at once; late, it waits until one admits it."""
    declaration = lock(declaration)
    if declaration.declarant_id != by.pk:
        raise Refused(_("Hanya yang mengisi yang dapat mengajukan keberatan."), status=403)
    against = check_objectable(declaration)
    grounds = grounds.strip()
    if len(grounds) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    until = last_day(declaration)
    late = until is None or clock.today() > until
    objection = Objection.objects.create(
        declaration=declaration,
        against=against,
        grounds=grounds[:GROUNDS_MOST],
        filed_at=clock.now(),
        late=late,
        admitted=None if late else True,
    )
    objection.files.set(store.accept(uploads, by=by, case=declaration.number))
    if late:
        record("objection_late", declaration, by=by, via=Via.DASHBOARD, objection=objection.pk)
        text = _("Keberatan terlambat: terima atau tolak dengan alasan")
        work.owe(WorkKind.LATE_OBJECTION, text, declaration=declaration)
    else:
        _open(objection, declaration, by=by)
    emails.objection_filed(declaration, objection).send()
    return objection


@transaction.atomic
def admit(objection: Objection, *, accepted: bool, reason: str, by: Employee) -> Objection:
    """Let a late objection in, or not; either way with a recorded reason that the declarant reads."""
    declaration = lock(objection.declaration)
    objection = Objection.objects.select_for_update(of=("self",)).select_related("against").get(pk=objection.pk)
    check_reviewer(declaration, by)
    check_other_team(declaration, by)
    if not objection.late or objection.admitted is not None:
        raise Refused(_("Keberatan ini sudah diputuskan untuk ditelaah atau tidak."))
    if len(reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    objection.admitted, objection.admission_reason = accepted, reason.strip()
    objection.admitted_by, objection.admitted_at = by, clock.now()
    objection.save()
    work.settle(WorkKind.LATE_OBJECTION, declaration=declaration, by=by)
    if accepted:
        check_still_free(declaration)
        _open(objection, declaration, by=by)
    else:
        record("objection_refused", declaration, by=by, via=Via.DASHBOARD, objection=objection.pk)
    emails.objection_admitted(declaration, objection).send()
    return objection


def check_still_free(declaration: Declaration) -> None:
    """The channels of a late objection must not have been declared anew in the meantime."""
    held = held_elsewhere(declaration.declarant, declaration)
    for item in items_of(declaration):
        other = held.get((item.channel.platform, item.channel.key))
        if other is not None:
            raise Refused(_("Kanalnya sudah dideklarasikan lagi dalam %s; keberatan ini tidak dapat diterima.") % other)


def _open(objection: Objection, declaration: Declaration, *, by: Employee) -> Step:
    """Open the step of the objection for whoever took no part; the old reviewer's name comes off the case."""
    declaration.reviewer = None
    move(declaration, Status.OBJECTION, by=by, event="objected", via=Via.DASHBOARD, objection=objection.pk)
    against = objection.against
    against.declaration = declaration
    step = follow(against, Stage.OBJECTION)
    if group_of(step) == INSPECTORATE and not step.inspectorate_decides:
        record("objection_to_inspectorate", declaration, by=None, via=Via.SYSTEM, step=step.pk)
    return step
