"""A stream of audio in, blocks out that are cut at silence and know where somebody speaks."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from subtrans.pipelines.prefetch import close
from subtrans.ports import VoiceDetector
from subtrans.types import Audio, Span, milliseconds, samples

BEARINGS = 2000
"""Milliseconds that a detector hears before what it is asked about, as it goes by what came before."""
AT_ONCE = 60_000
"""Milliseconds that it hears at most beside them: it makes several copies of what it is given."""


@dataclass(frozen=True, slots=True)
class BlockOptions:
    """Where the stream is cut; all in milliseconds.

    A long block uses the recogniser's batches well; a short one costs less memory and comes sooner. So the first may
    be no longer than `first`, each next one twice as long as the one before, up to `longest`.
    """

    first: int = 30_000
    longest: int = 240_000
    pause: int = 200
    """The shortest silence that is worth a cut; where speech has none, it is cut at its quietest point."""
    margin: int = 500
    """Speech may have begun this shortly before the end of what has been heard without being detected yet."""

    def __post_init__(self) -> None:
        if self.pause < 10 or self.margin < 0 or self.first <= 2 * (self.margin + self.pause):
            raise ValueError(f"blocks of {self.first} ms are too short to find a pause in")
        if self.longest < self.first:
            raise ValueError(
                f"the longest block ({self.longest} ms) cannot be shorter than the first ({self.first} ms)"
            )


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the file and, in file time, where it holds speech."""

    audio: Audio
    speech: tuple[Span, ...]


def blocks(
    audio: Iterable[Audio], detector: VoiceDetector, options: BlockOptions = BlockOptions()
) -> Generator[Block, None, None]:
    """The stream, whole and in order, in blocks that do not depend on how it arrives.

    The detector has always heard as much as a block may hold, and the cut falls into the longest silence of the second
    half. No stretch of speech reaches over a cut: where speech goes on for the whole of that half, it is divided at its
    quietest point.
    """
    limit = options.first
    stream = _Stream(audio)
    speech: Sequence[Span] = ()
    known = 0
    try:
        while (heard := stream.take(samples(limit))) is not None:
            speech = _detect(detector, heard, speech, known, options)
            known = heard.offset + len(heard.samples)
            cut = len(heard.samples) if stream.ended else _cut(heard, speech, options)
            yield Block(Audio(heard.samples[:cut], heard.offset), _before(speech, milliseconds(heard.offset + cut)))
            stream.put_back(Audio(heard.samples[cut:], heard.offset + cut))
            limit = min(2 * limit, options.longest)
    finally:
        close(audio)


def _detect(
    detector: VoiceDetector, heard: Audio, before: Sequence[Span], known: int, options: BlockOptions
) -> Sequence[Span]:
    """The speech in what was heard; up to the sample `known` it was looked for already, and found `before`."""
    found, known, end = before, max(known, heard.offset), heard.offset + len(heard.samples)
    while known < end:
        begin, until = max(heard.offset, known - samples(options.margin + BEARINGS)), min(end, known + samples(AT_ONCE))
        piece = Audio(heard.samples[begin - heard.offset : until - heard.offset], begin)
        seam = heard.span.start if begin == heard.offset else milliseconds(known) - options.margin
        found = _joined(found, detector.detect(piece), heard.span.start, seam)
        known = until
    return found


def _joined(before: Sequence[Span], after: Sequence[Span], start: int, seam: int) -> list[Span]:
    """From the start to the seam what was found before, behind it what was found after; one stretch may go over it."""
    old = [Span(max(one.start, start), min(one.end, seam)) for one in before if one.start < seam and one.end > start]
    new = [Span(max(one.start, seam), one.end) for one in after if one.end > seam]
    if old and new and old[-1].end == new[0].start:
        new[0] = Span(old.pop().start, new[0].end)
    return old + new


class _Stream:
    """The audio that has arrived and is not yet in a block."""

    def __init__(self, audio: Iterable[Audio]) -> None:
        self._source = iter(audio)
        self._waiting: list[Audio] = []  # the next one last
        self.ended = False  # nothing is left

    def take(self, count: int) -> Audio | None:
        """The next `count` samples, fewer at the end of the stream, None behind it."""
        joined = np.empty(count, dtype=np.float32)  # each piece is let go as soon as it is in here
        start = filled = 0
        while (piece := self._next()) is not None:
            if filled and piece.offset != start + filled:
                raise ValueError(f"audio has a gap: {piece.offset} follows {start + filled}")
            start = piece.offset - filled
            fitting = min(len(piece.samples), count - filled)
            joined[filled : filled + fitting] = piece.samples[:fitting]
            filled += fitting
            if fitting < len(piece.samples):
                self.put_back(Audio(piece.samples[fitting:], piece.offset + fitting))
                break
        self.ended = piece is None
        return Audio(joined[:filled], start) if filled else None

    def put_back(self, rest: Audio) -> None:
        """It comes next, once more."""
        self._waiting.append(rest)

    def _next(self) -> Audio | None:
        return self._waiting.pop() if self._waiting else next(self._source, None)


def _cut(heard: Audio, speech: Sequence[Span], options: BlockOptions) -> int:
    """Where to cut, in samples from the start of what was heard: always in its second half."""
    low, high = len(heard.samples) // 2, len(heard.samples) - samples(options.margin)
    pauses, silent_from = [], low
    for span in speech:
        start, end = samples(span.start) - heard.offset, samples(span.end) - heard.offset
        pauses.append((silent_from, min(start, high)))
        silent_from = max(silent_from, end)
    pauses.append((silent_from, high))
    start, end = max(pauses, key=lambda pause: (pause[1] - pause[0], pause[0]))
    return (start + end) // 2 if end - start >= samples(options.pause) else quietest(heard, low, high)


def quietest(heard: Audio, low: int, high: int) -> int:
    """The quietest hundredth of a second of the quietest third of a second between `low` and `high`.

    Short closures inside words are as silent as pauses are, but what surrounds them is not.
    """
    frame, around = samples(10), 33
    count = (high - low) // frame
    energy = np.square(heard.samples[low : low + count * frame], dtype=np.float64).reshape(count, frame).sum(axis=1)
    width = min(around, count)
    region = int(np.argmin(np.convolve(energy, np.ones(width), mode="valid")))
    return low + frame * (region + int(np.argmin(energy[region : region + width]))) + frame // 2


def _before(speech: Sequence[Span], end: int) -> tuple[Span, ...]:
    return tuple(Span(span.start, min(span.end, end)) for span in speech if span.start < end)
