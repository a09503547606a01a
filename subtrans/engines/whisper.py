"""Audio and its stretches of speech in, words with their times out: Whisper's architecture through faster-whisper.

Speech is packed into windows that are decoded in batches. Each window gives one `Hearing`, which keeps what is needed
to judge it, before its words are let through.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from subtrans.errors import InputError
from subtrans.types import SAMPLE_RATE, Span, Word, milliseconds, samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subtrans.engines.store import Model
    from subtrans.engines.windows import Stretch
    from subtrans.types import Audio


@dataclass(frozen=True, slots=True)
class TranscriberOptions:
    """How a recogniser works."""

    device: str = "auto"
    """`cpu`, `cuda`, or `auto`: CUDA if it really works."""
    compute_type: str = "auto"
    """Precision of the arithmetic: `auto` is int8 on a processor and float16 on a GPU."""
    threads: int = 0
    """Processor threads; 0 takes all cores."""
    beam_size: int = 5
    """Hypotheses kept while decoding: more is slower and a little better; 1 is greedy."""
    batch_size: int = 8
    """Windows decoded at once: more is faster on a GPU and takes more memory."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard in one window, and how sure the model was of it."""

    window: Span
    words: tuple[Word, ...]
    log_probability: float
    """Mean over the tokens."""
    no_speech: float
    """Probability of the no-speech token."""
    compression: float
    """Bytes of the text by bytes compressed: text that repeats itself compresses well."""

    @property
    def silent(self) -> bool:
        """Whether the model rather heard no speech and is unsure of its words (Whisper's own rule)."""
        return not self.words or (self.no_speech > 0.6 and self.log_probability < -1.0)


class WhisperTranscriber:
    """The Transcriber port over a Whisper model in CTranslate2's format."""

    def __init__(self, model: Model, language: str | None, options: TranscriberOptions) -> None:
        from faster_whisper import BatchedInferencePipeline

        from subtrans.engines.abilities import check_language

        check_language(model.description, language)
        self._description = model.description
        self._options = options
        self._model = _load(model, options)
        self._pipeline = BatchedInferencePipeline(self._model)

    def greedy(self) -> WhisperTranscriber:
        """The same model, loaded once, following but one hypothesis: quicker and a little worse."""
        quick = copy(self)
        quick._options = replace(self._options, beam_size=1)
        return quick

    def identify(self, audio: Audio) -> str:
        """The language spoken, judged on up to two minutes of speech; InputError if there is nothing to judge."""
        from subtrans.engines.abilities import hears
        from subtrans.text.languages import language

        if len(self._description.languages) == 1:
            return self._description.languages[0]
        if isinstance(self._model.model, _Multilingual):
            raise InputError(f"{self._description.name} cannot tell languages apart: name the language with --from")
        tags = _tags_by_code()
        ranked = [(tags[code], chance) for code, chance in self._rank_languages(audio) if code in tags]
        heard = [tag for tag, _ in ranked if hears(self._description, language(tag))]
        if not heard:
            raise InputError("there is no speech to tell the language by: name it with --from")
        return heard[0]

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str) -> list[Word]:
        """The words in the stretches of speech, in file time; LanguageError if the model does not know the language."""
        return [word for hearing in self.hear(audio, speech, language) if not hearing.silent for word in hearing.words]

    def hear(self, audio: Audio, speech: Sequence[Span], language: str) -> Iterator[Hearing]:
        """Decode the windows that hold the speech, batch by batch, in order."""
        from subtrans.engines.abilities import check_language
        from subtrans.engines.windows import pack_windows
        from subtrans.text import languages

        check_language(self._description, language)
        code = languages.language(language).whisper or "en"
        stretches = [(samples(span.start) - audio.offset, samples(span.end) - audio.offset) for span in speech]
        windows = pack_windows(audio.samples, stretches)
        if windows:
            yield from self._decode(audio, windows, code)

    def _decode(self, audio: Audio, windows: Sequence[Stretch], code: str) -> Iterator[Hearing]:
        # Half a sample more: faster-whisper multiplies by the rate again and cuts off the fraction.
        clips = [{"start": (a + 0.5) / SAMPLE_RATE, "end": (b + 0.5) / SAMPLE_RATE} for a, b in windows]
        segments, _ = self._pipeline.transcribe(
            audio.samples,
            language=code,
            clip_timestamps=clips,
            word_timestamps=True,
            without_timestamps=True,
            beam_size=self._options.beam_size,
            batch_size=self._options.batch_size,
        )
        heard: dict[int, list[Any]] = {seek_frame(start): [] for start, _ in windows}
        for segment in segments:
            heard[segment.seek].append(segment)
        for window in windows:
            yield _hearing(heard[seek_frame(window[0])], audio, window)

    def _rank_languages(self, audio: Audio) -> list[tuple[str, float]]:
        """Whisper's codes with their probabilities, the likeliest first; none if the audio is empty."""
        for only_speech in (True, False):
            try:
                _, _, ranked = self._model.detect_language(
                    audio.samples, vad_filter=only_speech, language_detection_segments=4
                )
            except ValueError:  # faster-whisper's answer to nothing left to judge
                continue
            return list(ranked)
        return []


