"""Sending and sending again: freeze, screen, route, ask."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import emails, routing
from approvals.mending import check_mended
from approvals.models import Via
from approvals.parts import barred
from approvals.submission import freeze, resume_stage, save_findings
from approvals.workflow.asking import ask
from approvals.workflow.moving import STATUS_OF_STAGE, lock, move, open_step
from declarations.drafts import problems, read_whole
from declarations.models import Declaration
from declarations.nil.statement import end_by_declaring
from declarations.status import EDITABLE
from portal import clock
from portal.errors import Refused
from portal.people.models import Employee


class Incomplete(Refused):
    """Something that is asked has no answer yet."""

    def __init__(self, first: str) -> None:
        super().__init__(_("Deklarasi belum lengkap: %s") % first, status=422)


@transaction.atomic
def submit(declaration: Declaration, *, by: Employee) -> Declaration:
    """Freeze the answers, screen them, route them, ask the first approver, thank the declarant.

    A case that is not the declarant's to edit is returned untouched: pressing "send" twice sends once.
    """
    declaration = lock(declaration)
    if declaration.declarant_id != by.pk:
        raise Refused(_("Hanya yang mengisi yang dapat mengirim deklarasi ini."), status=403)
    if declaration.status not in EDITABLE:
        return declaration
    read_whole(declaration)
    missing = problems(declaration)
    if missing:
        raise Incomplete(missing[0].text)
    check_mended(declaration)
    before = declaration.snapshot if declaration.version else None
    snapshot, facts, sensitive = freeze(declaration)
    findings = save_findings(declaration, snapshot, facts)
    has_block = any(finding.severity == "block" for finding in findings)
    stage = resume_stage(declaration, before, snapshot)
    related = sensitive.get("F8") == "YA"
    out = barred(declaration) if before else set()  # nobody has had a part in what is sent for the first time
    unit = declaration.declarant.unit
    route = routing.route(declaration.declarant, unit, clock.today(), has_block=has_block, related=related, barred=out)
    declaration.submitted_at = declaration.submitted_at or clock.now()
    move(
        declaration,
        STATUS_OF_STAGE[stage],
        by=by,
        event="submitted",
        via=Via.DASHBOARD,
        version=snapshot.version,
        digest=snapshot.digest,
        findings=[finding.code for finding in findings],
    )
    step = open_step(declaration, snapshot, stage, route)
    ask(step)
    end_by_declaring(by)
    emails.sent(declaration, step).send()
    return declaration
