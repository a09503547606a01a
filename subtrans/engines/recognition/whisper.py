"""Audio and its stretches of speech in, words with their times out: Whisper's architecture through faster-whisper.

Speech is packed into windows that are decoded in batches. Each window gives one `Hearing`, which keeps what is needed
to judge it, before its words are let through.
"""

from __future__ import annotations

import logging
from collections import Counter
from copy import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from subtrans.engines.machine.threads import side_by_side
from subtrans.engines.recognition.judgement import (
    Bounds,
    Hearing,
    agree,
    best,
    doubts,
    filled,
    is_nothing,
    is_repeated,
    join,
    omissions,
    spoken,
)
from subtrans.engines.recognition.options import TranscriberOptions, fitted
from subtrans.engines.recognition.punctuation import example, unmarked, with_marks
from subtrans.engines.recognition.segments import hearing_of, seek_frame
from subtrans.engines.recognition.whisper_model import Multilingual, fit_hotwords, load_whisper, rank_languages
from subtrans.engines.recognition.windows import WINDOW, Stretch, batches, halve, pack_windows
from subtrans.errors import InputError
from subtrans.text import languages
from subtrans.text.typeset import typeset_word
from subtrans.types import SAMPLE_RATE, Audio, Span, Word, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from subtrans.engines.models.store import Model


_WITHOUT_LOOPS = {"no_repeat_ngram_size": 3, "repetition_penalty": 1.1}
_log = logging.getLogger("subtrans.engines")


