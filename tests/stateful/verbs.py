"""What people do besides filing and deciding: handing on, paper, conditions, successors, changes of heads."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from approvals import headships, workflow
from approvals.models import Answer, Condition, Outcome, Proof, Step
from approvals.queries import pending_step
from approvals.verdicts import Verdict
from declarations import statements
from declarations.answers import save_answers
from declarations.models import Declaration, Origin
from declarations.status import Status
from declarations.succession import follow_up
from portal import clock
from portal.people import head_changes
from portal.people.models import Capacity, Employee, HeadAssignment
from tests.factories import World

REASON = "Alasan yang cukup panjang untuk dibaca dan dinilai orang lain."


def scan() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return SimpleUploadedFile("lembar.png", out.getvalue())


class Verbs:
    """Each verb takes two arbitrary choices: which case, and which person or way."""

    world: World
    reviewers: list[int]
    second_officer: int
    attempt: Callable[[str, Callable[[], Any]], None]
    a_case: Callable[..., Declaration | None]
    someone: Callable[..., Employee]

    def _asked(self, choice: int) -> Step | None:
        case = self.a_case(choice, Status.AWAITING_HEAD)
        return pending_step(case) if case else None

    def do_pass_on(self, a: int, b: int) -> None:
        step = self._asked(a)
        if step is None or step.assigned_to is None:
            return
        people = list(workflow.officials_for(step).order_by("pk"))
        to = people[b % len(people)] if people and b % 5 else self.someone(b)
        by = step.assigned_to if b % 4 else self.someone(b)
        self.attempt("pass on", lambda: workflow.pass_on(step, to, reason="cuti", by=by))

    def do_take_back(self, a: int, b: int) -> None:
        given = list(Step.objects.filter(cancelled_because="passed_on").order_by("pk"))
        if given:
            step = given[a % len(given)]
            by = step.assigned_to if b % 3 and step.assigned_to else self.someone(b)
            self.attempt("take back", lambda: workflow.take_back(step, by=by))

    def do_step_down(self, a: int, b: int) -> None:
        step = self._asked(a)
        if step is not None and step.assigned_to is not None:
            by = step.assigned_to if b % 3 else self.someone(b)
            self.attempt("step down", lambda: workflow.step_down(step, reason=REASON, by=by))

    def do_paper(self, a: int, b: int) -> None:
        step = self._asked(a)
        if step is None:
            return
        by = self.someone(b, self.reviewers) if b % 4 else self.someone(b)
        outcome = (Outcome.ENDORSED, Outcome.OBJECTED, Outcome.ENDORSED_NOTE)[b % 3]

        def act() -> None:
            workflow.record_paper(
                step,
                Verdict(outcome, reason=REASON),
                signed_on=clock.today() - timedelta(days=b % 2),
                uploads=[scan()],
                by=by,
                revision=step.declaration.revision,
            )

        self.attempt("paper", act)

    # conditions

    def do_proof(self, a: int, b: int) -> None:
        found = list(Condition.objects.filter(fulfilled_at=None).select_related("step__declaration").order_by("pk"))
        if found:
            condition = found[a % len(found)]
            by = condition.step.declaration.declarant if b % 4 else self.someone(b)
            self.attempt("proof", lambda: workflow.send_proof(condition, REASON, [], by=by))

    def do_judge_proof(self, a: int, b: int) -> None:
        found = list(Proof.objects.filter(accepted=None).order_by("pk"))
        if found:
            by = self.someone(b, self.reviewers) if b % 4 else self.someone(b)
            proof = found[a % len(found)]
            self.attempt("judge proof", lambda: workflow.judge_proof(proof, accepted=b % 2 == 0, note=REASON, by=by))

    def do_suspend(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.APPROVED)
        if case is not None:
            by = self.someone(b, self.reviewers) if b % 4 else self.someone(b)
            self.attempt("suspend", lambda: workflow.suspend(case, by=by, reason=REASON))

    def do_lift(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.SUSPENDED)
        if case is not None:
            self.attempt("lift", lambda: workflow.lift(case, by=self.someone(b, self.reviewers)))

    # what follows an approval

    def _succeed(self, verb: str, case: Declaration | None, origin: Origin, choice: int) -> None:
        if case is None:
            return

        def act() -> None:
            draft = follow_up(case, origin, ["lainnya"])
            save_answers(draft, {"D1": "KADANG_JAM_KERJA"} if choice % 2 else {})
            statements.make(draft, statements.ERRORS)
            workflow.submit(draft, by=case.declarant)

        self.attempt(verb, act)

    def do_amend(self, a: int, b: int) -> None:
        self._succeed("amend", self.a_case(a, Status.APPROVED, Status.SUSPENDED), Origin.AMENDMENT, b)

    def do_renew(self, a: int, b: int) -> None:
        self._succeed("renew", self.a_case(a, Status.APPROVED, Status.EXPIRED), Origin.RENEWAL, b)

    def do_confirm(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.APPROVED, Status.SUSPENDED)
        if case is not None:
            by = case.declarant if b % 4 else self.someone(b)
            self.attempt("confirm", lambda: workflow.confirm(case, Answer.values[b % 2], by=by))

    def do_close(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.RETURNED)
        if case is not None:
            by = self.someone(b, self.reviewers)
            self.attempt("close", lambda: workflow.close_returned(case, by=by, reason=REASON))

    # heads, by two officers

    def _officer(self, choice: int) -> Employee:
        return Employee.objects.get(pk=self.second_officer) if choice % 4 else self.world.administrator

    def do_head_change(self, a: int, b: int) -> None:
        def act() -> None:
            today, capacity = clock.today(), (Capacity.PLH, Capacity.PLT, Capacity.DEFINITIVE)[b % 3]
            ends = today + timedelta(days=b % 20) if capacity == Capacity.PLH else None
            term = head_changes.Term(capacity, today, ends, "821/1/2026", replaces=True)
            change = head_changes.ask_appoint(self.world.dinas, self.someone(a), term, by=self.world.administrator)
            headships.decide(change, accepted=True, by=self._officer(b))

        self.attempt("head change", act)

    def do_address(self, a: int, b: int) -> None:
        heads = list(HeadAssignment.objects.select_related("person", "opd").order_by("pk"))
        term = heads[a % len(heads)]

        def act() -> None:
            email = f"kepala.{a}.{b}@demo.pasbar.example"
            change = head_changes.ask_address(term.opd, term.person, email, by=self.world.administrator)
            headships.decide(change, accepted=b % 3 > 0, by=self._officer(b))

        self.attempt("address", act)
