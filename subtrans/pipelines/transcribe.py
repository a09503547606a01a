"""Blocks of audio in; the words that are spoken in them, and the language that they are in, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from subtrans.pipelines.blocks import Block
from subtrans.pipelines.prefetch import close, in_order
from subtrans.ports import Transcriber
from subtrans.text.activity import keep_to_speech
from subtrans.types import SAMPLE_RATE, Audio, Span, Word, samples

ENOUGH = 120 * SAMPLE_RATE
"""Samples of speech that tell the language: a recogniser looks at several half minutes of it and votes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of one block, and the time up to which the file has been heard, in milliseconds."""

    words: tuple[Word, ...]
    until: int


def transcribe(blocks: Iterable[Block], transcriber: Transcriber, language: str) -> Generator[Heard, None, None]:
    """One answer a block, in order, no word reaching into a pause; blocks without speech are not asked about.

    Two blocks are heard at the same time: towards the end of one fewer and fewer threads have anything left to do.
    """

    def hear(block: Block) -> Heard:
        words = transcriber.transcribe(block.audio, block.speech, language) if block.speech else []
        return Heard(tuple(keep_to_speech(words, block.speech)), block.audio.span.end)

    return in_order(hear, blocks)


def vote(passages: Iterable[Iterable[Block]], transcriber: Transcriber) -> list[tuple[str, int]]:
    """In how many passages each language is spoken: that of most first, of as many the one heard first."""
    votes = Counter(heard for passage in passages if (heard := identify(passage, transcriber)) is not None)
    return votes.most_common()


def identify(blocks: Iterable[Block], transcriber: Transcriber) -> str | None:
    """The language of the first two minutes of speech, pauses not counted; None where nobody speaks."""
    speech: list[Audio] = []
    for block in blocks:
        if block.speech:
            speech.append(only_speech(block.audio, block.speech))
        if sum(len(piece.samples) for piece in speech) >= ENOUGH:
            break
    close(blocks)
    if not speech:
        return None
    said = np.concatenate([piece.samples for piece in speech])[:ENOUGH]
    return transcriber.identify(Audio(said, speech[0].offset))


def only_speech(audio: Audio, speech: Sequence[Span]) -> Audio:
    """What is said in the stretches, of which there is one at least, without the pauses between them."""
    places = [(max(0, samples(span.start) - audio.offset), samples(span.end) - audio.offset) for span in speech]
    return Audio(np.concatenate([audio.samples[start:end] for start, end in places]), audio.offset + places[0][0])
