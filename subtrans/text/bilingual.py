"""Cues of a translation and the words it was made from in; cues that show both languages out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

from subtrans.text.layout import cues as lay_out
from subtrans.text.profiles import profile
from subtrans.text.script import place
from subtrans.types import Cue, Sentence, Translation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.text.languages import Language
    from subtrans.text.script import Part
    from subtrans.types import Word

Order = Literal["top", "bottom", "apart"]
ORDERS: tuple[Order, ...] = get_args(Order)
"""Where the original stands: above the translation, below it, or by itself at the top of the picture."""


_LATE = 125
"""Milliseconds, three frames of 24 a second, by which a cue may begin after its words."""


def bilingual(
    cues: Sequence[Cue], original: Sequence[Cue], sentences: Sequence[Sentence], spoken: Language, order: Order
) -> list[Cue]:
    """`cues` with what was said beside them, in the order of their times.

    For `top` and `bottom` each cue holds what was said from its start to the next one's, half a word more or less:
    every word of `sentences` once, in lines as `spoken` has them. For `apart` the cues of `original` stand at the top
    of the picture.
    """
    if order == "apart":
        above = [replace(cue, look=replace(cue.look, anchor=8, position=None)) for cue in original]
        return sorted([*cues, *above], key=lambda cue: cue.span)
    said: list[list[Word]] = [[] for _ in cues]
    starts = [cue.span.start for cue in cues]
    place = 0
    for sentence in sentences if cues else ():
        last = max((index for index, word in enumerate(sentence.words) if not word.note), default=len(sentence.words))
        for index, word in enumerate(sentence.words):
            # A cue may begin a little after its first word, with the next frame say.
            time = (word.span.start + word.span.end) // 2 if index else word.span.start + _LATE
            if index <= last:  # a note behind what is said takes no time, and would come to what is said next
                place = max(place, bisect_right(starts, time) - 1)
            said[place].append(word)
    both = zip(cues, (_lines(words, spoken) for words in said), strict=True)
    return [replace(cue, lines=own + cue.lines if order == "top" else cue.lines + own) for cue, own in both]


def bilingual_parts(
    cues: Sequence[Cue], original: Sequence[Cue], parts: Sequence[Part], spoken: Language, order: Order
) -> Sequence[Cue]:
    """The same for what is shown in several places of the picture, each of which has its original beside it."""
    if len(parts) == 1 or order == "apart":
        return bilingual(cues, original, [one for part in parts for one in part.sentences], spoken, order)
    both = (
        bilingual([cue for cue in cues if place(cue) == place(part.cues[0])], part.cues, part.sentences, spoken, order)
        for part in parts
    )
    return sorted((cue for shown in both for cue in shown), key=lambda cue: cue.span)


def _lines(words: Sequence[Word], spoken: Language) -> tuple[str, ...]:
    norms = profile(spoken)
    starts = [index for index, word in enumerate(words) if word.turn or not index]
    lines: list[str] = []
    for start, end in pairwise([*starts, len(words)]):
        sentence = Sentence(tuple(words[start:end]))
        mark = norms.speaker_mark if len(starts) > 1 else ""
        laid = lay_out([Translation(sentence, mark + sentence.text)], norms, spoken)
        lines += [line for cue in laid for line in cue.lines]
    return tuple(lines)
