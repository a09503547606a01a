"""Translations with the words they came from in, finished cues out: cut, broken into lines and timed for the reader."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise
from math import ceil, inf
from typing import TYPE_CHECKING

from subtrans.text.breaks import Atom, atoms
from subtrans.text.passages import dialogue, mark, passages
from subtrans.text.profiles import width
from subtrans.text.retime import Piece, aligned_boundaries, boundaries, links, own_boundaries, schedule
from subtrans.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.text.languages import Language
    from subtrans.text.profiles import Profile
    from subtrans.types import Cue, Translation


def cues(
    translations: Iterable[Translation],
    profile: Profile,
    language: Language,
    shots: Sequence[int] = (),
    earliest: int = 0,
    *,
    lingering: bool = True,
) -> Iterator[Cue]:
    """Lay translations out as cues in `language`, a few sentences behind the input at most.

    Every line keeps to `characters_per_line` and every cue to `lines`; for the times see `retime.schedule`. No text is
    lost; an empty translation gives no cue; a sentence too quick for a cue of its own may share one with the next. What
    two people say in turn, shortly, shares one too, with a line for each that begins with `speaker_mark`; what they say
    at once is shown one after the other. Lines in letters that run from right to left are marked as such. No cue begins
    before `earliest`.
    """

    def reading(piece: Piece) -> int:
        return ceil(1000 * sum(width(line, language) for line in piece[0]) / profile.characters_per_second)

    return schedule(_pieces(translations, profile, language), profile, shots, reading, earliest, lingering=lingering)


def sentence_pieces(
    translation: Translation, following: int | None, profile: Profile, language: Language
) -> Iterator[Piece]:
    """Give the text of each cue of one translation; `following` is when the next sentence begins."""
    return _Passage([translation], following, profile, language).pieces()


def _pieces(translations: Iterable[Translation], profile: Profile, language: Language) -> Iterator[Piece]:
    for group, following in passages(translations, profile, language):
        if lines := dialogue(group, profile, language):
            yield lines, Span(group[0].sentence.span.start, max(one.sentence.span.end for one in group))
        else:
            yield from _Passage(group, following, profile, language).pieces()


class _Passage:
    """A sentence, or a few that share cues, as atoms 0 to n, with their widths and the times at which each is said."""

    def __init__(
        self, group: Sequence[Translation], following: int | None, profile: Profile, language: Language
    ) -> None:
        self.profile = profile
        self.atoms: list[Atom] = []
        self.begins: list[int] = []  # when the atom is said
        self.said: list[int] = []  # when everything before it has been said
        for translation in group:
            parts = atoms(translation.text, language, profile.characters_per_line)
            times = _times(parts, translation)
            if self.atoms:
                parts[0] = replace(parts[0], spaced=language.spaced, cost=0)
                times[0] = self.said.pop(), max(self.begins.pop(), times[0][1])
            self.atoms += parts
            self.said += [said for said, _ in times]
            self.begins += [begins for _, begins in times]
        self.following = following
        self.language = language
        self.space = width(" ", language)
        self.reached = list(accumulate((atom.width + self.space * atom.spaced for atom in self.atoms), initial=0.0))
        self.capacity = profile.lines * profile.characters_per_line
        time = max(1, self.said[-1] - self.begins[0] + profile.maximum_hang)
        self.speed = max(profile.characters_per_second / 1000, self.reached[-1] / time)  # the best that can be had
        self._known: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {}

    def pieces(self) -> Iterator[Piece]:
        """The text of each cue with the speech that it stands for."""
        for start, end in pairwise(self._cuts()):
            bounds = [start, *self._breaks(start, end)[1], end]
            lines = tuple(mark(self._text(*line), self.language) for line in pairwise(bounds))
            yield lines, self._speech(start, end)

    def _cuts(self) -> list[int]:
        """Where the cues begin, and the end: the cheapest way through all places, by dynamic programming."""
        count = len(self.atoms)
        best, origin = [0.0] + [inf] * count, [0] * (count + 1)
        for end in range(1, count + 1):
            for start in range(end - 1, -1, -1):
                if self._width(start, end) > self.capacity:
                    break
                cost = best[start] + self._cost(start, end)
                if cost < best[end]:
                    best[end], origin[end] = cost, start
        cuts = [count]
        while cuts[-1]:
            cuts.append(origin[cuts[-1]])
        return cuts[::-1]

    def _cost(self, start: int, end: int) -> float:
        """What is wrong with a cue of those atoms."""
        profile, speech = self.profile, self._speech(start, end)
        following = self.begins[end] if end < len(self.atoms) else self.following
        shown = speech.duration + profile.maximum_hang
        if following is not None:
            shown = max(1, min(shown, following - profile.minimum_gap - speech.start))
        needed = self._width(start, end) / self.speed
        cost = self._breaks(start, end)[0] + _CUE + _EMPTY * (1 - self._width(start, end) / self.capacity) ** 2
        cost += _CUT * self.atoms[end].cost if end < len(self.atoms) else 0
        cost += _SILENCE * max(0, self._pause(start, end, speech) - profile.maximum_hang) / 1000
        cost += _FLICKER * max(0.0, 1 - shown / (2 * profile.minimum_duration)) ** 2
        cost += (
            _LINGER * speech.duration / profile.maximum_duration if speech.duration > profile.maximum_duration else 0
        )
        hurry = needed / shown - 1
        return cost + (_TOO_FAST + _HURRY * min(2.0, hurry) if hurry > 0 else 0.0)

    def _pause(self, start: int, end: int, speech: Span) -> int:
        """The longest time in a cue of those atoms in which nothing is said, in milliseconds."""
        inside = zip(self.said[start + 1 : end], self.begins[start + 1 : end], strict=True)
        return max((min(begins, speech.end) - max(said, speech.start) for said, begins in inside), default=0)

    def _breaks(self, start: int, end: int) -> tuple[float, tuple[int, ...]]:
        """The cost of the best lines for those atoms, and where the second and later lines begin; inf if none fit."""
        if (start, end) not in self._known:
            self._known[start, end] = self._find_breaks(start, end)
        return self._known[start, end]

    def _find_breaks(self, start: int, end: int) -> tuple[float, tuple[int, ...]]:
        whole = self._width(start, end)
        if whole <= self.profile.characters_per_line:
            return 0.0, ()
        for count in range(2, self.profile.lines + 1):
            found = self._fill(start, end, count, whole / count)
            if found[0] < inf:
                return found
        return inf, ()

    def _fill(self, start: int, end: int, count: int, mean: float) -> tuple[float, tuple[int, ...]]:
        """The same for exactly `count` lines, which are best if each is `mean` wide."""
        limit = self.profile.characters_per_line
        if count == 1:
            last = self._width(start, end)
            return (self._uneven(last, mean), ()) if last <= limit else (inf, ())
        best: tuple[float, tuple[int, ...]] = inf, ()
        for middle in range(start + 1, end):
            line = self._width(start, middle)
            if line > limit:
                break
            if self._width(middle, end) > limit * (count - 1):
                continue
            cost, breaks = self._fill(middle, end, count - 1, mean)
            cost += self.atoms[middle].cost + self._uneven(line, mean)
            cost += _TOP_HEAVY * max(0.0, line - mean) / limit
            if cost < best[0]:
                best = cost, (middle, *breaks)
        return best

    def _uneven(self, line: float, mean: float) -> float:
        """What is wrong with a line of that width among lines that are so wide on average."""
        limit = self.profile.characters_per_line
        return _UNEVEN * ((line - mean) / limit) ** 2 + _LONELY * max(0.0, 1 - 4 * line / limit)

    def _width(self, start: int, end: int) -> float:
        return self.reached[end] - self.reached[start] - self.space * self.atoms[start].spaced

    def _text(self, start: int, end: int) -> str:
        first, *rest = self.atoms[start:end]
        return first.text + "".join(" " * atom.spaced + atom.text for atom in rest)

    def _speech(self, start: int, end: int) -> Span:
        return Span(self.begins[start], max(self.begins[start], self.said[end]))


def _times(parts: Sequence[Atom], translation: Translation) -> list[tuple[int, int]]:
    """When each part is reached, and the end: by the words if the text is theirs, else by its alignment or width."""
    words = translation.sentence.words
    letters = ["".join(part.text.split()) for part in parts]
    counts = list(accumulate(map(len, letters), initial=0))
    if "".join(letters) == "".join(translation.sentence.text.split()):
        return own_boundaries(counts, words)
    if linked := links(translation):
        return aligned_boundaries(counts, linked, words)
    reached = list(accumulate((part.width + part.spaced for part in parts), initial=0.0))
    return boundaries([offset / (reached[-1] or 1) for offset in reached], words)


# What each fault costs, on the scale of `Atom.cost`: 10 for a break after a comma, 60 for one between any two words.
_CUE = 20.0  # one more cue
_EMPTY = 25.0  # a cue that could hold much more; squared, so that the text is shared out evenly
_CUT = 3.0  # a break between cues, as a multiple of one between lines
_UNEVEN = 120.0  # for each line, the square of how far it is from even, in lines
_LONELY = 60.0  # a line of nothing; one of a quarter of the width, as of a short word, is no longer one
_TOP_HEAVY = 6.0  # the longer line above
_FLICKER = 300.0  # no time at all to be shown; a quarter of it for the shortest time allowed
_SILENCE = 60.0  # each second without speech inside a cue, beyond what one may hang
_LINGER = 150.0  # more than the longest time
_TOO_FAST = 40.0  # any more than the reading speed
_HURRY = 40.0  # twice the reading speed