class WhisperTranscriber:
    """The Transcriber port over a Whisper model in CTranslate2's format."""

    def __init__(self, model: Model, options: TranscriberOptions) -> None:
        from faster_whisper import BatchedInferencePipeline

        card = model.description.card
        self._description = model.description
        self._window = WINDOW if card is None or card.window is None else samples(card.window)
        self._follows = card is None or card.follows
        self._options = options = fitted(options)
        self._model, self._lanes = load_whisper(model, options)
        # The processor's lanes share a batch; a GPU decodes a whole one, while the features of the next are made.
        self._shares = self._lanes if self._model.model.device == "cpu" else 1
        self._hotwords = fit_hotwords(self._model, options.hotwords)
        self._pipeline = BatchedInferencePipeline(self._model)

    def greedy(self) -> WhisperTranscriber:
        """The same model, loaded once, following but one hypothesis: quicker, a little worse.

        It hears all once, but for what repeats itself.
        """
        quick = copy(self)
        quick._options = replace(self._options, beam_size=1, bounds=None)
        return quick

    def identify(self, audio: Audio) -> str:
        """The language spoken, judged on up to two minutes of speech; InputError if there is nothing to judge."""
        from subtrans.engines.models.abilities import hears, tags_by_code

        if len(self._description.languages) == 1:
            return self._description.languages[0]
        if isinstance(self._model.model, Multilingual):
            raise InputError(f"{self._description.name} cannot tell languages apart: name the language with --from")
        tags = tags_by_code()
        ranked = [(tags[code], chance) for code, chance in rank_languages(self._model, audio.samples) if code in tags]
        allowed = self._options.allowed
        heard = [
            tag for tag, _ in ranked if hears(self._description, languages.language(tag)) and tag in (allowed or (tag,))
        ]
        if not heard:
            raise InputError("there is no speech to tell the language by: name it with --from")
        return heard[0]

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        """The words in the stretches of speech, in file time; LanguageError if the model does not know the language."""
        heard = (one for one in self.hear(audio, speech, language, said) if not one.silent)
        return [typeset_word(word, language) for one in heard for word in one.words]

    def hear(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Hearing]:
        """The windows that hold the speech, in order: decoded in batches, those in doubt once more alone.

        What was `said` before is told to a model that was trained so, when first it hears, and not where it is greedy.
        """
        from subtrans.engines.models.abilities import check_language

        check_language(self._description, language)
        code = languages.language(language).whisper or "en"
        bounds = self._options.bounds
        windows = self._windows(audio, speech)
        if bounds is None:
            once = zip(windows, self._decode(audio, windows, code), strict=True)
            return [self._unlooped(audio, window, code) if is_repeated(one) else one for window, one in once]
        told = {"initial_prompt": f" {said}"} if said and self._follows else {}

        def mend(one: tuple[Stretch, Hearing]) -> tuple[Hearing, list[str]]:
            (window, better), why = one, []
            reasons = () if better.words and better.silent else doubts(better, speech, bounds, said if told else "")
            if reasons:
                why.append(reasons[0])
                better, reasons = best([(better, reasons), *self._hear_again(audio, window, better, code, speech)])
                why += ["kept in doubt"] if reasons else []
            if gaps := () if better.silent else omissions(better, speech, bounds):
                why.append("left out in part")
                better = self._fill(audio, better, gaps, code, speech)
            return replace(better, words=()) if is_nothing(better, reasons, speech, bounds) else better, why

        heard = zip(windows, self._decode(audio, windows, code, **told), strict=True)
        mended = side_by_side(mend, list(heard), self._lanes)
        if counts := Counter(reason for _, why in mended for reason in why):
            again = ", ".join(f"{reason} ({count})" for reason, count in counts.items())
            _log.info("%d windows from %d s: heard again: %s", len(windows), audio.span.start // 1000, again)
        return self._with_marks(audio, windows, [better for better, _ in mended], language, speech)

    def _windows(self, audio: Audio, speech: Sequence[Span]) -> list[Stretch]:
        stretches = [(samples(span.start) - audio.offset, samples(span.end) - audio.offset) for span in speech]
        return pack_windows(audio.samples, stretches, self._window)

    def mark(self, words: Sequence[Word], audio: Audio, speech: Sequence[Span], language: str) -> list[Word]:
        """The words of the whole audio; without marks, they get those of one more hearing."""
        known, bare = languages.language(language), Hearing(audio.span, tuple(words), 0.0, 0.0, 0.0)
        if not (self._follows and unmarked(bare) and (told := example((), known.tag))):
            return list(words)
        windows = self._windows(audio, speech)
        again = join(self._decode(audio, windows, known.whisper or "en", initial_prompt=f" {told}"))
        return [typeset_word(word, language) for word in with_marks(bare, again).words]

    def _with_marks(
        self, audio: Audio, windows: Sequence[Stretch], heard: list[Hearing], language: str, speech: Sequence[Span]
    ) -> list[Hearing]:
        """The hearings; those without marks have the ones of another hearing, for which the model is told of some."""
        bounds, known = self._options.bounds or Bounds(), languages.language(language)
        bare = [i for i, one in enumerate(heard) if unmarked(one) and not (one.silent or doubts(one, speech, bounds))]
        if told := example(heard, known.tag) if bare and self._follows else "":
            again = self._decode(audio, [windows[i] for i in bare], known.whisper or "en", initial_prompt=f" {told}")
            for i, hearing in zip(bare, again, strict=True):
                heard[i] = with_marks(heard[i], hearing)
        return heard

    def _hear_again(
        self, audio: Audio, window: Stretch, first: Hearing, code: str, speech: Sequence[Span]
    ) -> Iterator[tuple[Hearing, tuple[str, ...]]]:
        """Other hearings of the window until one is beyond doubt: apart, without loops, in two halves, by chance."""
        bounds = self._options.bounds or Bounds()
        if is_repeated(first, bounds) and (refrain := self._apart(audio, window, first, code, speech)):
            yield refrain, ()
            return
        ways: list[Callable[[], Hearing]] = [
            lambda: self._unlooped(audio, window, code),
            lambda: join(self._decode(audio, halve(audio.samples, window), code, **_WITHOUT_LOOPS)),
            *(partial(self._sample, audio, window, code, temperature) for temperature in self._options.temperatures),
        ]
        for way in ways:
            hearing = way()
            reasons = doubts(hearing, speech, bounds)
            yield hearing, reasons
            if not reasons:
                return

    def _apart(
        self, audio: Audio, window: Stretch, first: Hearing, code: str, speech: Sequence[Span]
    ) -> Hearing | None:
        """What repeats itself, as its halves say it: people repeat themselves, too. None where it is rather a loop.

        A loop goes round as often in each half, so that they neither say the same together nor are beyond doubt.
        """
        bounds, halves = self._options.bounds or Bounds(), halve(audio.samples, window)
        if len(halves) < 2 or window[1] - window[0] < samples(bounds.unheard):
            return None
        parts = self._decode(audio, halves, code)
        if agree(first, join(parts)) and set(doubts(first, speech, bounds)) <= {"repeated"}:
            return first
        for i, part in enumerate(parts):
            if doubts(part, speech, bounds):
                deeper = is_repeated(part, bounds) and self._apart(audio, halves[i], part, code, speech)
                if not deeper:
                    return None
                parts[i] = deeper
        return join(parts)

    def _unlooped(self, audio: Audio, window: Stretch, code: str) -> Hearing:
        return self._decode(audio, [window], code, **_WITHOUT_LOOPS)[0]

    def _fill(self, audio: Audio, hearing: Hearing, gaps: Sequence[Span], code: str, speech: Sequence[Span]) -> Hearing:
        """The hearing with what is spoken in its gaps, decoded alone; what there is doubtful stays left out."""
        bounds = self._options.bounds or Bounds()
        words = list(hearing.words)
        for gap in gaps:
            here = [Span(max(one.start, gap.start), min(one.end, gap.end)) for one in speech if spoken(gap, [one])]
            windows = self._windows(audio, here)
            for found in self._decode(audio, windows, code, **_WITHOUT_LOOPS):
                if not (found.silent or doubts(found, here, bounds) or is_nothing(found, (), here, bounds)):
                    words = filled(words, gap, found.words)
        return replace(hearing, words=tuple(words))

    def _sample(self, audio: Audio, window: Stretch, code: str, temperature: float) -> Hearing:
        start, end = window
        segments, _ = self._model.transcribe(
            audio.samples[start:end],
            language=code,
            temperature=[temperature],
            condition_on_previous_text=False,
            word_timestamps=True,
            without_timestamps=True,
        )
        clip = Audio(audio.samples[start:end], audio.offset + start)
        return hearing_of(list(segments), clip, (0, end - start))

    def _decode(self, audio: Audio, windows: Sequence[Stretch], code: str, **more: Any) -> list[Hearing]:
        def decode(batch: Sequence[Stretch]) -> list[Any]:
            # Half a sample more: faster-whisper multiplies by the rate again and cuts off the fraction.
            clips = [{"start": (a + 0.5) / SAMPLE_RATE, "end": (b + 0.5) / SAMPLE_RATE} for a, b in batch]
            segments, _ = copy(self._pipeline).transcribe(  # it keeps when a word was last said
                audio.samples,
                language=code,
                clip_timestamps=clips,
                word_timestamps=True,
                without_timestamps=True,
                beam_size=self._options.beam_size,
                batch_size=len(batch),
                hotwords=self._hotwords,
                **more,
            )
            return list(segments)

        heard: dict[int, list[Any]] = {seek_frame(start): [] for start, _ in windows}
        # Batch by batch, as faster-whisper makes the features of all that it is given at the start.
        for segments in side_by_side(decode, batches(windows, self._options.batch_size, self._shares), self._lanes):
            for segment in segments:
                heard[segment.seek].append(segment)
        return [hearing_of(heard[seek_frame(window[0])], audio, window) for window in windows]
