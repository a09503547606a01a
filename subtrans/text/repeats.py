"""Cues of which some show again what is shown already in; the same with each text once out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from subtrans.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subtrans.types import Cue

_AT_ONCE = 500
"""Milliseconds between two cues of which the second still shows a line of the first."""
_GLIMPSE = 250
"""Milliseconds in which nobody reads: a text that is there so short, again and again, is one that moves."""
_ROLLING = 0.25
"""The share of cues that must begin with a line of the one before and go on: those of YouTube are a half."""


_GROWING = 0.65
"""The share of cues that must say what the one before said and perhaps more: each word is shown in its turn."""
_WORD = 800
"""Milliseconds that a word takes at most; what is said again and again takes longer."""
_NEXT_WORD = 2000
"""Milliseconds in which the next word comes."""


def without_repeats(cues: Iterable[Cue], *, rolling: bool = False) -> tuple[Cue, ...]:
    """In order of time, without the layers and frames of effects and without the lines that captions roll up.

    Where a text is shown once for each of its words, as recognisers do that mark the word that is said, it is one cue.
    Automatic captions, of YouTube and as broadcast, show each line twice: at the bottom, then above the next one. A
    line belongs to the cue that shows it first. In a file that does not roll, a line that is said twice stays; whether
    it does is seen in it, unless it is known to be `rolling`.
    """
    ordered = _unmoved(sorted(cues, key=lambda cue: cue.span))
    found = list({(cue.span, cue.lines, cue.look.anchor, cue.look.position): cue for cue in ordered}.values())
    found = _grown(found)
    shown = [0, *(_still_shown(*pair) for pair in pairwise(found))]
    rolled = sum(0 < count < len(cue.lines) for count, cue in zip(shown, found, strict=False))
    if not rolling and rolled < max(2, _ROLLING * len(found)):
        return tuple(found)
    new = ((cue, cue.lines[count:]) for count, cue in zip(shown, found, strict=False))
    return tuple(replace(cue, lines=lines) for cue, lines in new if lines)


def _unmoved(cues: Iterable[Cue]) -> list[Cue]:
    """The cues, of which those that show a text frame by frame are one, where the first of them is."""
    found: list[Cue] = []
    last: dict[object, int] = {}
    for cue in cues:
        text = cue.lines, replace(cue.look, position=None)
        before = found[last[text]].span if text in last else None
        if before and cue.span.duration < _GLIMPSE and cue.span.start - before.end < _GLIMPSE:
            span = Span(before.start, max(before.end, cue.span.end))
            found[last[text]] = replace(found[last[text]], span=span)
        else:
            last[text] = len(found)
            found.append(cue)
    return found


def _grown(cues: Sequence[Cue]) -> list[Cue]:
    """The cues, of which those that a text grows in, or goes through word by word, are one where most are such."""
    grows = [False, *(_goes_on(*pair) for pair in pairwise(cues))]
    quick = [False, *(cue.span.duration < _WORD for cue in cues)]
    if sum(more and short for more, short in zip(grows, quick, strict=False)) < max(2, _GROWING * len(cues)):
        return list(cues)
    found: list[Cue] = []
    for cue, more in zip(cues, grows, strict=True):
        begin = found.pop().span.start if more else cue.span.start
        found.append(replace(cue, span=Span(begin, cue.span.end)))
    return found


def _goes_on(before: Cue, cue: Cue) -> bool:
    """Whether a cue says the text of the one before it, and perhaps further words."""
    text, more = " ".join(before.lines), " ".join(cue.lines)
    within = text[-1].isalnum() and more[len(text) : len(text) + 1].isalnum() and text[-1].lower() != text[-1].upper()
    return (
        more.startswith(text)
        and not within
        and 0 <= cue.span.start - before.span.end <= _NEXT_WORD
        and replace(before.look, italic=False) == replace(cue.look, italic=False)
    )


def _still_shown(before: Cue, cue: Cue) -> int:
    """How many lines at the beginning of `cue` are the last ones of the cue before it."""
    if not 0 <= cue.span.start - before.span.end <= _AT_ONCE:
        return 0
    counts = range(min(len(before.lines), len(cue.lines)), 0, -1)
    return next((count for count in counts if before.lines[-count:] == cue.lines[:count]), 0)
