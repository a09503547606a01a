"""What the chain asks of an engine: to find speech, to recognise it, to translate it; and of who shows captions.

A decorator over a port (a cache, a pivot language, a glossary) is itself a port.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from subtrans.types import Audio, Hypothesis, Sentence, Span, Word

if TYPE_CHECKING:
    from subtrans.events import LiveEvent


class VoiceDetector(Protocol):
    """Finds where somebody speaks."""

    def detect(self, audio: Audio) -> list[Span]:
        """The stretches of `audio` that hold speech: in order, disjoint, in file time, inside `audio.span`."""
        ...


class Transcriber(Protocol):
    """Recognises speech."""

    def identify(self, audio: Audio) -> str:
        """The BCP-47 code of the language that is spoken in `audio`."""
        ...

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        """The words spoken in the `speech` stretches of `audio`, in file time and in order of their start.

        Silence gives no words. `language` is a BCP-47 code that the model knows; `said` came before, as far as that is
        known and helps. Two threads may ask at the same time.
        """
        ...


@runtime_checkable
class MarkingTranscriber(Transcriber, Protocol):
    """A recogniser that can put the marks of sentences into what it wrote without, as in no hurry it does by itself."""

    def mark(self, words: Sequence[Word], audio: Audio, speech: Sequence[Span], language: str) -> list[Word]:
        """The words that were heard in the whole of `audio`, with the marks that they lack; the same number."""
        ...


class Translator(Protocol):
    """Translates sentences from one language to another, both fixed when the engine was loaded."""

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in the same order, always; an empty text gives an empty hypothesis."""
        ...


@runtime_checkable
class SentenceTranslator(Protocol):
    """A translator to which more of a sentence matters than its text, such as the language of its words."""

    def translate_sentences(self, said: Sequence[Sentence]) -> list[Hypothesis]:
        """One hypothesis for each sentence, in the same order."""
        ...

    def shorten_sentences(self, said: Sequence[Sentence]) -> list[Hypothesis]:
        """The same of a `ShorteningTranslator`."""
        ...


@runtime_checkable
class DraftTranslator(Protocol):
    """A translator that can also be quick, where what it says is soon said again."""

    def draft(self, text: str) -> str:
        """A translation of one sentence, perhaps not yet finished, with less care than `translate` takes."""
        ...


@runtime_checkable
class ShorteningTranslator(Protocol):
    """A translator that can also look for shorter words, where there is no time to read the best."""

    def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As `translate`, by a search that does not mind short outputs; what else it found are the alternatives."""
        ...


def shorten(translator: Translator, texts: Sequence[str]) -> list[Hypothesis]:
    """What the translator finds that is short; of one that cannot look for it, nothing."""
    if texts and isinstance(translator, ShorteningTranslator):
        return translator.shorten(texts)
    return [Hypothesis("") for _ in texts]


def listed(texts: Iterable[str]) -> list[str]:
    """What a translator is asked for, which it walks through more than once; TypeError for one text alone."""
    if isinstance(texts, str):
        raise TypeError(f"a translator takes a list of texts: give [text], not {texts[:40]!r}")
    return list(texts)


def one_each(texts: Sequence[object], found: list[Hypothesis]) -> list[Hypothesis]:
    """What a translator answered, which must be one hypothesis for each text; else ValueError."""
    if len(found) != len(texts):
        raise ValueError(f"a translator gives one hypothesis for each text: got {len(found)} for {len(texts)}")
    return found


class SoundSource(Protocol):
    """Sound that arrives while it is worked on."""

    def take(self, least: int, most: int) -> Audio | None:
        """All samples that wait, at most `most`, once there are `least`; fewer at the end, None behind it.

        What follows begins where this ended. Raises what ended the sound too early, after the last sample.
        """
        ...

    def now(self) -> int:
        """The clock, in milliseconds since the first sample."""
        ...

    def behind(self) -> int:
        """Milliseconds of sound that are there and have not been taken."""
        ...

    def stop(self) -> None:
        """Hear no more: what waits can still be taken, and then the sound ends. May be called from any thread."""
        ...


class CaptionSink(Protocol):
    """Shows captions: a terminal, a file, a web page."""

    def show(self, event: LiveEvent) -> None:
        """Take the next event, in their order; a caption takes the place of the earlier one of its number."""
        ...
