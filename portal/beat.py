"""The tick of `celery beat`, by the steady clock: a clock of the machine that jumps neither stops nor floods it."""

import time
from pathlib import Path
from typing import Any

from celery.beat import Scheduler


class SteadyScheduler(Scheduler):  # type: ignore[misc]
    """Sends every entry at the start and then at its interval; keeps no file, for what is owed is found by its dates.

    Celery's own scheduler remembers wall-clock times: after a clock that ran ahead is set right it sends nothing until
    the wrong time has come (celery#6742). The file that `-s` names is touched with every tick: the health check looks
    at its age, so that a beat that hangs is seen.
    """

    def __init__(self, *args: Any, schedule_filename: str = "", **kwargs: Any) -> None:
        self.next_at: dict[str, float] = {}
        self.pulse = Path(schedule_filename) if schedule_filename else None
        super().__init__(*args, **kwargs)

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """Send what is due; return the seconds until the next entry is."""
        if self.pulse:
            self.pulse.touch()
        for name, entry in self.schedule.items():
            if time.monotonic() >= self.next_at.get(name, 0.0):
                self.next_at[name] = time.monotonic() + entry.schedule.seconds
                self.apply_entry(entry, producer=self.producer)
        return max(0.0, min(self.next_at.values()) - time.monotonic())
