"""A translation with its alternatives in; the one that a reader has time for, if there is one, out."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from subtrans.text.layout import sentence_pieces
from subtrans.text.profiles import width
from subtrans.text.retime import schedule
from subtrans.types import Span

if TYPE_CHECKING:
    from subtrans.text.languages import Language
    from subtrans.text.profiles import Profile
    from subtrans.types import Translation

MARGIN = 0.5
"""How much less likely a token of a shorter alternative may be on average, as a natural logarithm."""


def fit(translation: Translation, following: int | None, profile: Profile, language: Language) -> Translation:
    """The translation if it can be read in its time, else its alternative that comes nearest to that, best score first.

    `following` is when the next sentence begins. An alternative counts if its score is at most `MARGIN` lower, it is
    shorter, and it says the same numbers. Where none is read with less haste the translation stays: no text is cut.
    """
    whole = width(translation.text, language)
    haste = _haste(translation, following, profile, language) if translation.alternatives else 0.0
    best = translation
    for one in translation.alternatives:
        if haste == 0:
            break
        likely = (one.score or 0.0) >= (translation.score or 0.0) - MARGIN
        shorter = 0 < width(one.text.strip(), language) < whole
        if likely and shorter and _numbers(one.text) == _numbers(translation.text):
            candidate = replace(translation, text=one.text, score=one.score, alignment=one.alignment, faults=one.faults)
            if (measured := _haste(candidate, following, profile, language)) < haste:
                best, haste = candidate, measured
    return best


def hurried(translation: Translation, following: int | None, profile: Profile, language: Language) -> bool:
    """Whether there is too little time to read it."""
    return _haste(translation, following, profile, language) > 0


def _haste(translation: Translation, following: int | None, profile: Profile, language: Language) -> float:
    """How many characters of its cues are more than a reader manages."""
    if not translation.text.strip():
        return 0.0
    pieces = list(sentence_pieces(translation, following, profile, language))
    after = [] if following is None else [((".",), Span(following, following))]
    cues = list(schedule(chain(pieces, after), profile))[: len(pieces)]
    allowed = [cue.span.duration * profile.characters_per_second / 1000 for cue in cues]
    read = [sum(width(line, language) for line in cue.lines) for cue in cues]
    return sum(max(0.0, text - limit) for text, limit in zip(read, allowed, strict=True))


def _numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))
