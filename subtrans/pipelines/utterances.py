"""Sound as it arrives in; what is being said, from its first sample on, and whether it is over, out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from subtrans.pipelines.blocks import quietest
from subtrans.ports import VoiceDetector
from subtrans.types import Audio, Span, samples

FRAME = 512
"""Samples that a detector judges at once."""


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """Where an utterance begins and ends; all in milliseconds."""

    pause: int = 500
    """A silence this long ends it: shorter settles words sooner and cuts more sentences in two."""
    margin: int = 200
    """Silence that is kept around speech, as first and last sounds are soft."""
    context: int = 1000
    """Silence before it that the detector hears too: what begins with its first sound may be taken for speech."""
    longest: int = 28_000
    """An utterance without a pause is cut here at its quietest point: the recogniser hears 30 s at once."""

    def __post_init__(self) -> None:
        if self.pause < 10 or self.margin < 0 or not 2000 <= self.longest < 30_000:
            raise ValueError(f"utterances cannot be cut by {self}")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What has been said since the last pause, and where in it somebody speaks; `ended`: it will not grow."""

    audio: Audio
    speech: tuple[Span, ...]
    ended: bool


class Endpointer:
    """Holds the sound that belongs to no ended utterance; never more than `longest` and what was fed last."""

    def __init__(self, detector: VoiceDetector, options: EndpointOptions = EndpointOptions()) -> None:
        self._detector = detector
        self._options = options
        self._held = Audio(np.zeros(0, dtype=np.float32))
        self.speaking = False  # whether an utterance is open

    def feed(self, audio: Audio) -> list[Utterance]:
        """The utterances that end in what has come, and the one that is open if there is one.

        Every sample is in one ended utterance, or is silence between two: a cut falls between two samples.
        """
        held = self._held
        if len(held.samples) and audio.offset != held.offset + len(held.samples):
            raise ValueError(f"audio has a gap: {audio.offset} follows {held.offset + len(held.samples)}")
        self._held = Audio(np.concatenate([held.samples, audio.samples]), held.offset) if len(held.samples) else audio
        return self._utterances()

    def end(self) -> list[Utterance]:
        """The last utterance, which ends with the sound."""
        return [Utterance(one.audio, one.speech, ended=True) for one in self._utterances()]

    def drop(self, position: int) -> None:
        """Forget the open utterance before the sample `position`: what is said there is settled."""
        self._held = _between(self._held, position, None)

    def _utterances(self) -> list[Utterance]:
        found: list[Utterance] = []
        while (utterance := self._next()) is not None:
            found.append(utterance)
            if not utterance.ended:
                break
            self._held = _between(self._held, utterance.audio.offset + len(utterance.audio.samples), None)
        self.speaking = bool(found) and not found[-1].ended
        return found

    def _next(self) -> Utterance | None:
        options, held = self._options, self._held
        speech = self._detector.detect(held)
        end = held.offset + len(held.samples)
        if not speech:
            # Speech may have begun without being detected yet.
            self._forget(end - samples(options.pause))
            return None
        self._forget(samples(speech[0].start - options.margin))
        open_ = _between(held, samples(speech[0].start - options.margin), None)
        for span, following in pairwise([*speech, Span(open_.span.end, open_.span.end)]):
            silence = following.start - span.end
            limit = open_.offset + samples(options.longest)
            if samples(span.end) > limit:
                cut = open_.offset + quietest(open_, samples(options.longest) // 2, samples(options.longest))
                return _utterance(open_, speech, cut, ended=True)
            if silence >= options.pause:
                cut = samples(span.end + min(options.margin, silence // 2))
                return _utterance(open_, speech, min(cut, limit), ended=True)
        return _utterance(open_, speech, end, ended=False)

    def _forget(self, position: int) -> None:
        """Keep what the detector hears before the sample `position`; by its whole frames, so that it hears the same."""
        held = self._held
        beyond = position - samples(self._options.context) - held.offset
        self._held = _between(held, held.offset + max(0, beyond) // FRAME * FRAME, None)


def _utterance(held: Audio, speech: list[Span], cut: int, *, ended: bool) -> Utterance:
    audio = _between(held, held.offset, cut)
    start, end = audio.span.start, audio.span.end
    spoken = (Span(max(span.start, start), min(span.end, end)) for span in speech if span.start < end)
    return Utterance(audio, tuple(spoken), ended)


def _between(audio: Audio, start: int, end: int | None) -> Audio:
    """The samples from `start` to `end`, positions in the file; outside the audio they are its ends."""
    first = min(max(0, start - audio.offset), len(audio.samples))
    last = None if end is None else max(first, end - audio.offset)
    return Audio(audio.samples[first:last], audio.offset + first)
