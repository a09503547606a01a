"""A recording, or sentences that are known, and the engines of a run in; what is found, step by step, out.

Each walk has a thread of its own, so that the caller only waits and Ctrl-C need not wait for an engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from subtrans.cli.asked import Asked
    from subtrans.cli.interpreter import Interpreter
    from subtrans.cli.norms import Norms
    from subtrans.pipelines.speech import Passage, SpeechOptions
    from subtrans.pipelines.subtitle import Step, SubtitleOptions
    from subtrans.types import Audio, Cue, Sentence


def speech(interpreter: Interpreter, path: Path, language: str) -> Iterator[Passage]:
    """From a recording to translated sentences."""
    from subtrans.pipelines.prefetch import prefetch
    from subtrans.pipelines.speech import speech

    ports = *interpreter.hearing(), interpreter.translating(language)
    return prefetch(
        speech(_sound(path, interpreter.asked), *ports, language=language, options=_options(interpreter.asked))
    )


def subtitle(interpreter: Interpreter, path: Path, language: str, norms: Norms) -> Iterator[Step]:
    """From a recording to cues."""
    from subtrans.pipelines.prefetch import prefetch
    from subtrans.pipelines.subtitle import subtitle, subtitle_voices

    asked = interpreter.asked
    walk: Any = subtitle_voices if asked.by_channel else subtitle
    steps: Iterator[Step] = walk(
        _channels(path, asked) if asked.by_channel else _sound(path, asked),
        *interpreter.hearing(),
        interpreter.translating(language),
        language=language,
        target=asked.target,
        options=_subtitle_options(asked, norms),
    )
    return prefetch(steps)


def subtitle_parts(
    interpreter: Interpreter, parts: Sequence[Sequence[Sentence]], language: str, norms: Norms, *, written: bool
) -> Iterator[tuple[int, Step]]:
    """From sentences that are known already to cues, each step with the number of its part.

    Those that were `written` as subtitles have ends that somebody chose.
    """
    from dataclasses import replace
    from functools import partial

    from subtrans.engines.translation.habits import ContextTranslator
    from subtrans.pipelines.prefetch import prefetch
    from subtrans.pipelines.subtitle import subtitle_parts

    asked, begin = interpreter.asked, partial(interpreter.translating, language)
    options = replace(_subtitle_options(asked, norms), lingering=not written)
    walk = partial(subtitle_parts, target=asked.target, options=options)
    translator = begin()
    if asked.multilingual or isinstance(translator, ContextTranslator):
        # What stands elsewhere on the picture was not said before: each part has a translator that begins anew.
        return prefetch((number, step) for number, part in enumerate(parts) for _, step in walk([part], begin()))
    return prefetch(walk(parts, translator))


def transcript(asked: Asked, sentences: Iterable[Sentence], language: str, norms: Norms) -> tuple[Cue, ...]:
    """From sentences to the cues in their own language."""
    from subtrans.pipelines.subtitle import transcript

    return transcript(sentences, language, _subtitle_options(asked, norms))


def _sound(path: Path, asked: Asked) -> Iterator[Audio]:
    from subtrans.media.decode import decode

    return decode(path, track=asked.track or 0, excerpt=asked.part)


def _channels(path: Path, asked: Asked) -> list[Iterator[Audio]]:
    from subtrans.media.decode import decode
    from subtrans.media.probe import probe

    track = asked.track or 0
    count = probe(path).audio_track(track).channels
    return [decode(path, track=track, channel=channel, excerpt=asked.part) for channel in range(count)]


def _subtitle_options(asked: Asked, norms: Norms) -> SubtitleOptions:
    from subtrans.pipelines.subtitle import SubtitleOptions

    options = _options(asked)
    return SubtitleOptions(blocks=options.blocks, batch=options.batch, norms=norms.of, shots=norms.shots)


def _options(asked: Asked) -> SpeechOptions:
    """Blocks as long as the windows of half a minute that the recogniser should be given at once."""
    from subtrans.engines.recognition.options import TranscriberOptions, windows_ahead
    from subtrans.pipelines.blocks import BlockOptions
    from subtrans.pipelines.speech import SpeechOptions

    windows = windows_ahead(asked.on(asked.asr_device).steer(TranscriberOptions()))
    batch = asked.batch_size or SpeechOptions().batch
    return SpeechOptions(blocks=BlockOptions(longest=30_000 * windows), batch=batch)
