"""Sound that arrives by itself in; what has arrived, when it is asked for, out. Also recordings, as if they arrived."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from subtrans.errors import SubtransError
from subtrans.media.clock import Clock, WallClock
from subtrans.types import SAMPLE_RATE, Audio, milliseconds, samples

CAPACITY = 120
"""Seconds of sound that may wait: if computing is behind by more, sound is lost, and that is said."""
_PORTION = 1000
"""Milliseconds that come at once at most, and so before their time, where sound comes as it is spoken."""
_OPENING = 1000
"""Milliseconds in which what comes before its time was spoken before: ffmpeg listens for a while before it gives any
sound, and servers begin with some seconds that they have kept."""
RECORDING = 30_000
"""What comes so many milliseconds before it can have been spoken is a recording."""
_TICK = 0.2
_log = logging.getLogger("subtrans.media")


class Replay:
    """A SoundSource over a recording: its samples are there when the clock has come to them."""

    def __init__(self, blocks: Iterable[Audio], clock: Clock) -> None:
        self._blocks = iter(blocks)
        self._clock = clock
        self._position = 0
        self._stopped = False

    def take(self, least: int, most: int) -> Audio | None:
        """Whole blocks, so a little more than asked for."""
        if self._stopped:
            return None
        start, pieces = self._position, self._next(least)
        self._clock.wait_until(milliseconds(self._position))
        arrived = min(samples(self.now()) - start, most)
        pieces += self._next(arrived - (self._position - start))
        self._clock.wait_until(milliseconds(self._position))  # blocks are whole
        return Audio(np.concatenate(pieces), start) if pieces else None

    def now(self) -> int:
        """The clock."""
        return self._clock.now()

    def behind(self) -> int:
        """What the clock has come past."""
        return max(0, self.now() - milliseconds(self._position))

    def stop(self) -> None:
        """The listener has gone."""
        self._stopped = True

    def _next(self, count: int) -> list[NDArray[np.float32]]:
        """The blocks that hold the next `count` samples; fewer at the end."""
        pieces, end = [], self._position + count
        while self._position < end and (block := next(self._blocks, None)) is not None:
            pieces.append(block.samples)
            self._position += len(block.samples)
        return pieces


class Capture:
    """A SoundSource between two threads: one puts sound in as it comes, the other takes it out when it has time.

    The queue is bounded in seconds. A device cannot be made to wait: what does not fit is lost, silence stands in for
    it so that times hold, and a warning says how much. A stream can: its thread waits.
    """

    def __init__(
        self,
        start: Callable[[], Clock] = WallClock,
        capacity: int = CAPACITY * SAMPLE_RATE,
        patience: float | None = None,
        gone: SubtransError | None = None,
        rest: float | None = None,
    ) -> None:
        """The clock starts with the first samples; `patience` seconds without any end the sound with `gone`.

        After `rest` seconds without any, silence stands in for what does not come, so that what was said can end.
        """
        self._start = start
        self._patience = patience
        self._rest = rest
        self._gone = gone
        self._clock: Clock | None = None
        self._before: int | None = None  # how much had been spoken when the clock started; not known at first
        self._capacity = capacity
        self._arrived: deque[NDArray[np.float32]] = deque()
        self._waiting = 0
        self._lost = 0  # samples that are still to be made good with silence
        self._position = 0
        self._ended = False
        self._failure: SubtransError | None = None
        self._changed = threading.Condition(threading.RLock())

    def put(self, sound: NDArray[np.float32], *, wait: bool = False) -> None:
        """Add samples, in the form that `Audio` has; all or none of them. `wait` until there is room."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self._ended or self._waiting + len(sound) <= self._capacity)
            if self._ended:
                return
            self._clock = self._clock or self._start()
            if self._waiting + self._lost + len(sound) > self._capacity:
                self._lost += len(sound)
                return
            self._arrived.extend((*self._silence(), sound))
            self._waiting += len(sound)
            if self._before is None and self._time() >= _OPENING:
                self._before = self.ahead if 0 < self.ahead < RECORDING else 0
            self._changed.notify_all()

    def end(self, failure: SubtransError | None = None) -> None:
        """No more comes; `failure` is why, if that is no good reason."""
        with self._changed:
            if not self._ended:
                self._ended, self._failure = True, failure
                self._arrived.extend(self._silence())
            self._changed.notify_all()

    def stop(self) -> None:
        """Hear no more; of what came faster than it is spoken, as from a file, what is yet to be spoken goes."""
        with self._changed:
            self.end()
            self._waiting = min(self._waiting, samples(self.behind() + _PORTION))
            self._arrived = deque(self._next(self._waiting))

    def catch_up(self) -> None:
        """Let silence stand for what should have come by now and has not."""
        with self._changed:
            if self.ahead < 0:
                self.put(np.zeros(samples(-self.ahead), dtype=np.float32))

    @property
    def ahead(self) -> int:
        """Milliseconds that have come beyond what can have been spoken since it began; below 0 what is missing."""
        with self._changed:
            return milliseconds(self._position + self._waiting + self._lost) - self._time()

    def idle(self, seconds: float) -> None:
        """Return after so many seconds, or when the sound has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended, seconds)

    @property
    def ended(self) -> bool:
        """Whether no more comes."""
        return self._ended

    def take(self, least: int, most: int) -> Audio | None:
        """As the port says it; raises the failure that `end` was given."""
        with self._changed:
            # In short waits: on Windows an interrupt is seen only between two.
            quiet = 0.0
            while self._waiting < least and not self._ended:
                quiet = 0.0 if self._changed.wait(_TICK) else quiet + _TICK
                if self._patience is not None and quiet >= self._patience:
                    self.end(self._gone)
                if self._rest is not None and quiet >= self._rest:
                    self.catch_up()
            count = min(self._waiting, most)
            if count == 0:
                failure, self._failure = self._failure, None
                if failure:
                    raise failure
                return None
            sound = np.concatenate(list(self._next(count)))
            self._waiting -= count
            self._changed.notify_all()
        start, self._position = self._position, self._position + count
        return Audio(sound, start)

    def now(self) -> int:
        """The clock, which starts with the first sample, and what had been spoken before."""
        return self._time() + (self._before or 0)

    def behind(self) -> int:
        """What waits, but of a stream that comes faster than it is spoken only what should be done by now."""
        with self._changed:
            return max(0, min(milliseconds(self._waiting + self._lost), self._time() - milliseconds(self._position)))

    def _time(self) -> int:
        return self._clock.now() if self._clock else 0

    def _next(self, count: int) -> Iterator[NDArray[np.float32]]:
        while count:
            piece = self._arrived.popleft()
            if len(piece) > count:
                self._arrived.appendleft(piece[count:])
                piece = piece[:count]
            count -= len(piece)
            yield piece

    def _silence(self) -> list[NDArray[np.float32]]:
        lost, self._lost = self._lost, 0
        if not lost:
            return []
        at = milliseconds(self._position + self._waiting) / 1000
        _log.warning("computing was too far behind: %.1f s of sound were lost at %.1f s", lost / SAMPLE_RATE, at)
        self._waiting += lost
        return [np.zeros(lost, dtype=np.float32)]
