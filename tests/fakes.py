"""Engines without models for tests of the logic around them: citizens of the ports that read a toy code.

Speech in the code is one word a burst: a run of samples of one level, silence on both sides. The level is the word's
place in `VOCABULARY`; its sign is the language (English above zero, French below). The code survives 16-bit PCM, so
that a WAV file of it can be decoded by the real decoder.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from subtrans.ports import listed
from subtrans.types import SAMPLE_RATE, Audio, Hypothesis, Span, Word, milliseconds, samples

VOCABULARY = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "red", "green", "blue", "cat"),
    *("Stop.", "Go.", "Why?", "Yes!", "Wait.", "Again."),
)
LEVELS = 128
"""Steps between silence and full scale; more than twice the vocabulary, and exact in 16 bits."""


def spoken(
    text: str, *, language: str = "en", word: int = 200, pause: int = 40, rest: int = 600
) -> NDArray[np.float32]:
    """Samples that say `text`: `word` ms a word, `pause` ms between words, `rest` ms after the end of a sentence."""
    sign = -1 if language == "fr" else 1
    pieces = []
    for token in text.split():
        level = sign * (VOCABULARY.index(token) + 1) / LEVELS
        pieces.append(np.full(samples(word), level, dtype=np.float32))
        pieces.append(silence(rest if token[-1] in ".?!" else pause))
    return np.concatenate(pieces) if pieces else silence(0)


def silence(duration: int) -> NDArray[np.float32]:
    """Nothing, for so many milliseconds."""
    return np.zeros(samples(duration), dtype=np.float32)


def write_wav(path: Path, recording: NDArray[np.float32]) -> Path:
    """The samples as a 16-bit mono WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((recording * 32768).clip(-32768, 32767).astype("<i2").tobytes())
    return path


class FakeDetector:
    """Hears speech wherever a sample is not silent; silences of less than `shortest` ms belong to the speech."""

    def __init__(self, shortest: int = 100) -> None:
        self.shortest = shortest
        self.heard: list[Span] = []

    def detect(self, audio: Audio) -> list[Span]:
        self.heard.append(audio.span)
        spans: list[Span] = []
        for start, end, _ in _runs((audio.samples != 0).astype(np.int64)):
            span = Span(milliseconds(audio.offset + start), milliseconds(audio.offset + end))
            if spans and span.start - spans[-1].end < self.shortest:
                span = Span(spans.pop().start, span.end)
            spans.append(span)
        return spans


class FakeTranscriber:
    """Reads the toy code, sure of each word by `probability`.

    `failure` is raised instead of an answer once `patience` calls have been answered.
    """

    def __init__(self, failure: Exception | None = None, patience: int = 0, probability: float = 0.9) -> None:
        self.failure = failure
        self.patience = patience
        self.probability = probability
        self.calls = 0

    def identify(self, audio: Audio) -> str:
        return "fr" if audio.samples.min(initial=0) < 0 else "en"

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        self.calls += 1
        if self.failure is not None and self.calls > self.patience:
            raise self.failure
        words = []
        levels = np.rint(audio.samples * LEVELS).astype(np.int64)
        for start, end, level in _runs(levels):
            span = Span(milliseconds(audio.offset + start), milliseconds(audio.offset + end))
            if any(stretch.start <= span.start < stretch.end for stretch in speech):
                words.append(Word(" " + VOCABULARY[abs(level) - 1], span, self.probability))
        return words


class FakeTranslator:
    """Says every text again with the target language before it; keeps the sizes of the batches that it was given."""

    def __init__(self, target: str = "zh", failure: Exception | None = None) -> None:
        self.target = target
        self.failure = failure
        self.batches: list[int] = []

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        texts = listed(texts)
        self.batches.append(len(texts))
        if self.failure is not None:
            raise self.failure
        return [Hypothesis(f"{self.target}:{text}", -0.25) if text.strip() else Hypothesis("") for text in texts]


def _runs(values: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Start, end and value of every stretch of one value that is not zero."""
    if len(values) == 0:
        return []
    edges = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    return [(a, b, int(values[a])) for a, b in pairwise(edges) if values[a] != 0]
