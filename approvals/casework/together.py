"""Acts on several rows of the queue: each case by itself, one line of result for each, at most one page of rows."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from approvals import workflow
from approvals.batch import Picked
from approvals.models import Finding, Outcome, Stage, Step, Via
from approvals.policies import check_stage, needs_second_look
from approvals.queries import cases_for, pending_steps
from approvals.verdicts import Verdict
from declarations.models import Declaration
from declarations.status import Status
from portal.errors import Refused
from portal.people.models import Employee

MOST = 25


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row, in words."""

    number: str
    ok: bool
    text: str


def of_each(person: Employee, numbers: Iterable[str], act: Callable[[Declaration], Any]) -> list[Result]:
    """Do something to each case; a refusal is that row's result and touches no other row."""
    wanted = list(dict.fromkeys(numbers))[:MOST]
    cases = {case.number: case for case in cases_for(person).filter(number__in=wanted).select_related("declarant")}
    return [_result(number, cases.get(number), act) for number in wanted]


def _result(number: str, case: Declaration | None, act: Callable[[Declaration], Any]) -> Result:
    try:
        if case is None:
            raise Refused(_("Tidak ditemukan."))
        said = act(case)
    except Refused as refused:
        return Result(number, False, refused.message)
    return Result(number, True, said if isinstance(said, str) else _("berhasil"))


def remind(case: Declaration, *, by: Employee) -> str:
    """Mail the head of a case once more, asked for by an officer."""
    step = case.steps.filter(stage=Stage.HEAD, decided_at=None, cancelled_at=None).first()
    if step is None:
        raise Refused(_("Tidak ada pejabat yang sedang ditunggu pada deklarasi ini."))
    step.declaration = case
    workflow.nudge(step, by=by)
    return _("pengingat dikirim")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chosen case on the page of confirmation; `why` says why it is decided on its own page instead."""

    step: Step | None
    number: str
    why: str

    @property
    def value(self) -> str:
        assert self.step is not None
        return Picked(self.number, self.step.declaration.revision).value


def candidates(person: Employee, numbers: Iterable[str]) -> list[Candidate]:
    """Return the chosen cases in the order chosen, each with the reason why it cannot be approved with others."""
    wanted = list(dict.fromkeys(numbers))[:MOST]
    open_to = cases_for(person).filter(number__in=wanted)
    found = {step.declaration.number: step for step in _steps().filter(declaration__in=open_to)}
    return [Candidate(found.get(number), number, why_singly(found.get(number), person)) for number in wanted]


def _steps() -> QuerySet[Step]:
    flagged = Exists(Finding.objects.filter(snapshot=OuterRef("snapshot")))
    remarked = Exists(
        Step.objects.filter(declaration=OuterRef("declaration"), stage=Stage.HEAD, cancelled_at=None)
        .exclude(decided_at=None)
        .exclude(outcome=Outcome.ENDORSED)
    )
    steps = pending_steps().annotate(flagged=flagged, remarked=remarked)
    return steps.select_related("declaration__declarant__unit", "declaration__opd", "declaration__replaces", "snapshot")


def why_singly(step: Step | None, person: Employee) -> str:
    """Return the sentence why this case needs a page of its own, '' when it may be approved with others."""
    if step is None or step.stage != Stage.REVIEW or step.declaration.status != Status.AWAITING_REVIEW:
        return _("tidak menunggu keputusan BKPSDM")
    if step.flagged:  # type: ignore[attr-defined]
        return _("ada temuan; buka dan putuskan di halamannya")
    if step.remarked:  # type: ignore[attr-defined]
        return _("ada catatan atau keberatan atasan; buka dan putuskan di halamannya")
    reviewer: Employee | None = step.declaration.reviewer
    if reviewer is not None and reviewer.pk != person.pk:
        return _("sedang dikerjakan %s") % reviewer
    try:
        check_stage(step, person)
    except Refused as refused:
        return str(refused.message)
    return _("perlu pendapat kedua sebelum diputus") if needs_second_look(step) else ""


def approve(person: Employee, picked: Iterable[Picked]) -> list[Result]:
    """Approve each case as it stood on the page of confirmation; one that changed since is refused by name."""
    wanted = list(picked)[:MOST]
    revisions = {each.number: each.revision for each in wanted}

    def act(case: Declaration) -> str:
        case = workflow.lock(case)
        if _decided_before(case, person):
            return _("sudah Anda setujui sebelumnya; tidak ada yang berubah")
        if case.revision != revisions[case.number]:
            raise Refused(_("berubah sejak daftar dibuka; buka dan periksa perubahannya"))
        step = _steps().filter(declaration=case).first()
        why = why_singly(step, person)
        if step is None or why:
            raise Refused(why)
        workflow.decide(step, Verdict(Outcome.APPROVED), by=person, via=Via.DASHBOARD, revision=revisions[case.number])
        return _("disetujui")

    return of_each(person, revisions, act)


def _decided_before(case: Declaration, person: Employee) -> bool:
    """A second press of the same button is no conflict."""
    return (
        case.status == Status.APPROVED
        and case.steps.filter(stage=Stage.REVIEW, outcome=Outcome.APPROVED, decided_by=person).exists()
    )


def as_rows(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Return the results as the session keeps them between the deed and the page that tells of it."""
    return [asdict(result) for result in results]
