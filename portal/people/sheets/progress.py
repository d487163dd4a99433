"""A progress bar on stderr: redrawn in place on a terminal, one line each tenth elsewhere."""

import time
from typing import Protocol

_WIDTH = 30


class Stream(Protocol):
    """What a bar is drawn on."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


class Bar:
    """Call it with what is done and the whole; it draws at most five times a second."""

    def __init__(self, stream: Stream, label: str) -> None:
        self.stream, self.label = stream, label
        self.tty = stream.isatty()
        self.drawn, self.tenth = 0.0, -1

    def __call__(self, done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 1.0
        if self.tty:
            if share < 1 and time.monotonic() - self.drawn < 0.2:
                return
            self.drawn = time.monotonic()
            filled = int(share * _WIDTH)
            self.stream.write(f"\r{self.label} [{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%}")
        elif int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            self.stream.write(f"{self.label} {share:.0%}\n")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line of the bar, so that what follows starts on its own."""
        if self.tty and self.drawn:
            self.stream.write("\n")
