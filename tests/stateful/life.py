"""A machine that lives the portal's life at random: many people, time passing, workers dying, heads changing.

Whatever it does, `check` must find nothing. Time is moved for the whole process, so mails fall due as in real life.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from approvals import desk, due, workflow
from approvals.invariants import INVARIANTS as CASE_INVARIANTS
from approvals.models import Outcome, Stage, Step, Via
from approvals.parts import free_officers, group_of
from approvals.queries import pending_step, pending_steps
from approvals.verdicts import OUTCOMES_OF, Mark, NewCondition, Verdict
from declarations.answers import save_answers
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel, filled_draft
from declarations.status import OPEN, Status
from portal import clock
from portal.audit import log
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail import delivery
from portal.mail.models import OutgoingEmail, State
from portal.mail.transport import NotSent
from portal.people.models import Capacity, Employee, HeadAssignment, HeadChange
from tests.factories import World, answer_points, person
from tests.stateful.verbs import Verbs

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 WIB, a Monday
REASON = "Alasan yang cukup panjang untuk dibaca dan dinilai orang lain."
# what happens how often
VERBS = [
    *["decide"] * 24,
    *["file", "clock", "mail"] * 4,
    *["send_again", "wait", "take"] * 3,
    *["object", "not_me", "clock_killed", "withdraw", "transfer"] * 2,
    *["admit", "new_link", "revoke", "stand_in", "leave", "wait_long"],
    *["pass_on", "amend", "proof", "paper"] * 2,
    *[
        "take_back",
        "step_down",
        "judge_proof",
        "suspend",
        "lift",
        "confirm",
        "renew",
        "close",
        "head_change",
        "address",
    ],
]


class Killed(BaseException):
    """The worker process dies here: nothing after this line runs, whatever was not committed is gone."""


class Statistics:
    """What all runs of one session did; printed at the end, so that a machine that does nothing is noticed."""

    steps = 0
    verbs: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    arrows: Counter[tuple[str, str]] = Counter()
    mails: Counter[str] = Counter()


class Life(Verbs, RuleBasedStateMachine):
    """One run: a small kabupaten from a Monday morning on."""

    def __init__(self) -> None:
        super().__init__()
        self.room = transaction.atomic()
        self.room.__enter__()
        self.moment = START
        self.accepted: list[str] = []  # Message-IDs the mail server took
        self.serial = 0
        self.astray = False  # somebody left since the clock ran last: his requests move when it runs

    @initialize(seed=st.integers(0, 2**40))
    def found(self, seed: int) -> None:
        """Begin a life. One number decides all of it: drawn step by step, choices come in favourites."""
        self.dice = Random(seed)  # noqa: S311 - the number is what makes a life repeatable
        with self.now():
            self.world = World()
            extra = person("Guru Lain", self.world.school, post="Guru")
            self.declarants = [
                who.pk
                for who in (
                    self.world.teacher,
                    self.world.colleague,
                    extra,
                    self.world.licensing,
                    self.world.head,
                    self.world.bkpsdm_head,
                    self.world.reviewer,
                    self.world.inspector,
                    self.world.sekda,
                )
            ]
            self.second_officer = person("Rina Pengelola", self.world.bkpsdm, "administrator").pk
            self.reviewers = [self.world.reviewer.pk, self.world.second_reviewer.pk, self.world.bkpsdm_head.pk]
            self.everybody = list(Employee.objects.order_by("pk").values_list("pk", flat=True))

    def teardown(self) -> None:
        try:
            events = AuditEvent.objects.filter(data__has_key="to").values_list("data__from", "data__to")
            Statistics.arrows.update((str(old), str(new)) for old, new in events)
            Statistics.mails.update(OutgoingEmail.objects.values_list("purpose", flat=True))
        finally:
            transaction.set_rollback(True)
            self.room.__exit__(None, None, None)

    # helpers

    @contextmanager
    def now(self) -> Iterator[None]:
        with time_machine.travel(self.moment, tick=False):
            yield

    def someone(self, choice: int, among: list[int] | None = None) -> Employee:
        keys = among or self.everybody
        return Employee.objects.select_related("unit").get(pk=keys[choice % len(keys)])

    def a_case(self, choice: int, *statuses: Status) -> Declaration | None:
        cases = Declaration.objects.order_by("pk")
        found = list(cases.filter(status__in=statuses) if statuses else cases)
        return found[choice % len(found)] if found else None

    def attempt(self, verb: str, act: Callable[[], Any]) -> None:
        """Do it now; a refusal is a proper answer, everything else is a defect."""
        with self.now():
            try:
                with transaction.atomic():
                    act()
                Statistics.verbs[verb] += 1
            except Refused as refused:
                Statistics.refused[f"{verb}: {refused.message[:60]}"] += 1

    @rule()
    def live(self) -> None:
        """One step: a verb with two arbitrary choices (which case, which person, how)."""
        Statistics.steps += 1
        getattr(self, f"do_{self.dice.choice(VERBS)}")(self.dice.randrange(1, 9973), self.dice.randrange(1, 9973))

    # the declarant

    def do_file(self, a: int, b: int) -> None:
        declarant = self.someone(a, self.declarants)
        self.serial += 1
        paid = b % 3 == 0
        channel = SampleChannel(f"@uji.{self.serial}", answers=PAID_CHANNEL if paid else {})
        answers = {**(PAID_ANSWERS if paid else {}), **({"A3": ["PERIZINAN"], "F2": "YA"} if b % 2 else {})}
        self.attempt("submit", lambda: workflow.submit(filled_draft(declarant, [channel], answers), by=declarant))

    def do_send_again(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.RETURNED)
        if case is None:
            return

        def act() -> None:
            save_answers(case, {"D1": "KADANG_JAM_KERJA"} if b % 2 else {"C7": ["HARMONIS"]})
            if b % 5:
                answer_points(case)
            workflow.submit(case, by=case.declarant)

        self.attempt("resubmit", act)

    def do_withdraw(self, a: int, b: int) -> None:
        case = self.a_case(a)
        if case is not None:
            by = case.declarant if b % 3 else self.someone(b)
            self.attempt("withdraw", lambda: workflow.withdraw(case, by=by, reason="lainnya"))

    def do_object(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.REJECTED)
        if case is not None:
            self.attempt("object", lambda: workflow.object_to(case, REASON, by=case.declarant))

    def do_admit(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.REJECTED)
        objection = case.objections.filter(late=True).first() if case else None
        if objection is not None:
            by = self.someone(b)
            self.attempt("admit", lambda: workflow.admit(objection, accepted=b % 2 == 0, reason=REASON, by=by))

    # those who decide, rightly and wrongly

    def do_decide(self, a: int, b: int) -> None:
        case = self.a_case(
            a, Status.AWAITING_HEAD, Status.AWAITING_REVIEW, Status.AWAITING_INSPECTORATE, Status.OBJECTION
        )
        step = pending_step(case) if case else None
        if step is None:
            return
        by = self.someone(b) if b % 7 == 0 else self.rightful(step, b)
        outcomes = sorted(Outcome if b % 11 == 0 else OUTCOMES_OF[Stage(step.stage)])
        outcome = Outcome(outcomes[(a // 7 + b) % len(outcomes)])
        with self.now():
            condition = NewCondition("Hanya di luar jam kerja", due_on=clock.today() + timedelta(days=20))
        verdict = Verdict(
            outcome,
            reason=REASON,
            marks=(Mark("waktu", "Mohon dijelaskan"),) if outcome == Outcome.RETURNED else (),
            conditions=(condition,) if outcome == Outcome.APPROVED_CONDITIONS else (),
        )
        via = Via.LINK if step.stage == Stage.HEAD else Via.DASHBOARD
        self.attempt(f"decide {step.stage}", lambda: workflow.decide(step, verdict, by=by, via=via))

    def rightful(self, step: Step, choice: int) -> Employee:
        """Return somebody whose turn it is, with the findings judged, where there is anybody."""
        if step.stage == Stage.HEAD:
            return step.assigned_to or self.someone(choice)
        free = list(free_officers(step.declaration, group_of(step)).order_by("pk"))
        if not free:
            return self.someone(choice)
        by = free[choice % len(free)]
        with self.now(), suppress(Refused):
            for finding in step.snapshot.findings.filter(severity="block", relevant=None):
                desk.handle_finding(finding, relevant=False, handling=REASON, by=by)
        return by

    def do_not_me(self, a: int, b: int) -> None:
        steps = list(Step.objects.filter(stage=Stage.HEAD, decided_at__isnull=False).order_by("pk"))
        if steps:
            step = steps[a % len(steps)]
            by = step.assigned_to if b % 3 and step.assigned_to else self.someone(b)
            self.attempt("reopen", lambda: workflow.reopen(step, by=by))

    def do_new_link(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.AWAITING_HEAD)
        step = pending_step(case) if case else None
        if step is not None and step.assigned_to_id:
            self.attempt("ask again", lambda: workflow.ask_again(step))

    def do_revoke(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.APPROVED, Status.SUSPENDED)
        if case is not None:
            by = self.someone(b) if b % 2 else self.someone(b, self.reviewers)
            self.attempt("revoke", lambda: workflow.revoke(case, by=by, reason=REASON))

    def do_take(self, a: int, b: int) -> None:
        case = self.a_case(a, Status.AWAITING_REVIEW, Status.OBJECTION)
        if case is not None:
            by = self.someone(b, self.reviewers)
            self.attempt("take", lambda: desk.take(case, by=by) if b % 2 else desk.release(case, by=by))

    # the directory

    def do_stand_in(self, a: int, b: int) -> None:
        def act() -> None:
            today, capacity = clock.today(), (Capacity.PLH, Capacity.PLT)[b % 2]
            if capacity == Capacity.PLT:  # a post has one head who is no stand-in
                HeadChange.objects.update(assignment=None)
                HeadAssignment.objects.filter(opd=self.world.dinas).exclude(capacity=Capacity.PLH).delete()
            ends = today + timedelta(days=b % 20)
            who = self.someone(a)
            HeadAssignment.objects.create(person=who, opd=self.world.dinas, capacity=capacity, starts=today, ends=ends)

        self.attempt("stand-in", act)

    def do_transfer(self, a: int, b: int) -> None:
        units = [self.world.school, self.world.ptsp, self.world.bkpsdm, self.world.dinas]
        who = self.someone(a, self.declarants)
        self.attempt("transfer", lambda: Employee.objects.filter(pk=who.pk).update(unit=units[b % len(units)]))

    def do_leave(self, a: int, b: int) -> None:
        heads = [self.world.head.pk, self.world.ptsp_head.pk, self.world.reviewer.pk, self.world.bkpsdm_head.pk]
        who = self.someone(a, heads)
        self.astray = True
        self.attempt("leave", lambda: Employee.objects.filter(pk=who.pk).update(is_active=bool(b % 2)))

    # time and machines

    def do_wait(self, a: int, b: int) -> None:
        self.moment += timedelta(hours=(1, 5, 24, 72, 24 * 8, 24 * 16)[a % 6])

    def do_wait_long(self, a: int, b: int) -> None:
        self.moment += timedelta(days=90 + a)

    def do_clock(self, a: int, b: int) -> None:
        self.attempt("run_due", due.perform)
        self.astray = False

    def do_clock_killed(self, a: int, b: int) -> None:
        """The worker that runs the clock dies at its n-th audit event; the next one finishes the work."""
        calls = Counter[str]()

        def dying(*args: Any, **kwargs: Any) -> Any:
            calls["record"] += 1
            if calls["record"] > b % 6:
                Statistics.verbs["killed in mid-task"] += 1
                raise Killed
            return log.record(*args, **kwargs)

        places = ("moving", "requests", "moves")
        with ExitStack() as stack:
            stack.enter_context(self.now())
            for place in places:
                stack.enter_context(patch(f"approvals.workflow.{place}.record", dying))
            stack.enter_context(suppress(Killed))
            due.perform()

    def do_mail(self, a: int, b: int) -> None:
        mode = ("ok", "ok", "ok", "451", "550", "killed before", "killed after")[a % 7]

        def hand_over(row: OutgoingEmail, _line: object) -> None:
            if mode == "killed before":
                raise Killed
            if mode in ("451", "550"):
                raise NotSent(mode, permanent=mode == "550")
            self.accepted.append(row.message_id)
            if mode == "killed after":
                raise Killed

        with self.now(), patch("portal.mail.delivery.hand_over", hand_over), suppress(Killed):
            Statistics.verbs[f"mail {mode}"] += delivery.deliver_due(seconds=5)

    # what always holds

    @invariant()
    def check(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.now():
            for each in CASE_INVARIANTS:
                if each.code == "I13" and self.astray:
                    continue
                assert each.violations() == [], f"{each.code}: {each.says}"
            self.check_responsible()
            self.check_mail()

    def check_responsible(self) -> None:
        """Every open case is in exactly one pair of hands; nobody's case is in his own."""
        waiting: dict[int, list[Step]] = {}
        for step in pending_steps().only("declaration", "stage", "assigned_to"):
            waiting.setdefault(step.declaration_id, []).append(step)
        for case in Declaration.objects.filter(status__in=OPEN).only("status", "number", "declarant"):
            steps = waiting.get(case.pk, [])
            if case.status == Status.RETURNED:
                assert steps == [], case
                continue
            assert len(steps) == 1, case
            assert steps[0].assigned_to_id != case.declarant_id
            assert (steps[0].stage == Stage.HEAD) or steps[0].assigned_to_id is None

    def check_mail(self) -> None:
        """A mail is sent only when the server took it, and what it took is a row: nothing lost, nothing invented."""
        rows = dict(OutgoingEmail.objects.values_list("message_id", "state"))
        assert set(self.accepted) <= set(rows)
        assert {key for key, state in rows.items() if state == State.SENT} <= set(self.accepted)
        waiting = OutgoingEmail.objects.filter(state__in=[State.QUEUED, State.SENDING])
        assert not waiting.filter(next_at__gt=self.moment + timedelta(days=40)).exists()
