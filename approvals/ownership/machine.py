"""After each reading: is the code there, does the name still lead to the same channel, what do the rules ask now."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from approvals import catalogue
from approvals.knowledge import with_knowledge
from approvals.ownership import judging
from approvals.rescreen import rescreen
from approvals.screening import feeds, screen
from approvals.workflow.moving import lock
from declarations.facts import facts_of
from declarations.feeds import schedule
from declarations.feeds.models import FeedCheck
from declarations.feeds.reading import Reading
from declarations.models import Channel, Declaration
from declarations.proofs.codes import found_in
from declarations.proofs.models import Method, ProofState
from declarations.proofs.standing import standing
from declarations.status import OPEN
from declarations.succession import HOLDS
from portal import clock

AGAIN = timedelta(minutes=15)  # what is new on a channel shows in its feed after some minutes
_SECONDS = 50.0
_CASES = 50


def read_one(check_id: int) -> bool:
    """Read one channel and draw the conclusions; False when it was not its turn."""
    looked = schedule.look(check_id)
    if looked is None:
        return False
    check, reading = looked
    conclude(check, reading)
    return True


def read_due(*, sleep: Callable[[float], None] = time.sleep, seconds: float = _SECONDS) -> int:
    """Read what is due, with the pause between two channels, until nothing is left or time is up."""
    stop, done = time.monotonic() + seconds, 0
    for pk in list(schedule.due(clock.now()).values_list("pk", flat=True)[: schedule.BATCH]):
        if time.monotonic() > stop:
            break
        if done:
            sleep(schedule.PAUSE.total_seconds())
        done += read_one(pk)
    return done


def conclude(check: FeedCheck, reading: Reading | None) -> None:
    """Confirm the proof that waits, or say that the look gave nothing; ask anew when the name leads elsewhere."""
    channel = check.channel
    current = standing(channel.pk)
    proof = current.proof
    if proof is not None and proof.under_way:
        if reading is None:
            judging.not_seen(channel, readable=False)
        elif not reading.moved and found_in(proof.code, reading.texts):
            judging.confirm(channel, by=None, method=Method.MACHINE)
        elif judging.not_seen(channel, readable=True):
            schedule.postpone(check, AGAIN)
    elif proof is not None and current.state == ProofState.PROVEN and reading is not None:
        reason = judging.why_again(proof, reading)
        if reason:
            judging.lapse(proof, reason)
    if reading is not None:
        ask_rules(channel)


def ask_rules(channel: Channel) -> int:
    """Put what the reading raises on the cases of this channel; a case to which it adds nothing is left alone."""
    cases = Declaration.objects.filter(items__channel=channel, items__excluded=False, status__in=OPEN | HOLDS)
    return sum(_ask_again(case) for case in cases.order_by("pk")[:_CASES])


@transaction.atomic
def _ask_again(case: Declaration) -> bool:
    case = lock(case)
    snapshot = case.snapshot
    if snapshot is None:
        return False
    facts = with_knowledge(facts_of(snapshot.content, {}), declaration=case)
    book = catalogue.book_of(catalogue.rule_texts(clock.today()))
    raised = {conflict.code for conflict in screen(facts, snapshot.policy, book)} & feeds.CODES
    if not raised - set(snapshot.findings.values_list("code", flat=True)) - {"SYS-3"}:
        return False
    return bool(rescreen(case, because="feed"))
