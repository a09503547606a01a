"""Cues and where somebody speaks in; how the cues must be moved to be shown when they are said, out.

Whatever the language: cues are shown while somebody speaks, and hardly ever in between. First the one offset and speed
at which that holds best is found for all of them, by their correlation at every offset; then, by dynamic programming,
where the offset changes, as behind scenes that one of two releases lacks. The one is what ffsubsync does, the other is
in the manner of alass (kaegi/alass).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from subtrans.types import Cue, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 20
"""Milliseconds to which offsets are found: half a frame of film."""
ALONE = 10_000
"""Milliseconds around the best offset within which others may be nearly as good."""
LONGEST = 86_400_000
"""Milliseconds of a day, longer than any recording that has subtitles."""
FEW = 5
"""Cues that begin near the beginning of speech, below which nothing is known by that."""
NEAR = 500
"""Milliseconds from the start of a cue within which somebody begins to speak whose words it may show."""


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What subtitles may suffer from."""

    rates: tuple[Fraction, ...] = tuple(
        Fraction(made, shown) * Fraction(1001, 1000) ** power
        for made, shown in ((1, 1), (25, 24), (24, 25))
        for power in (0, 1, -1)
    )
    """How many times longer they last than they should: films are shown at 23.976, 24 and 25 frames a second."""
    steady: float = 1.02
    """Another rate than 1 must fit so many times better."""
    reach: int = 120_000
    """Milliseconds by which an offset may differ from that of all cues together."""
    change: int | None = 15_000
    """Milliseconds of agreement that a change of the offset must gain: less finds changes that are none. None: there
    are none."""
    pause: int = 5_000
    """So much of the silence behind a cue counts, at the most,"""
    unshown: float = 0.5
    """and so much less than the speech in a cue: not all that is said has a cue."""


@dataclass(frozen=True, slots=True)
class Move:
    """What begins at `since` or later, as the times were, is shown `offset` milliseconds later."""

    since: int
    offset: int


@dataclass(frozen=True, slots=True)
class Fit:
    """How cues are moved: their times are multiplied by `rate`, then moved by the `moves`, each up to the next."""

    rate: Fraction
    moves: tuple[Move, ...]
    before: float = 0.0
    after: float = 0.0
    """The share of the cues' time in which somebody speaks, as it was and as it will be."""
    sure: float = 0.0
    """By how many standard deviations the offset is better than all that are far from it: see `SURE`."""

    def moved(self, span: Span) -> Span | None:
        """Where the span comes to lie; None before the recording begins."""
        offset = next((move.offset for move in reversed(self.moves) if move.since <= span.start), self.moves[0].offset)
        start, end = (round(time * self.rate) + offset for time in (span.start, span.end))
        return Span(max(0, start), end) if end > 0 else None


SURE = 3.0
"""What is less sure may be chance, as the fits of subtitles of something else are; benchmarks/sync.py measures both."""


def fit(cues: Sequence[Cue], speech: Iterable[Span], options: SyncOptions = SyncOptions()) -> Fit:
    """Find how `cues`, in order of time, must be moved to be shown in `speech`; ValueError where there are none.

    Cues that are a day away, by a slip, are not gone by.
    """
    spoken = list(speech)
    cues = [cue for cue in cues if cue.span.end < LONGEST]
    if not cues or not spoken:
        raise ValueError(f"there {'is no speech' if cues else 'are no cues'} to go by")
    signal = _signal(spoken)
    length = cues[-1].span.end - cues[0].span.start
    rates = [rate for rate in options.rates if rate == 1 or abs(rate - 1) * length > NEAR]
    found = {rate: _best_offset(_scaled(cues, rate), signal) for rate in rates}
    likely = max(agreement for _, agreement, _ in found.values()) / 2
    ways = {
        rate: _stretches(_scaled(cues, rate), signal, offset, options)
        for rate, (offset, agreement, _) in found.items()
        if rate == 1 or agreement > likely
    }
    rate = max(ways, key=lambda rate: ways[rate][1])
    if ways[rate][1] <= options.steady * ways[Fraction(1)][1]:
        rate = Fraction(1)
    stretches, sure = ways[rate][0], found[rate][2]
    moves = tuple(_refined(cues[first:behind], rate, offset, spoken) for first, behind, offset in stretches)
    fitted = Fit(rate, moves, sure=sure)
    before, after = (_share(one, signal) for one in (cues, moved(cues, fitted)))
    return replace(fitted, before=before, after=after)


def moved(cues: Iterable[Cue], fit: Fit) -> list[Cue]:
    """The cues at the times that `fit` found; what would be shown before the recording begins is left out."""
    return [replace(cue, span=span) for cue in cues if (span := fit.moved(cue.span))]


def _scaled(cues: Sequence[Cue], rate: Fraction) -> NDArray[np.int64]:
    """The steps at which each cue begins and ends."""
    times = np.array([(cue.span.start, cue.span.end) for cue in cues], dtype=np.float64)
    return np.round(times * float(rate) / STEP).astype(np.int64)


