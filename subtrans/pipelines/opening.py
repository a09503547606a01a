"""Sound that is arriving in; the language that is spoken in it, and the same sound from its first word on, out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from subtrans.pipelines.transcribe import only_speech
from subtrans.ports import SoundSource, Transcriber, VoiceDetector
from subtrans.types import Audio, Span, milliseconds, samples


@dataclass(frozen=True, slots=True)
class OpeningOptions:
    """How long is listened until the language is settled; all in milliseconds."""

    first: int = 3_000
    """Speech by which it is told first: of less, recognisers guess."""
    step: int = 1_500
    """Speech until it is told again; twice the same settles it."""
    last: int = 9_000
    """With so much speech the last answer holds."""
    hearing: int = 500
    """The sound between two looks for speech, and what is kept of the silence before it."""


def hear_language(
    source: SoundSource, detector: VoiceDetector, transcriber: Transcriber, options: OpeningOptions = OpeningOptions()
) -> tuple[str | None, SoundSource]:
    """The language in which people begin to speak, None where the sound ends and nobody has; and what is to be heard.

    That is all but the silence before the first word. Memory is bounded by what is listened to.
    """
    held, speech = Audio(np.zeros(0, dtype=np.float32)), list[Span]()
    answer, enough = None, options.first
    while (audio := source.take(samples(options.hearing), samples(options.last))) is not None:
        held = Audio(np.concatenate([held.samples, audio.samples]), held.offset if len(held.samples) else audio.offset)
        speech = detector.detect(held)
        begin = max(held.offset, samples((speech[0].start if speech else held.span.end) - options.hearing))
        held = Audio(held.samples[begin - held.offset :], begin)
        spoken = sum(span.duration for span in speech)
        if spoken < enough:
            continue
        before, answer = answer, transcriber.identify(only_speech(held, speech))
        if answer == before or spoken >= options.last:
            return answer, _Reheard(held, source)
        enough = spoken + options.step
    if answer is None and speech:
        answer = transcriber.identify(only_speech(held, speech))
    return answer, _Reheard(held, source)


class _Reheard:
    """A SoundSource of which the beginning has been taken already and is given once more."""

    def __init__(self, held: Audio, source: SoundSource) -> None:
        self._held = held
        self._source = source
        self.now = source.now
        self.stop = source.stop

    def take(self, least: int, most: int) -> Audio | None:
        """What was held, then what the source gives."""
        held = self._held
        if not len(held.samples):
            return self._source.take(least, most)
        self._held = Audio(held.samples[most:], held.offset + min(most, len(held.samples)))
        return Audio(held.samples[:most], held.offset)

    def behind(self) -> int:
        """What is held waits too."""
        return milliseconds(len(self._held.samples)) + self._source.behind()
