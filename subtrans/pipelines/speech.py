"""A recording in, what it says in another language out, sentence by sentence as it is understood."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from subtrans.pipelines.blocks import BlockOptions, blocks
from subtrans.pipelines.prefetch import prefetch
from subtrans.pipelines.transcribe import Heard, transcribe
from subtrans.ports import SentenceTranslator, Transcriber, Translator, VoiceDetector, one_each, shorten
from subtrans.text.guards import is_told
from subtrans.text.labels import labelled, notes, unlabelled
from subtrans.text.sentences import SentenceJoiner, SentenceOptions
from subtrans.types import Audio, Hypothesis, Sentence, Translation


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """How a recording is walked through."""

    blocks: BlockOptions = field(default_factory=BlockOptions)
    sentences: SentenceOptions = field(default_factory=SentenceOptions)
    batch: int = 32
    """Sentences that are translated at once: more use the processor better, fewer come sooner."""

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise ValueError(f"at least one sentence must be translated at once: {self.batch}")


@dataclass(frozen=True, slots=True)
class Passage:
    """The next translations, and the time up to which the file has been dealt with, in milliseconds."""

    translations: tuple[Translation, ...]
    until: int


def speech(
    audio: Iterable[Audio],
    detector: VoiceDetector,
    transcriber: Transcriber,
    translator: Translator,
    *,
    language: str,
    options: SpeechOptions = SpeechOptions(),
) -> Generator[Passage, None, None]:
    """Every sentence that is spoken, once and in order, with its translation; at least one passage a block of audio.

    While a block is translated, a thread recognises the next one, and another cuts the one after it. `language` is what
    is spoken.
    """
    found = prefetch(blocks(audio, detector, options.blocks))
    with closing(prefetch(transcribe(found, transcriber, language))) as heard:
        for said, until in whole_sentences(heard, options.sentences):
            for first in range(0, max(1, len(said)), options.batch):
                batch = said[first : first + options.batch]
                last = first + len(batch) == len(said)
                yield Passage(translate(batch, translator), until if last else batch[-1].span.end)


def whole_sentences(heard: Iterable[Heard], options: SentenceOptions) -> Iterator[tuple[list[Sentence], int]]:
    """The sentences that each block completes, and the time up to which it was heard.

    A block may end inside a sentence, so its last one waits for the next block; where that brings no words, or the
    recording ends, it is complete.
    """
    joiner = SentenceJoiner(options)
    until = 0
    for block in heard:
        said = [sentence for word in block.words for sentence in joiner.add(word)]
        until = block.until
        yield said if block.words else joiner.end(), until
    if left := joiner.end():
        yield left, until


def translate(said: Sequence[Sentence], translator: Translator) -> tuple[Translation, ...]:
    """The sentences with their translations."""
    return tuple(
        Translation(sentence, one.text, one.score, one.alignment, one.alternatives, one.faults)
        for sentence, one in zip(said, ask(said, translator), strict=True)
    )


def ask(said: Sequence[Sentence], translator: Translator, *, short: bool = False) -> list[Hypothesis]:
    """What the translator says of each sentence, or finds that is `short`.

    It is shown neither who speaks nor what is heard beside it; what stands in brackets it translates apart, and "..."
    it would make words of.
    """
    bare, beside = [unlabelled(sentence) for sentence in said], [notes(sentence) for sentence in said]
    found = iter(_ask([one for one in bare if one and is_told(one.text)], translator, short))
    heard = iter(_ask([note for several in beside for note in several], translator, False))
    both = [
        (
            next(found) if one and is_told(one.text) else Hypothesis(one.text if one else ""),
            [next(heard) for _ in several],
        )
        for one, several in zip(bare, beside, strict=True)
    ]
    return [
        text if short and not text.text.strip() else labelled(text, sentence, several)
        for (text, several), sentence in zip(both, said, strict=True)
    ]


def _ask(said: Sequence[Sentence], translator: Translator, short: bool) -> list[Hypothesis]:
    if not said:
        return []
    if isinstance(translator, SentenceTranslator):
        return one_each(said, translator.shorten_sentences(said) if short else translator.translate_sentences(said))
    texts = [sentence.text for sentence in said]
    return one_each(texts, shorten(translator, texts) if short else translator.translate(texts))