def _signal(speech: Sequence[Span]) -> NDArray[np.float32]:
    """For each step 1 where somebody speaks and -1 where nobody does."""
    signal = np.full(max(span.end for span in speech) // STEP + 1, -1, dtype=np.float32)
    for span in speech:
        signal[span.start // STEP : span.end // STEP] = 1
    return signal


def _best_offset(times: NDArray[np.int64], signal: NDArray[np.float32]) -> tuple[int, float, float]:
    """The offset, in steps, at which cues and speech agree best, how much they do, and how sure that is."""
    begin = int(times[0, 0])
    shown = np.full(int(times[:, 1].max()) - begin + 1, -1, dtype=np.float32)
    for start, end in times - begin:
        shown[start : max(end, start + 1)] = 1
    shown -= shown.mean()
    size = 1 << (len(shown) + len(signal)).bit_length()
    spectrum = np.conj(np.fft.rfft(shown, size)) * np.fft.rfft(signal - signal.mean(), size)
    agreement = np.fft.irfft(spectrum, size)
    agreement = np.concatenate([agreement[size - len(shown) + 1 :], agreement[: len(signal)]])
    best = int(agreement.argmax())
    near = ALONE // STEP
    others = np.concatenate([agreement[: max(0, best - near)], agreement[best + near :]])
    sure = float(agreement[best] - others.max(initial=0)) / (float(agreement.std()) or 1.0)
    return best - len(shown) + 1 - begin, float(agreement[best]), sure


def _stretches(
    times: NDArray[np.int64], signal: NDArray[np.float32], offset: int, options: SyncOptions
) -> tuple[list[tuple[int, int, int]], float]:
    """Stretches of cues, from one up to another, and the offset of each in milliseconds; how well they fit.

    Those at which cues agree best with the speech, less what each change must gain (the Viterbi algorithm).
    """
    reach, change = options.reach // STEP, inf if options.change is None else options.change / STEP
    known = np.concatenate([[0], np.cumsum(signal)])
    width = 2 * reach + 1

    def until(step: int) -> NDArray[np.float64]:
        """The agreement with what is spoken before the step, at each offset."""
        return known[np.clip(np.arange(step, step + width) + offset - reach, 0, len(signal))]

    total, stays = np.zeros(width), np.arange(width)
    came_from = np.zeros((len(times), width), dtype=np.min_scalar_type(width))
    before = times[0, 0]
    for number, (start, end) in enumerate(times):
        following = times[number + 1, 0] if number + 1 < len(times) else end + options.pause // STEP
        silent = min(max(following, end), end + options.pause // STEP)
        best, other = _from_another(total, max(0, start - before))
        changes = best - change > total
        came_from[number] = np.where(changes, other, stays)
        total = np.where(changes, best - change, total) + until(end) - until(start)
        total -= options.unshown * (until(silent) - until(end))
        before = end
    place, agreement = int(total.argmax()), float(total.max())
    offsets = []
    for number in range(len(times) - 1, -1, -1):
        offsets.append(place)
        place = int(came_from[number, place])
    found = []
    for same, group in groupby(enumerate(reversed(offsets)), key=lambda one: one[1]):
        numbers = [number for number, _ in group]
        found.append((numbers[0], numbers[-1] + 1, (same - reach + offset) * STEP))
    return found, agreement


def _from_another(total: NDArray[np.float64], gap: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For each offset the best `total` of the cue before it, and at which offset that is.

    As much as the cues would change places, where an offset is lower by more than the `gap` between them, it costs.
    """
    places = np.arange(len(total))

    def running(values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Where the greatest value up to each place is."""
        return np.maximum.accumulate(np.where(values >= np.maximum.accumulate(values), places, 0))

    below = running(total)[np.minimum(places + gap, len(total) - 1)]
    above = len(total) - 1 - running((total - places)[::-1])[::-1]
    costs = total[above] - np.maximum(0, above - places - gap)
    higher = costs > total[below]
    return np.where(higher, costs, total[below]), np.where(higher, above, below)


def _refined(cues: Sequence[Cue], rate: Fraction, offset: int, speech: Sequence[Span]) -> Move:
    """The move of a stretch by which its cues begin when somebody begins to speak: they often end later, to be read."""
    starts = np.array([span.start for span in speech])
    begins = np.array([float(cue.span.start * rate) + offset for cue in cues])
    places = np.searchsorted(starts, begins)
    behind, before = (starts[place.clip(0, len(starts) - 1)] - begins for place in (places, places - 1))
    late = np.where(abs(before) <= abs(behind), before, behind)
    late = late[abs(late) < NEAR]
    return Move(cues[0].span.start, offset + (round(float(np.median(late))) if len(late) >= FEW else 0))


def _share(cues: Sequence[Cue], signal: NDArray[np.float32]) -> float:
    """How much of the time of the cues somebody speaks."""
    spoken = np.concatenate([[0], np.cumsum(signal > 0)])
    times = np.clip(_scaled(cues, Fraction(1)), 0, len(signal))
    shown = sum(cue.span.duration for cue in cues) / STEP
    return float((spoken[times[:, 1]] - spoken[times[:, 0]]).sum() / shown) if shown else 0.0
