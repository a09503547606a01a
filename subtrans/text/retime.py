"""Positions in a translation in, times of its source words out; pieces of text with those times in, cues out."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from subtrans.types import Cue, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.text.profiles import Profile
    from subtrans.types import Word


Piece: TypeAlias = "tuple[tuple[str, ...], Span]"
"""The lines of one cue, and the stretch of speech that they stand for."""


def boundaries(fractions: Sequence[float], words: Sequence[Word]) -> list[tuple[int, int]]:
    """For each fraction of the text: when what comes before it has been said, and when what follows begins.

    The text is spread over the time that is spoken, not over the silences, and a position moves to the start of a word
    near by, after a pause or a comma if possible. Fractions that do not decrease give times that do not decrease.
    """
    starts, ends = _edges(words)
    spoken = [0, *accumulate(max(1, end - start) for start, end in zip(starts, ends, strict=True))]
    pull = [0.0] + [
        _PAUSE * min(500, start - end) / 500 + _CLAUSE * (word.text.rstrip()[-1:] in _CLAUSE_MARKS)
        for word, end, start in zip(words, ends, starts[1:], strict=False)
    ]
    return [_boundary(fraction * spoken[-1], starts, ends, spoken, pull) for fraction in fractions]


def own_boundaries(counts: Sequence[int], words: Sequence[Word]) -> list[tuple[int, int]]:
    """Give the same for text that is the words' own, after so many characters of it, white space aside: exactly."""
    starts, ends = _edges(words)
    written = [0, *accumulate(len("".join(word.text.split())) for word in words)]
    times = []
    for count in counts:
        index = bisect_right(written, count) - 1  # the word that the next character belongs to
        if index == len(words):
            times.append((ends[-1], ends[-1]))
        elif index and written[index] == count:
            times.append((ends[index - 1], starts[index]))
        else:
            inside = (count - written[index]) * (ends[index] - starts[index]) // (written[index + 1] - written[index])
            times.append((starts[index] + inside, starts[index] + inside))
    return times


def _edges(words: Sequence[Word]) -> tuple[list[int], list[int]]:
    """Where the words start and end, in order and without overlap."""
    starts = list(accumulate((word.span.start for word in words), max))
    following = [*starts[1:], words[-1].span.end]
    return starts, [
        max(start, min(word.span.end, end)) for word, start, end in zip(words, starts, following, strict=True)
    ]


_PAUSE = 0.6  # how far a pause of half a second before a word draws a boundary, as a share of how far one may move
_CLAUSE = 0.5  # the same for a comma
_CLAUSE_MARKS = (*",;:.!?…—、，；：。！？؛،؟।",)


def _boundary(
    position: float, starts: Sequence[int], ends: Sequence[int], spoken: Sequence[int], pull: Sequence[float]
) -> tuple[int, int]:
    if position <= 0:
        return starts[0], starts[0]
    if position >= spoken[-1]:
        return ends[-1], ends[-1]
    tolerance = min(1500.0, 300 + 0.15 * spoken[-1])
    near = [index for index in range(1, len(starts)) if abs(spoken[index] - position) <= tolerance]
    if near:
        index = min(near, key=lambda index: abs(spoken[index] - position) / tolerance - pull[index])
        return ends[index - 1], starts[index]
    index = next(index for index, offset in enumerate(spoken[1:]) if offset >= position)
    time = starts[index] + round(min(position - spoken[index], ends[index] - starts[index]))
    return time, time


def schedule(pieces: Iterable[Piece], profile: Profile) -> Iterator[Cue]:
    """Give each piece of text the time that a reader needs, one piece behind the input.

    Whatever the spans of speech are, the cues come in order, `minimum_gap` apart or more, and last from
    `minimum_duration` to `maximum_duration`. A cue begins with its speech, unless the one before needs its minimum
    first; it ends at most `maximum_hang` after its speech, unless its own minimum is longer or it closes a gap.
    """
    waiting: Piece | None = None
    earliest = 0
    for piece in pieces:
        if waiting:
            cue = _time(waiting, earliest, piece[1].start, profile)
            earliest = cue.span.end + profile.minimum_gap
            yield cue
        waiting = piece
    if waiting:
        yield _time(waiting, earliest, None, profile)


def _time(piece: Piece, earliest: int, following: int | None, profile: Profile) -> Cue:
    lines, speech = piece
    start = max(speech.start, earliest)
    shortest, longest = start + profile.minimum_duration, start + profile.maximum_duration
    end = min(max(speech.end + profile.maximum_hang, shortest), longest)
    if following is not None:
        latest, opened = following - profile.minimum_gap, following - profile.chaining_gap
        if end > latest:
            end = max(latest, shortest)
        elif end > opened:  # the gap would be too short to be seen as one
            cut = latest > longest or opened >= max(speech.end, shortest)
            end = max(opened, shortest) if cut else latest
    return Cue(Span(start, end), lines)
