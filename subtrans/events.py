"""What happens while somebody speaks: captions, how far they are behind, what is given up to keep up, the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from subtrans.types import Caption, Word


@dataclass(frozen=True, slots=True)
class CaptionEvent:
    """A caption, when it was known: `audio` is what had been heard by then, `emitted` the clock since the start.

    Both are in milliseconds. `words` are those of the caption that are committed, with their times: of a final caption
    all.
    """

    caption: Caption
    words: tuple[Word, ...]
    audio: int
    emitted: int


@dataclass(frozen=True, slots=True)
class LagEvent:
    """How far the captions are behind what has been spoken, in milliseconds, and how loud it is (0 to 1)."""

    lag: int
    level: float
    audio: int
    emitted: int


@dataclass(frozen=True, slots=True)
class DegradeEvent:
    """What is given up to keep up (`active`), or is done again: `step` names it in words for a person."""

    step: str
    active: bool
    audio: int
    emitted: int


@dataclass(frozen=True, slots=True)
class LanguageEvent:
    """In which `language` (a BCP-47 tag) people speak, where that was to be heard."""

    language: str
    audio: int
    emitted: int


LiveEvent: TypeAlias = "CaptionEvent | LagEvent | DegradeEvent | LanguageEvent"
