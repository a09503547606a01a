"""Events as a live run makes them, for tests of those who show, write or measure them."""

from __future__ import annotations

from subtrans.events import CaptionEvent
from subtrans.types import Caption, Span, Word


def caption(
    number: int,
    source: str,
    text: str = "",
    *,
    agreed: str | None = None,
    end: int | None = None,
    faults: tuple[str, ...] = (),
    language: str = "",
) -> CaptionEvent:
    """A caption that ends at `end` (else in its own second): settled, or a draft, with the words `agreed` on."""
    span = Span(number * 1000, number * 1000 + 900 if end is None else max(end, number * 1000))
    words = tuple(Word(f" {word}", span) for word in (source if agreed is None else agreed).split())
    shown = Caption(number, span, source, text, agreed is None, faults, language=language)
    return CaptionEvent(shown, words, span.end, span.end + 100)
