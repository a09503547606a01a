"""What was heard in a window in; the reasons to doubt it, and the best of several hearings, out.

The measures and their bounds are Whisper's (https://arxiv.org/abs/2212.04356, section 4.5) where it has them. No list
of phrases is used: what recognisers make up over noise is told by how it was decoded, not by what it says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from subtrans.types import Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


NO_SPEECH = 0.6
"""Probability of the no-speech token above which the model rather heard none."""
_AT_ONCE = 60
"""Milliseconds from one word to the next in which nobody has said a word."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard in one window, and how sure the model was of it."""

    window: Span
    words: tuple[Word, ...]
    log_probability: float
    """Mean over the tokens."""
    no_speech: float
    """Probability of the no-speech token."""
    compression: float
    """Bytes of the text by bytes compressed: text that repeats itself compresses well."""

    @property
    def text(self) -> str:
        """Its words as one."""
        return "".join(word.text for word in self.words).strip()

    @property
    def silent(self) -> bool:
        """Whether the model rather heard no speech and is unsure of its words (Whisper's own rule)."""
        return not self.words or (self.no_speech > NO_SPEECH and self.log_probability < -1.0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a window is decoded again, alone."""

    compression: float = 2.4
    """Highest ratio of the text's bytes to those when compressed: above it, the text repeats itself."""
    log_probability: float = -1.0
    """Lowest mean over the tokens: below it, the model is unsure."""
    repeats: int = 5
    """A part of the text that stands so often in a row is a loop of the decoder."""
    characters: float = 40.0
    """Most characters a second of speech, full-width ones counted twice: above it, more is written than can be said."""
    unheard: int = 2000
    """Milliseconds of speech without words: as many or more, in a whole window or in a part of it, are an omission."""
    word: int = 2000
    """What a word may last at most, in milliseconds: the rest of a longer one is speech without words."""
    sparse: float = 1.0
    """Fewer characters a second of speech are made up, where the model rather heard none."""


def doubts(hearing: Hearing, speech: Sequence[Span], bounds: Bounds = Bounds(), said: str = "") -> tuple[str, ...]:
    """The reasons to decode the window again, in the order of the checks; none for a good one.

    `speech` are the stretches that a detector found, in file time; `said` is what the model was told came before.
    """
    text = hearing.text
    duration = spoken(hearing.window, speech)
    if not text:
        return ("omitted",) if duration >= bounds.unheard else ()
    unspoken = [word for word in hearing.words if all(word.span.shared(span) < 0 for span in speech)]
    found = {
        "repeated": is_repeated(hearing, bounds) or is_echo(text, said),
        "unsure": hearing.log_probability < bounds.log_probability,
        "hasty": width(text) > bounds.characters * max(duration, 500) / 1000,
        "unspoken": len(unspoken) > len(hearing.words) / 2,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def is_repeated(hearing: Hearing, bounds: Bounds = Bounds()) -> bool:
    """Whether its text repeats itself as nobody speaks."""
    return hearing.compression > bounds.compression or is_loop(hearing.text, bounds.repeats)


def omissions(hearing: Hearing, speech: Sequence[Span], bounds: Bounds = Bounds()) -> list[Span]:
    """Where, before, between or behind the words, so much is spoken that the decoder must have left something out."""
    if not hearing.words:
        return []
    ends = [min(word.span.end, word.span.start + bounds.word) for word in hearing.words]
    starts = [word.span.start for word in hearing.words]
    edges = zip([hearing.window.start, *ends], [*starts, hearing.window.end], strict=True)
    gaps = [Span(end, start) for end, start in edges if end < start]
    return [gap for gap in gaps if spoken(gap, speech) >= bounds.unheard]


def filled(words: Sequence[Word], gap: Span, found: Sequence[Word]) -> list[Word]:
    """The words in order with those found in the gap, without a run beside it that had no time and is found there.

    The attention that times words can put half a window into one place, behind which nothing seems to be said then.
    """
    found = [word for word in found if gap.start <= (word.span.start + word.span.end) / 2 <= gap.end]
    kept: list[Word] = []
    for run in _runs(words):
        beside = run[-1].span.end + _AT_ONCE > gap.start and run[0].span.start - _AT_ONCE < gap.end
        kept += () if len(run) > 2 and beside and _holds(found, run) else run
    return sorted([*kept, *found], key=lambda word: word.span)


def _runs(words: Sequence[Word]) -> list[list[Word]]:
    """The words, those together that begin more quickly behind one another than anybody speaks."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and word.span.start - runs[-1][-1].span.start < _AT_ONCE:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _holds(words: Sequence[Word], run: Sequence[Word]) -> bool:
    """Whether most of the run is among the words, in its order."""
    there, here = ([re.sub(r"\W", "", word.text).casefold() for word in each] for each in (words, run))
    same = SequenceMatcher(None, there, here, autojunk=False).get_matching_blocks()
    return 2 * sum(block.size for block in same) > len(run)


def spoken(within: Span, speech: Sequence[Span]) -> int:
    """For how many milliseconds somebody speaks there."""
    return sum(max(0, within.shared(span)) for span in speech)


def join(hearings: Sequence[Hearing]) -> Hearing:
    """The parts of a window as one; its probability is that of the part that the model was least sure of."""
    return Hearing(
        Span(hearings[0].window.start, hearings[-1].window.end),
        tuple(word for hearing in hearings for word in hearing.words),
        min(hearing.log_probability for hearing in hearings),
        min(hearing.no_speech for hearing in hearings),
        max(hearing.compression for hearing in hearings),
    )


def agree(one: Hearing, other: Hearing) -> bool:
    """Whether two hearings say the same, letter by letter."""
    here, there = (re.findall(r"\w", hearing.text.casefold()) for hearing in (one, other))
    return here == there


def is_loop(text: str, repeats: int) -> bool:
    """Whether up to eight words, or three or more characters, stand `repeats` times in a row; one word, twice as often.

    People do say "no, no, no".
    """
    words = re.findall(r"\w+", text.casefold())
    for length in range(1, 9):
        run = 1
        for place in range(length, len(words) - length + 1, max(1, length)):
            same = words[place - length : place] == words[place : place + length]
            run = run + 1 if same else 1
            if run >= (repeats if length > 1 else 2 * repeats):
                return True
    return bool(re.search(rf"(\w.{{2,40}}?)\1{{{repeats - 1}}}", text)) or bool(re.search(r"(\w)\1{9}", text))


def is_echo(text: str, said: str) -> bool:
    """Whether the text begins with the last four words, or more, of what was said before."""
    words, before = (re.findall(r"\w+", one.casefold()) for one in (text, said))
    return any(before[-count:] == words[:count] for count in range(4, min(len(before), len(words)) + 1))


def width(text: str) -> int:
    """Characters, full-width ones counted twice."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def best(hearings: Iterable[tuple[Hearing, tuple[str, ...]]]) -> tuple[Hearing, tuple[str, ...]]:
    """The hearing with the fewest doubts, of those the one that the model was surest of, of those the first."""
    return max(hearings, key=lambda one: (-len(one[1]), one[0].log_probability))


def is_nothing(hearing: Hearing, reasons: Sequence[str], speech: Sequence[Span], bounds: Bounds = Bounds()) -> bool:
    """Whether what is left of a window, when all was tried, is made up.

    So it is where the model is unsure of a loop or a rush, and where it rather heard no speech and has but a few words
    for much sound, as recognisers have for music.
    """
    if "unsure" in reasons and {"repeated", "hasty", "unspoken"} & set(reasons):
        return True
    characters = sum(width(word.text) for word in hearing.words)
    few = characters < bounds.sparse * spoken(hearing.window, speech) / 1000
    return few and hearing.no_speech > NO_SPEECH
