"""`check_*`: may this person do this to this case now; each raises a `Refused` with the sentence to show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from approvals.excluding import check_exclusions, rest_on
from approvals.models import Because, ConflictKind, Finding, Outcome, Stage, Step
from approvals.parts import INSPECTORATE as INSPECTORATE
from approvals.parts import REVIEWER as REVIEWER
from approvals.parts import decided_at_other_stage, group_of, reserved, stepped_down, took_part, valid_steps
from approvals.verdicts import APPROVALS, OUTCOMES_OF, REASON_MIN, Verdict
from declarations.models import Declaration, Severity
from declarations.status import Status
from portal import clock
from portal.errors import Refused
from portal.people.heads import in_force
from portal.people.models import Employee
from portal.people.roles import groups_of as groups_of
from portal.people.teams import same_team

ADMINISTRATOR, LEADERSHIP = "administrator", "leadership"
CLOSE_AFTER = timedelta(days=30)  # a returned case that nobody mended (DESIGN 9, row Overdue)


def allowed(check: Callable[..., None], *args: Any) -> bool:
    """Tell whether a check passes, for templates that hide what would be refused."""
    try:
        check(*args)
    except Refused:
        return False
    return True


def check_not_own(declaration: Declaration, person: Employee) -> None:
    """Nobody acts on his own case, in any capacity."""
    if declaration.declarant_id == person.pk:
        raise Refused(_("Anda tidak dapat memutus deklarasi Anda sendiri."), status=403)


def check_stage(step: Step, person: Employee) -> None:
    """The pending step must be this person's: the named head, or the group whose turn it is."""
    check_not_own(step.declaration, person)
    _check_not_stepped_down(step.declaration, person)
    if step.stage == Stage.HEAD:
        if step.assigned_to_id != person.pk:
            raise Refused(_("Keputusan ini ditujukan kepada pejabat lain."), status=403)
        _check_still_in_office(step)
        return
    if group_of(step) not in groups_of(person):
        raise Refused(_("Keputusan ini hanya dapat diambil oleh petugas yang berwenang."), status=403)
    check_other_team(step.declaration, person)
    _check_one_stage(step, person)


def _check_still_in_office(step: Step) -> None:
    """Who was asked must hold the post now, not only when he was asked: the clock moves requests a little later."""
    active = Employee.objects.filter(pk=step.assigned_to_id or 0, is_active=True)
    if step.because != Because.PASSED_ON:
        active = active.filter(assignments__in=in_force(clock.today()).filter(opd=step.opd_id))
    if not active.exists():
        raise Refused(_("Kewenangan memutus deklarasi ini sudah beralih kepada pejabat lain."), status=410)


def _check_not_stepped_down(declaration: Declaration, person: Employee) -> None:
    if person.pk in stepped_down(declaration):
        raise Refused(_("Anda sudah mundur dari perkara ini."), status=403)


def check_other_team(declaration: Declaration, person: Employee) -> None:
    """Nobody judges somebody he works side by side with: the same unit, his superior, or those he leads."""
    if same_team(declaration.declarant, person, clock.today()):
        raise Refused(_("Anda tidak dapat meninjau deklarasi dari unit Anda sendiri."), status=403)


def _check_one_stage(step: Step, person: Employee) -> None:
    """One person decides at one stage only; whoever took any part does not judge the objection."""
    before = decided_at_other_stage(step, person)
    if before is None and not (step.stage == Stage.OBJECTION and person.pk in took_part(step.declaration)):
        return
    if before is not None and before.decided_by_id != person.pk:
        sentence = _("Anda mencatat keputusan kertas pada perkara ini. Tahap ini harus diputus orang lain.")
    elif before is not None and before.stage == Stage.HEAD:
        sentence = _("Anda sudah memutus deklarasi ini sebagai atasan. Tahap ini harus diputus orang lain.")
    elif step.stage == Stage.OBJECTION:
        sentence = _("Anda sudah ikut memutus deklarasi ini. Keberatan ditelaah petugas lain.")
    else:
        sentence = _("Anda sudah memberi keputusan pada tahap lain. Tahap ini harus diputus orang lain.")
    raise Refused(sentence, status=403)


def check_pending(step: Step) -> None:
    """A decided or cancelled step takes no decision: the sentence names who decided, when and what."""
    if step.decided_at is not None:
        raise Refused(
            _("Sudah diputus: %(outcome)s, oleh %(who)s.")
            % {"outcome": step.get_outcome_display(), "who": step.decided_by},
            title=_("Sudah diputus"),
        )
    if step.cancelled_at is not None:
        raise Refused(_("Permintaan keputusan ini tidak berlaku lagi."), title=_("Tidak berlaku lagi"))


