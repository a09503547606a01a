"""The values that walk down the chain: time spans, audio, words, sentences, translations, cues, captions.

Every value is immutable and refuses bad data where it is made. Time is integer milliseconds from the start of the
file; audio positions are integer samples, so nothing is lost to rounding at a cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second of every `Audio`: what Whisper and Silero were trained on."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, in milliseconds; `end` may equal `start` but never precede it."""

    start: int
    end: int

    def __post_init__(self) -> None:
        start: object = self.start
        end: object = self.end
        if not (isinstance(start, int) and isinstance(end, int)):  # numpy's integers are none that JSON takes
            raise TypeError(f"a span is in whole milliseconds, of type int: got {start!r} to {end!r}")
        if self.start < 0:
            raise ValueError(f"a span cannot start before zero: {self.start} ms")
        if self.end < self.start:
            raise ValueError(f"a span cannot end before it starts: {self.start} to {self.end} ms")

    @property
    def duration(self) -> int:
        """Length in milliseconds."""
        return self.end - self.start

    def shift(self, offset: int) -> Span:
        """The same stretch, `offset` milliseconds later."""
        return Span(self.start + offset, self.end + offset)

    def shared(self, other: Span) -> int:
        """Milliseconds that are in both; below 0 how far they are apart."""
        return min(self.end, other.end) - max(self.start, other.start)


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Mono float32 samples at 16 kHz in [-1, 1], and where in the file they begin (`offset`, in samples)."""

    samples: NDArray[np.float32]
    offset: int = 0

    def __post_init__(self) -> None:
        if self.samples.ndim != 1:
            raise ValueError(f"audio must be mono, one dimension: got shape {self.samples.shape}")
        if self.samples.dtype.name != "float32":
            raise ValueError(f"audio must be float32: got {self.samples.dtype.name}")
        if self.offset < 0:
            raise ValueError(f"audio cannot begin before zero: {self.offset} samples")

    @property
    def span(self) -> Span:
        """The stretch of the file that the samples cover."""
        return Span(milliseconds(self.offset), milliseconds(self.offset + len(self.samples)))


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word with the white space that precedes it, so that joined words are the transcript."""

    text: str
    span: Span
    probability: float = 1.0
    turn: bool = False
    """Whether another person begins to speak with it, as far as its source tells."""
    language: str | None = None
    """The BCP-47 code of what it is said in, where that changes within a recording."""
    note: bool = False
    """Whether it is not said, but tells of what is heard: "[door slams]" as a whole, the marks of a song."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One or more consecutive words that are translated as a whole."""

    words: tuple[Word, ...]

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("a sentence needs at least one word")

    @property
    def text(self) -> str:
        """The words as one string, without white space at its ends."""
        return "".join(word.text for word in self.words).strip()

    @property
    def span(self) -> Span:
        """From the start of the first word to the latest word end."""
        start = self.words[0].span.start
        return Span(start, max(start, *(word.span.end for word in self.words)))

    @property
    def turn(self) -> bool:
        """Whether another person says it than the sentence before, as far as is known."""
        return self.words[0].turn

    @property
    def language(self) -> str | None:
        """What it is said in, where that changes within a recording."""
        return self.words[0].language


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One output of a translator: its text and mean log-probability a token (None when the engine gives none)."""

    text: str
    score: float | None = None
    alignment: tuple[tuple[int, int], ...] = ()
    """Pairs of characters: what begins there in `text` was written while the model looked there in the source."""
    alternatives: tuple[Hypothesis, ...] = ()
    """Other outputs for the same source, best first, when they were asked for."""
    faults: tuple[str, ...] = ()
    """What is surely wrong with the text, by the names in `text.guards.FAULTS`."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A sentence and what it says in the target language."""

    sentence: Sentence
    text: str
    score: float | None = None
    alignment: tuple[tuple[int, int], ...] = ()
    """As in `Hypothesis`, with the characters of `sentence.text` as the source's."""
    alternatives: tuple[Hypothesis, ...] = ()
    faults: tuple[str, ...] = ()
    """As in `Hypothesis`."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a cue is shown, as far as a format can say it."""

    italic: bool = False
    anchor: int = 2
    """Where on the picture, as on a numeric keypad: 2 is the middle of the bottom, 8 of the top."""
    position: tuple[float, float] | None = None
    """Where exactly the anchor is: shares of the picture's width and height, from the left and the top."""
    style: str = "Default"
    """The name of a style of Advanced SubStation Alpha."""
    speaker: str = ""
    """Who says it, where a format tells: a voice of WebVTT, a name of Advanced SubStation Alpha."""

    def __post_init__(self) -> None:
        if not 1 <= self.anchor <= 9:
            raise ValueError(f"an anchor is a key from 1 to 9: {self.anchor}")


@dataclass(frozen=True, slots=True)
class Cue:
    """What is on screen during `span`: one line of text or more. Numbers are given by the writer."""

    span: Span
    lines: tuple[str, ...]
    look: Look = Look()

    def __post_init__(self) -> None:
        given: object = self.lines
        if not isinstance(given, tuple):
            raise TypeError(f"the lines of a cue are a tuple: got {self.lines!r}")
        if not any(line.strip() for line in self.lines):
            raise ValueError("a cue needs text")
        if any("\n" in line or "\r" in line for line in self.lines):
            raise ValueError("a line of a cue cannot hold a line break")

    @property
    def text(self) -> str:
        """The lines, separated by line feeds."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Caption:
    """What a live listener sees of one sentence: a draft may still change, a final caption never does.

    There is one in each `language` (a tag, of `text`); a later one of its number and language takes its place.
    """

    number: int
    span: Span
    source: str
    text: str
    final: bool
    faults: tuple[str, ...] = ()
    """As in `Hypothesis`; of a draft none are sought."""
    alignment: tuple[tuple[int, int], ...] = ()
    """The same, with the characters of `source`."""
    language: str = ""


def milliseconds(samples: int) -> int:
    """A position in samples as milliseconds, rounded to the nearest."""
    return (samples * 1000 + SAMPLE_RATE // 2) // SAMPLE_RATE


def samples(milliseconds: int) -> int:
    """A position in milliseconds as samples."""
    return milliseconds * SAMPLE_RATE // 1000