def seek_frame(start: int) -> int:
    """The frame of 10 ms from which faster-whisper counts the times of a window that starts at sample `start`.

    It goes through float seconds, so that 143.95 s is frame 14394.
    """
    return int(start / SAMPLE_RATE * 100)


def _hearing(segments: Sequence[Any], audio: Audio, window: Stretch) -> Hearing:
    """The segments of one window as one; the window's words in file time and in order, none outside the window."""
    from subtrans.engines.windows import GRID

    span = Span(milliseconds(audio.offset + window[0]), milliseconds(audio.offset + window[1]))
    words: list[Word] = []
    offset = milliseconds(audio.offset + window[0] - seek_frame(window[0]) * GRID)
    earliest = span.start
    for word in (word for segment in segments for word in segment.words or ()):
        if word.word.strip():
            start = min(max(round(word.start * 1000) + offset, earliest), span.end)
            end = min(max(round(word.end * 1000) + offset, start), span.end)
            words.append(Word(word.word, Span(start, end), min(max(float(word.probability), 0.0), 1.0)))
            earliest = start
    return Hearing(
        span,
        tuple(words),
        min((segment.avg_logprob for segment in segments), default=0.0),
        max((segment.no_speech_prob for segment in segments), default=1.0),
        max((segment.compression_ratio for segment in segments), default=0.0),
    )


def _load(model: Model, options: TranscriberOptions) -> Any:
    from faster_whisper import WhisperModel

    from subtrans.engines.devices import opening, resolve_device
    from subtrans.engines.layouts import ENGLISH_ONLY, read_vocabulary

    device = resolve_device(options.device, options.compute_type)
    with opening(model.path, device):
        loaded = WhisperModel(
            str(model.path), device=device.kind, compute_type=device.compute_type, cpu_threads=options.threads
        )
    if not loaded.model.is_multilingual and len(read_vocabulary(model.path)) != ENGLISH_ONLY:
        loaded.model = _Multilingual(loaded.model)
    return loaded


class _Multilingual:
    """A model of few tokens that was trained with language tokens all the same.

    CTranslate2 tells the models without language tokens by the size of their vocabulary, below 51,865, so that it takes
    a small model with a vocabulary of its own for one, and faster-whisper would leave the tokens out.
    """

    is_multilingual = True

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


def _tags_by_code() -> dict[str, str]:
    """Our tag for each of Whisper's codes; where two scripts share a code, the shorter tag."""
    from subtrans.text.languages import LANGUAGES

    rows = sorted(LANGUAGES.values(), key=lambda row: -len(row.tag))
    return {row.whisper: row.tag for row in rows if row.whisper}
