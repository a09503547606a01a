"""What the chain asks of an engine: to find speech, to recognise it, to translate it; and of who shows captions.

A decorator over a port (a cache, a pivot language, a glossary) is itself a port.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from subtrans.types import Audio, Hypothesis, LiveEvent, Span, Word


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

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str) -> list[Word]:
        """The words spoken in the `speech` stretches of `audio`, in file time and in order of their start.

        Silence gives no words. `language` is a BCP-47 code that the model knows.
        """
        ...


class Translator(Protocol):
    """Translates sentences from one language to another, both fixed when the engine was loaded."""

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in the same order, always; an empty text gives an empty hypothesis."""
        ...


class CaptionSink(Protocol):
    """Shows captions: a terminal, a file, a web page."""

    def show(self, event: LiveEvent) -> None:
        """Take the next event, in their order; a caption takes the place of the earlier one of its number."""
        ...
