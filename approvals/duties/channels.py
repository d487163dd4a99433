"""Channels that are due: proofs of a year ago, rows for new channels, and a worker woken for what is to be read."""

from django.conf import settings

from approvals.ownership.judging import lapse_old
from declarations.feeds import schedule
from portal import clock
from portal.wake import wake


def keep_reading() -> int:
    """Ask anew for old proofs and see to it that due channels are read; nothing is read here, a task does that."""
    done = lapse_old()
    if not settings.CHANNEL_READING:
        return done
    done += schedule.enlist()
    waiting = schedule.due(clock.now())[: schedule.BATCH].count()
    if waiting:
        wake("approvals.tasks.read_channels", waiting)
    return done