def check_verdict(step: Step, verdict: Verdict) -> None:
    """The outcome must fit the stage and carry what it needs: reasons, marks, conditions, handled findings."""
    if verdict.outcome not in OUTCOMES_OF[Stage(step.stage)]:
        raise Refused(_("Pilih keputusan"), status=422)
    if step.stage == Stage.INSPECTORATE and (verdict.outcome == Outcome.OPINION) == step.inspectorate_decides:
        raise Refused(_("Pilih keputusan"), status=422)
    needs_reason = {Outcome.OBJECTED, Outcome.REJECTED, Outcome.OPINION}
    if verdict.outcome in needs_reason and len(verdict.reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    if verdict.outcome == Outcome.ENDORSED_NOTE and not verdict.reason.strip():
        raise Refused(_("Tulis catatan Anda"), status=422)
    if verdict.outcome == Outcome.RETURNED and not verdict.marks:
        raise Refused(_("Pilih bagian yang perlu diperbaiki"), status=422)
    if verdict.outcome == Outcome.APPROVED_CONDITIONS and not verdict.conditions:
        raise Refused(_("Tambahkan sedikitnya satu syarat"), status=422)
    check_exclusions(step, verdict)
    if verdict.outcome in APPROVALS | {Outcome.REJECTED}:
        _check_ready_for_result(step, verdict)


def _check_ready_for_result(step: Step, verdict: Verdict) -> None:
    findings = list(step.snapshot.findings.all())
    blocks = [each for each in findings if each.severity == Severity.BLOCK]
    unhandled = _left_in(step, verdict, [each for each in blocks if each.relevant is None])
    if unhandled:
        raise Refused(
            _("Tangani %(count)d temuan tingkat Tinggi dulu: %(codes)s")
            % {"count": len(unhandled), "codes": ", ".join(finding.code for finding in unhandled)},
            status=422,
        )
    if verdict.outcome in APPROVALS:
        _check_measures(step, verdict, [each for each in blocks if each.relevant])
    second_look = step.second_look or any(each.conflict == ConflictKind.ACTUAL for each in findings)
    if step.stage == Stage.REVIEW and second_look and not has_opinion(step.declaration):
        if step.second_reviewer:
            raise Refused(_("Perlu pendapat peninjau kedua dulu. Pilih “Minta pendapat peninjau kedua”."), status=422)
        raise Refused(_("Perlu pendapat Inspektorat dulu. Pilih “Teruskan ke Inspektorat”."), status=422)


def needs_second_look(step: Step) -> bool:
    """Tell whether an opinion comes before the decision: by the declarant's post, or for an actual conflict (D12)."""
    return step.second_look or step.snapshot.findings.filter(conflict=ConflictKind.ACTUAL).exists()


def _check_measures(step: Step, verdict: Verdict, relevant: list[Finding]) -> None:
    """Approving over a grave finding that an officer holds for relevant needs a control measure."""
    grave = _left_in(step, verdict, relevant)
    if grave and not verdict.conditions:
        codes = ", ".join(finding.code for finding in grave)
        sentence = _("Temuan Tinggi yang relevan (%s) perlu langkah pengendalian. Pilih “Setujui dengan syarat”.")
        raise Refused(sentence % codes, status=422)


def unhandled_blocks(step: Step) -> list[Finding]:
    """Return the findings of severity block that no officer has judged."""
    return [each for each in step.snapshot.findings.all() if each.severity == Severity.BLOCK and each.relevant is None]


def _left_in(step: Step, verdict: Verdict, found: list[Finding]) -> list[Finding]:
    """Return the findings that stay when the channels which the verdict leaves out are gone."""
    if not verdict.exclusions:
        return found
    out = {each.item for each in verdict.exclusions}
    items = step.declaration.items.filter(excluded=False).select_related("channel")
    closed = {finding.pk for finding in rest_on(found, items, out)}
    return [finding for finding in found if finding.pk not in closed]


def has_opinion(declaration: Declaration) -> bool:
    """Tell whether the Inspektorat, or the second reviewer in its place, has given an opinion in this case."""
    return any(step.outcome == Outcome.OPINION for step in valid_steps(declaration))


def check_reviewer(declaration: Declaration, person: Employee) -> None:
    """A reviewer may work on this case (write notes, remind, remark)."""
    check_not_own(declaration, person)
    if not groups_of(person) & {REVIEWER, INSPECTORATE}:
        raise Refused(_("Halaman ini hanya untuk petugas peninjau."), status=403)


def check_judge(declaration: Declaration, person: Employee) -> None:
    """Setting a finding aside weighs as much as a decision: no team mate, nobody who stepped down."""
    check_reviewer(declaration, person)
    _check_not_stepped_down(declaration, person)
    check_other_team(declaration, person)


def check_free(declaration: Declaration, person: Employee) -> None:
    """Whoever takes a case, or is given it, must be able to decide it: no team mate, no part at another stage."""
    check_judge(declaration, person)
    step = next((each for each in valid_steps(declaration) if each.pending and each.stage != Stage.HEAD), None)
    if step is not None:
        _check_one_stage(step, person)


def check_recorder(step: Step, person: Employee) -> None:
    """Record a head's decision from paper: a reviewer who has had no part in the case, nor asked to decide it."""
    if step.stage != Stage.HEAD:
        raise Refused(_("Lembar kertas hanya untuk keputusan atasan."))
    check_free(step.declaration, person)
    if REVIEWER not in groups_of(person):
        raise Refused(_("Keputusan ini hanya dapat diambil oleh petugas yang berwenang."), status=403)
    if person.pk == step.assigned_to_id or person.pk in took_part(step.declaration):
        raise Refused(_("Anda sudah ikut dalam perkara ini. Lembarnya dicatat rekan lain."), status=403)


def check_close(declaration: Declaration, person: Employee) -> None:
    """Whoever may revoke may close a case that its declarant has left unmended for 30 days."""
    check_revoke(declaration, person)
    if declaration.status != Status.RETURNED or clock.now() < declaration.since + CLOSE_AFTER:
        raise Refused(_("Hanya deklarasi yang menunggu perbaikan lebih dari 30 hari yang dapat ditutup."))


def check_revoke(declaration: Declaration, person: Employee) -> None:
    """Whoever may decide on a result may take it back: a reviewer, for R17 and R19 the Inspektorat; never his own."""
    check_not_own(declaration, person)
    if (INSPECTORATE if reserved(declaration) else REVIEWER) not in groups_of(person):
        raise Refused(_("Keputusan ini hanya dapat diambil oleh petugas yang berwenang."), status=403)
    check_other_team(declaration, person)
