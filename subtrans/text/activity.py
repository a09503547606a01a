"""Words and the stretches in which somebody speaks in, the same words with no silence at their ends out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subtrans.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.types import Word


def keep_to_speech(words: Iterable[Word], speech: Sequence[Span]) -> Iterator[Word]:
    """Each word cut to the stretch of speech that it shares most time with; one that shares none keeps its times.

    Recognisers that align by attention (Whisper's do) give the pause before a sentence to its first word, so that a cue
    would come up to half a second early, and the pause behind it to its last. The order of the starts is kept.
    """
    earliest = 0
    for word in words:
        start, end = word.span.start, word.span.end
        shared, stretch = max(((word.span.shared(stretch), stretch) for stretch in speech), default=(0, word.span))
        if shared > 0:
            start, end = max(start, stretch.start), min(end, stretch.end)
        earliest = max(start, earliest)
        yield replace(word, span=Span(earliest, max(end, earliest)))
