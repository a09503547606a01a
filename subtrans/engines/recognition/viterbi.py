"""Log-probabilities of CTC and the symbols that were said in; in which frames each was said out: forced alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def follow_with_torchaudio(scores: NDArray[np.float32], path: Sequence[int], blank: int) -> list[int | None]:
    """The same as `follow` by torchaudio's `forced_align`, which takes less than half the time and needs PyTorch."""
    import torch
    from torchaudio.functional import forced_align

    labels, _ = forced_align(torch.from_numpy(scores)[None], torch.tensor([path], dtype=torch.int32), blank=blank)
    places: list[int | None] = []
    place, before = -1, blank
    for label in labels[0].tolist():
        place += label not in (blank, before)
        places.append(None if label == blank else place)
        before = label
    return places


def follow(scores: NDArray[np.float32], path: Sequence[int], blank: int) -> list[int | None]:
    """For each frame of `scores` (frames, symbols) the place in `path` of what is said in it; None for a blank.

    All is as likely as can be (Viterbi). Symbols stand at odd places among blanks. From one frame to the next the walk
    stays, goes on by one, or by two: over a blank that is not said, which equal neighbours need between them.
    """
    import numpy as np

    states = np.full(2 * len(path) + 1, blank)
    states[1::2] = path
    emitted = scores[:, states]
    closed = np.full(len(states), -np.inf, np.float32)
    closed[3::2] = np.where(np.equal(path[1:], path[:-1]), -np.inf, 0)
    # How likely the best walk to each state is; before the first one stand two that no walk begins in.
    reached = np.full((len(scores), len(states) + 2), -np.inf, np.float32)
    reached[0, 2:4] = emitted[0, :2]
    for before, after, said in zip(reached[:-1, :], reached[1:, 2:], emitted[1:], strict=True):
        np.maximum(before[2:], before[1:-1], out=after)
        np.maximum(after, before[:-2] + closed, out=after)
        np.add(after, said, out=after)
    place = len(states) - 1 - int(reached[-1, -2] > reached[-1, -1])
    places = [place]
    for before in reached[-2::-1]:
        ways = (before[place + 2], before[place + 1], before[place] + closed[place])
        place -= ways.index(max(ways))
        places.append(place)
    return [place // 2 if place % 2 else None for place in reversed(places)]
