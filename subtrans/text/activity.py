"""Words and the stretches in which somebody speaks in, the same words with no silence at their ends out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subtrans.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.types import Word


LEAST = 0.2
"""The share of its spoken time that a word has at least in the stretch that it belongs to."""


def keep_to_speech(words: Iterable[Word], speech: Sequence[Span]) -> Iterator[Word]:
    """Each word cut to the last stretch of speech that it is well inside; one that touches none keeps its times.

    Recognisers that align by attention (Whisper's do) give the pause before a word to it, with the end of the word
    before, so that a cue would come early by as much; and the pause behind a sentence to its last word. The order of
    the starts is kept.
    """
    earliest = 0
    for word in words:
        start, end = word.span.start, word.span.end
        touched = [(shared, stretch) for stretch in speech if (shared := word.span.shared(stretch)) > 0]
        enough = LEAST * sum(shared for shared, _ in touched)
        if inside := [stretch for shared, stretch in touched if shared >= enough]:
            start, end = max(start, inside[-1].start), min(end, inside[-1].end)
        earliest = max(start, earliest)
        yield replace(word, span=Span(earliest, max(end, earliest)))
