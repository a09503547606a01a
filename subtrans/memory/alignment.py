"""Two versions of one text, cut into timed lines, in; which lines of the one became which of the other out.

Lines may have been edited, moved in time, split, merged, added and removed; their order holds. Lines that are the same
in both and occur once are anchors (Bram Cohen's patience diff); between two anchors the best way through is found by
dynamic programming over runs of lines, as Gale and Church (1993) align the sentences of two languages.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from subtrans.types import Span

LEAST = 0.4
"""How alike runs must be to be taken for each other: the share of equal letters, and `TIME` of that of common time."""
TIME = 0.6
RUNS = (*((1, count) for count in range(1, 7)), (2, 1), (2, 2), (2, 3), (3, 1))
"""How many lines may have become how many."""
BAND = 40
"""Lines that a stretch without anchors may be out of step."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is said between two times."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """Lines `before` that became the lines `after`, and how alike their letters are, from 0 to 1."""

    before: range
    after: range
    similarity: float


def align(before: Sequence[Line], after: Sequence[Line]) -> list[Block]:
    """Blocks in order, disjoint on both sides; a line in none of them was removed, or is new."""
    keys = [fold(line.text) for line in before], [fold(line.text) for line in after]
    anchors = list(_anchors(*keys))
    shift = round(median([after[new].span.start - before[old].span.start for old, new in anchors] or [0]))
    stretch = _Stretch(before, after, keys, shift)
    blocks: list[Block] = []
    for (old, new), (old_end, new_end) in pairwise([(-1, -1), *anchors, (len(before), len(after))]):
        if old >= 0:
            blocks.append(Block(range(old, old + 1), range(new, new + 1), 1.0))
        blocks += stretch.best(range(old + 1, old_end), range(new + 1, new_end))
    return blocks


def fold(text: str) -> str:
    """The letters and digits of a text, in lower case; of a text without any, the text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if one.isalnum()) or folded.strip() or text


def _anchors(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The longest sequence, rising on both sides, of equal lines that occur once in each."""
    counts = Counter(before), Counter(after)
    place = {key: index for index, key in enumerate(after)}
    pairs = [(old, place[key]) for old, key in enumerate(before) if counts[0][key] == counts[1][key] == 1]
    tails: list[int] = []  # the smallest end of a rising sequence of each length
    ends: list[tuple[int, int]] = []  # the pair there
    previous: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in pairs:
        length = bisect_left(tails, pair[1])
        tails[length:], ends[length:] = [pair[1], *tails[length + 1 :]], [pair, *ends[length + 1 :]]
        previous[pair] = ends[length - 1] if length else None
    chain: list[tuple[int, int]] = []
    last = ends[-1] if ends else None
    while last is not None:
        chain.append(last)
        last = previous[last]
    return reversed(chain)


class _Stretch:
    """Finds the way through lines between two anchors."""

    def __init__(
        self, before: Sequence[Line], after: Sequence[Line], keys: tuple[list[str], list[str]], shift: int
    ) -> None:
        from rapidfuzz.distance import Levenshtein

        self._compare = Levenshtein.normalized_similarity
        self._times = [(line.span.start + shift, line.span.end + shift) for line in before]
        self._others = [(line.span.start, line.span.end) for line in after]
        self._letters = ["".join(side) for side in keys]
        self._reached = [list(accumulate((len(key) for key in side), initial=0)) for side in keys]

    def best(self, old: range, new: range) -> list[Block]:
        """The blocks whose likenesses, less `LEAST` each, have the highest sum."""
        if not old or not new:
            return []
        rows, columns = len(old), len(new)
        best: dict[tuple[int, int], tuple[float, tuple[int, int], float | None]] = {(0, 0): (0.0, (0, 0), None)}
        reach = BAND + abs(rows - columns)
        for row in range(rows + 1):
            middle = round(row * columns / rows)
            for column in range(max(0, middle - reach), min(columns, middle + reach) + 1):
                found: list[tuple[float, tuple[int, int], float | None]] = [
                    (best[origin][0], origin, None)
                    for origin in ((row - 1, column), (row, column - 1))
                    if origin in best
                ]
                for lines, runs in RUNS:
                    origin = row - lines, column - runs
                    if origin in best:
                        likeness, similarity = self._likeness(
                            old.start + origin[0], old.start + row, new.start + origin[1], new.start + column
                        )
                        if likeness > LEAST:
                            found.append((best[origin][0] + likeness - LEAST, origin, similarity))
                if found:
                    best[row, column] = max(found, key=lambda way: way[0])
        blocks, place = [], (rows, columns)
        while place != (0, 0):
            _, origin, similar = best[place]
            if similar is not None:
                blocks.append(Block(old[origin[0] : place[0]], new[origin[1] : place[1]], similar))
            place = origin
        return blocks[::-1]

    def _likeness(self, old: int, old_end: int, new: int, new_end: int) -> tuple[float, float]:
        """How alike the lines from `old` to `old_end` and those from `new` to `new_end` are, and how alike in letters.

        It is asked for hundreds of pairs a line, so nothing is made here that need not be.
        """
        start, end = self._times[old][0], self._times[old_end - 1][1]
        other, other_end = self._others[new][0], self._others[new_end - 1][1]
        common = min(end, other_end) - max(start, other)
        gain = TIME * 2 * common / (end - start + other_end - other) if common > 0 else 0.0
        letters = self._reached[0][old], self._reached[0][old_end]
        others = self._reached[1][new], self._reached[1][new_end]
        lengths = letters[1] - letters[0], others[1] - others[0]
        if gain + min(lengths) / max(lengths) <= LEAST:
            return 0.0, 0.0  # texts of such lengths cannot be alike enough
        one, two = self._letters[0][slice(*letters)], self._letters[1][slice(*others)]
        similarity = self._compare(one, two, score_cutoff=max(0.0, LEAST - gain))
        return gain + similarity, similarity
