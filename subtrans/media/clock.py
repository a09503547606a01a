"""Where the time of a live run comes from: the wall, or computing alone, so that a replay need not wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Milliseconds since it was made."""

    def now(self) -> int:
        """The time."""
        ...

    def wait_until(self, moment: int) -> None:
        """Return when it is `moment`, at once if that is past."""
        ...


class WallClock:
    """Real time, `speed` times faster."""

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"time goes forward: {speed}")
        self._speed = speed
        self._start = time.monotonic()

    def now(self) -> int:
        """The time."""
        return round((time.monotonic() - self._start) * 1000 * self._speed)

    def wait_until(self, moment: int) -> None:
        """Sleep."""
        while (left := moment - self.now()) > 0:
            time.sleep(left / 1000 / self._speed)


class ComputingClock:
    """Computing takes the time that it takes, by `timer` in seconds; waiting takes none, the time is there at once.

    What it measures is what a real clock would have shown: a replay of an hour that computes for 20 minutes takes 20.
    """

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._start = timer()
        self._skipped = 0

    def now(self) -> int:
        """The time."""
        return self._skipped + round((self._timer() - self._start) * 1000)

    def wait_until(self, moment: int) -> None:
        """Put the clock on."""
        self._skipped += max(0, moment - self.now())
