"""`perform`: all duties in their order; what one of them cannot do does not hold up the others."""

import logging
from collections.abc import Callable

from approvals import letters
from approvals.coverage import calling, counting
from approvals.duties import (
    acting,
    channels,
    conditions,
    drafts,
    ladder,
    lists,
    moves,
    operator,
    overdue,
    rescreening,
    validity,
)
from approvals.exports import background
from approvals.officers import settle_officers
from approvals.privacy import retention
from declarations.registries import tasks
from portal import clock
from portal.accounts.upkeep import forget
from portal.calendar.days import seed_needed
from portal.rosters import saving as roster_saving
from portal.rosters import tasks as roster_tasks

log = logging.getLogger(__name__)

DUTIES: tuple[Callable[[], int], ...] = (
    seed_needed,
    validity.expire_over,
    tasks.resume,
    roster_tasks.resume,
    roster_saving.forget_old,
    rescreening.rescreen_after_imports,
    rescreening.open_rounds,
    rescreening.go_round,
    moves.follow_transfers,
    moves.move_to_todays_heads,
    moves.unanswered_confirmations,
    ladder.remind_heads,
    ladder.escalate,
    ladder.name_missing_approvers,
    ladder.settle_answered,
    lists.send_lists,
    overdue.offices,
    overdue.returned,
    overdue.settle_answered,
    validity.announce_ends,
    conditions.remind,
    conditions.overdue,
    drafts.announce_deletion,
    drafts.delete_old,
    acting.warn_long_terms,
    settle_officers,
    channels.keep_reading,
    letters.render_missing,
    counting.keep_fresh,
    calling.work_off,
    background.resume,
    background.drop_old,
    retention.work_off,
    operator.prove,
    operator.alarm,
    operator.report,
)


def perform() -> int:
    """Do all that is owed now; returns how many things were done.

    A duty that fails does not hold up the others; its error is raised when all have had their turn.
    """
    forget(clock.now())
    done, failed = 0, None
    for duty in DUTIES:
        try:
            done += duty()
        except Exception as error:  # whatever is wrong with one duty, the next is still owed
            log.exception("duty %s.%s failed", duty.__module__, duty.__name__)
            failed = failed or error
    if failed is not None:
        raise failed
    return done
