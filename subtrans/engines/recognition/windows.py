"""Stretches of speech in; windows that the recogniser decodes whole, at most 30 s each, out.

A window runs from the start of its first stretch to the end of its last one, with a little of what is around, so that
no word is cut; neighbours share a window while they fit. All numbers are samples, counted from the start of the audio.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

Stretch = tuple[int, int]

WINDOW = 30 * 16_000
"""What Whisper hears at once."""
PADDING = 3_200
"""200 ms: a detector cuts the first and the last sound of a word short."""
GRID = 160
"""10 ms, a frame: windows start on it, so that word times are exact."""
HOP = 320
"""20 ms, over which loudness is taken where a stretch must be cut."""


def pack_windows(samples: NDArray[np.float32], speech: Sequence[Stretch], longest: int = WINDOW) -> list[Stretch]:
    """Windows in order, disjoint, inside the audio, each of at most `longest`, that together cover all speech."""
    limit = min(longest, WINDOW) - 2 * PADDING - GRID
    packed: list[Stretch] = []
    for start, end in _pieces(samples, speech, limit):
        if packed and end - packed[-1][0] <= limit:
            packed[-1] = (packed[-1][0], end)
        else:
            packed.append((start, end))
    return list(_pad(packed, len(samples)))


def batches(windows: Sequence[Stretch], size: int, lanes: int = 1) -> list[list[Stretch]]:
    """Windows of like length together, as all of a batch are filled up to the longest; as few and even as can be.

    In lanes, of which the batches together are of that size, each lane has as many as the others, the longest first.
    """
    alike = sorted(windows, key=lambda window: window[0] - window[1])
    count = min(len(alike), lanes * -(-len(alike) // max(lanes, size)))
    return [alike[i * len(alike) // count : (i + 1) * len(alike) // count] for i in range(count)]


def halve(samples: NDArray[np.float32], window: Stretch) -> list[Stretch]:
    """The window in two, cut at the quietest place of its middle third; one that is too short stays whole."""
    start, end = window
    third = (end - start) // 3
    if third < 10 * HOP:
        return [window]
    cut = _quietest(samples, start + third, end - third) // GRID * GRID
    return [(start, cut), (cut, end)]


def _pieces(samples: NDArray[np.float32], speech: Iterable[Stretch], limit: int) -> Iterable[Stretch]:
    """The stretches, cut at a quiet place where one is longer than the limit."""
    for begin, end in speech:
        start, stop = max(0, begin), min(end, len(samples))
        while stop - start > limit:
            cut = _quietest(samples, start + limit // 2, start + limit)
            yield start, cut
            start = cut
        if stop > start:
            yield start, stop


def _quietest(samples: NDArray[np.float32], start: int, end: int) -> int:
    """The middle of the 20 ms with the least energy."""
    count = (end - start) // HOP
    energy = (samples[start : start + count * HOP].reshape(count, HOP) ** 2).sum(axis=1)
    return start + int(energy.argmin()) * HOP + HOP // 2


def _pad(packed: Sequence[Stretch], length: int) -> Iterable[Stretch]:
    """Widen each window by the padding, up to the middle of the gap to its neighbours, and start it on the grid."""
    middles = [(one[1] + two[0]) // 2 // GRID * GRID for one, two in pairwise(packed)]
    for (start, end), (left, right) in zip(packed, pairwise([0, *middles, length]), strict=False):
        yield max(left, (start - PADDING) // GRID * GRID), min(right, end + PADDING)
