"""Positions in a translation in, times of its source words out; pieces of text with those times in, cues out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, combinations
from typing import TYPE_CHECKING, TypeAlias

from subtrans.types import Cue, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subtrans.text.profiles import Profile
    from subtrans.types import Translation, Word


Piece: TypeAlias = "tuple[tuple[str, ...], Span]"
"""The lines of one cue, and the stretch of speech that they stand for."""


def boundaries(fractions: Sequence[float], words: Sequence[Word]) -> list[tuple[int, int]]:
    """For each fraction of the text: when what comes before it has been said, and when what follows begins.

    The text is spread over the time that is spoken, not over the silences, and a position moves to the start of a word
    near by, after a pause or a comma if possible. Fractions that do not decrease give times that do not decrease.
    """
    starts, ends = _edges(words)
    spoken, pull = _spoken(starts, ends), _pull(words, starts, ends)
    return [_boundary(fraction * spoken[-1], starts, ends, spoken, pull) for fraction in fractions]


def aligned_boundaries(
    counts: Sequence[int], links: Sequence[tuple[int, int]], words: Sequence[Word]
) -> list[tuple[int, int]]:
    """Give the same for text whose characters are linked to words, after so many characters of it, white space aside.

    `counts` do not decrease and end with the whole text; a link is a character and the index of the word it says. Both
    texts are cut where the fewest links cross from one side to the other, near the same share of each if there is a
    choice. Each link that comes to lie before the cut makes the words up to its own dearer and those behind it cheaper,
    so the cheapest word never moves back: clauses are timed in order, whatever the order of the words within them.
    """
    starts, ends = _edges(words)
    spoken, pull = _spoken(starts, ends), _pull(words, starts, ends)
    waiting = sorted(links, reverse=True)
    crossing = [sum(word < cut for _, word in waiting) for cut in range(len(words))]
    times = []
    for count in counts:
        while waiting and waiting[-1][0] < count:
            _, linked = waiting.pop()
            for cut in range(len(words)):
                crossing[cut] += 1 if cut <= linked else -1
        if count <= 0 or count >= counts[-1] or len(words) == 1:
            times.append(_boundary(count / (counts[-1] or 1) * spoken[-1], starts, ends, spoken, pull))
            continue
        cost = {
            cut: crossing[cut] / max(1, len(links))
            + _EVEN * (spoken[cut] / spoken[-1] - count / counts[-1]) ** 2
            - _DRAWN * pull[cut]
            for cut in range(1, len(words))
        }
        cut = min(cost, key=lambda cut: cost[cut])
        times.append((ends[cut - 1], starts[cut]))
    return times


_EVEN = 4.0  # how hard it is to draw a cut away from the same share of both texts
_DRAWN = 0.15  # a comma is worth half this share of the links
_DISORDER = 0.3


def links(translation: Translation) -> list[tuple[int, int]]:
    """The alignment of a translation as characters of its text, white space aside, and indices of the words.

    None where it is no better than chance: attention wanders where a model does not know what it says, and half of all
    pairs of links change places then; between languages of any order it is less than a third.
    """
    text, words = translation.text, translation.sentence.words
    written = list(accumulate((not character.isspace() for character in text), initial=0))
    lead = len("".join(word.text for word in words)) - len("".join(word.text for word in words).lstrip())
    begins = list(accumulate((len(word.text) for word in words), initial=-lead))[:-1]
    found = [
        (written[here], max(0, bisect_right(begins, there) - 1))
        for here, there in translation.alignment
        if 0 <= here < len(text) and 0 <= there < len(translation.sentence.text)
    ]
    return found if _disorder([word for _, word in sorted(found)]) <= _DISORDER else []


def _disorder(ranks: Sequence[int]) -> float:
    """The share of pairs that change places, 0 to 1; equal ones do by half (Kendall's tau, as a distance)."""
    pairs = [(before > after) + (before == after) / 2 for before, after in combinations(ranks, 2)]
    return sum(pairs) / len(pairs) if pairs else 0.0


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


def _spoken(starts: Sequence[int], ends: Sequence[int]) -> list[int]:
    """How long has been spoken before each word, and in all."""
    return [0, *accumulate(max(1, end - start) for start, end in zip(starts, ends, strict=True))]


def _pull(words: Sequence[Word], starts: Sequence[int], ends: Sequence[int]) -> list[float]:
    """How good a place for a boundary there is before each word: after a pause, after a comma."""
    return [0.0] + [
        _PAUSE * min(500, start - end) / 500 + _CLAUSE * (word.text.rstrip()[-1:] in _CLAUSE_MARKS)
        for word, end, start in zip(words, ends, starts[1:], strict=False)
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


def schedule(
    pieces: Iterable[Piece],
    profile: Profile,
    shots: Sequence[int] = (),
    reading: Callable[[Piece], int] = lambda _: 0,
    earliest: int = 0,
    *,
    lingering: bool = True,
) -> Iterator[Cue]:
    """Give each piece of text the time that a reader needs, one piece behind the input.

    Whatever the spans of speech are, the cues come in order, `minimum_gap` apart or more, last from `minimum_duration`
    to `maximum_duration`, and begin and end with a frame. A cue begins with its speech, or at one of the `shots` (the
    times, in order, at which the picture changes) up to three frames later, unless the one before needs its minimum
    first; or so much later if it has time to spare, by `reading` (what a piece takes, in milliseconds), and the one
    before has not. It ends at most `maximum_hang` after its speech, unless its own minimum is longer or it closes a
    gap, and does not hang over a change of the shot; if it is not `lingering` it stays only as long as `reading` takes.
    None begins before `earliest`. Pieces that are said at once share the time out as `reading` says.
    """

    def time(piece: Piece, following: int | None) -> Cue:
        lines, speech = piece
        if lingering:
            return _time(piece, earliest, following, profile, shots, hang=profile.maximum_hang)
        needed = min(profile.maximum_hang, max(0, reading(piece) - speech.duration))
        return _time((lines, Span(speech.start, speech.end + needed)), earliest, following, profile, shots, hang=0)

    waiting: Piece | None = None
    for piece in pieces:
        if waiting:
            waiting, piece = _apart(waiting, piece, reading, profile.minimum_gap)  # noqa: PLW2901 - what waits next is the same piece
            begin = _begin(piece[1].start, profile, shots)
            cue = time(waiting, begin)
            if (missing := reading(waiting) - cue.span.duration) > 0:
                spare = min(missing, profile.frames(_LATE), piece[1].duration - reading(piece))
                later = time(waiting, profile.frame_before(piece[1].start + spare))
                # The one behind it must be moved, or there would be another gap between them.
                cue = later if later.span.end > max(cue.span.end, begin - profile.minimum_gap) else cue
            earliest = cue.span.end + profile.minimum_gap
            yield cue
        waiting = piece
    if waiting:
        yield time(waiting, None)


def _apart(first: Piece, second: Piece, reading: Callable[[Piece], int], gap: int) -> tuple[Piece, Piece]:
    """Two pieces, one after the other where the second is said while the first goes on.

    The second waits only until the first is read, or longer if there is no time for both.
    """
    (lines, before), (others, after) = first, second
    if after.start >= before.end or not (needed := reading(first) + reading(second)):
        return first, second
    end = max(before.end, after.end)
    fair = (end - before.start) * reading(first) // needed
    cut = min(before.end, max(after.start, before.start + min(fair, reading(first) + gap)))
    last = max(cut, after.end, min(end, cut + reading(second)))
    return (lines, Span(before.start, cut)), (others, Span(cut, last))


_LATE = 3  # frames by which a cue may begin after its first word


def _begin(time: int, profile: Profile, shots: Sequence[int]) -> int:
    start = profile.frame_after(time)
    index = bisect_left(shots, start)
    if index < len(shots) and (shot := profile.frame_after(shots[index])) <= start + profile.frames(_LATE):
        return shot
    return start


def _time(
    piece: Piece, earliest: int, following: int | None, profile: Profile, shots: Sequence[int], *, hang: int
) -> Cue:
    lines, speech = piece
    start = max(_begin(speech.start, profile, shots), profile.frame_after(earliest))
    shortest = profile.frame_after(start + profile.minimum_duration)
    longest = profile.frame_before(start + profile.maximum_duration)
    end = min(max(profile.frame_before(speech.end + hang), shortest), longest)
    latest = opened = longest
    if following is not None:
        latest = profile.frame_before(following - profile.minimum_gap)
        opened = profile.frame_before(following - profile.chaining_gap)
        if end > latest:
            end = max(latest, shortest)
        elif end > opened:  # the gap would be too short to be seen as one
            cut = latest > longest or opened >= max(speech.end, shortest)
            end = max(opened, shortest) if cut else latest
    index = bisect_right(shots, end) - 1
    if index >= 0 and end <= opened:
        before = profile.frame_before(shots[index] - profile.minimum_gap)
        end = before if before >= max(speech.end, shortest) else end
    return Cue(Span(start, end), lines)
