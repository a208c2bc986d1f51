"""How far a run has come, on standard error: a line that is drawn again on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time

FIRST_S = 1.0
"""The first line comes after this time; short work says nothing."""
LOGGED_EVERY_S = 10.0


def line(done: int, studies: int, measured: int, seconds: float) -> str:
    """Studies done, how fast they are measured, and the time left at that rate."""
    text = f"{done} of {studies} studies"
    if measured == 0 or seconds <= 0.0:
        return text
    per_s = measured / seconds
    left = round((studies - done) / per_s)
    hours, minutes, rest = left // 3600, left // 60 % 60, left % 60
    clock = f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"
    return f"{text}, {per_s:.3g} per s, {clock} left"


class Progress:
    """Tells of a run. ``kept`` studies were done before it began."""

    def __init__(self, studies: int, kept: int, quiet: bool) -> None:
        self._studies, self._kept = studies, kept
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._began = time.monotonic()
        self._next = self._began + FIRST_S
        self._drawn = 0

    def tell(self, measured: int) -> None:
        """Tells of it if it is time to."""
        now = time.monotonic()
        if self._quiet or now < self._next:
            return
        self._next = now + (1.0 if self._terminal else LOGGED_EVERY_S)
        text = line(self._kept + measured, self._studies, measured, now - self._began)
        if self._terminal:
            sys.stderr.write(f"\r{text.ljust(self._drawn)}")
            self._drawn = len(text)
        else:
            sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def say(self, text: str) -> None:
        """A line of its own."""
        self.close()
        if not self._quiet:
            sys.stderr.write(f"{text}\n")

    def close(self) -> None:
        """Leaves the terminal at the beginning of a line."""
        if self._drawn:
            sys.stderr.write("\r" + " " * self._drawn + "\r")
            self._drawn = 0
