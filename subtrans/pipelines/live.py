"""Sound that is arriving in, captions in another language out while the person is still speaking."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from subtrans.errors import SubtransError
from subtrans.events import CaptionEvent, DegradeEvent, LagEvent, LiveEvent
from subtrans.pipelines.captions import Captioner, Said
from subtrans.pipelines.pace import Pace, PaceOptions
from subtrans.pipelines.utterances import Endpointer, EndpointOptions, Utterance
from subtrans.ports import MarkingTranscriber, SoundSource, Transcriber, Translator, VoiceDetector
from subtrans.text.activity import keep_to_speech
from subtrans.text.agreement import Agreement, is_said
from subtrans.text.sentences import SentenceOptions
from subtrans.types import Audio, Span, Word, samples


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How somebody who is speaking is listened to."""

    endpoint: EndpointOptions = field(default_factory=EndpointOptions)
    pace: PaceOptions = field(default_factory=PaceOptions)
    sentences: SentenceOptions = field(default_factory=SentenceOptions)
    most: int = 20_000
    """Milliseconds of sound taken at once when much is waiting: more catches up sooner, fewer show more on the way."""
    trim: int = 12_000
    """An utterance of more milliseconds is heard anew from its last finished sentence on, which saves computing."""
    degrade: bool = True
    """Give up drafts and care to keep up; else captions fall behind when computing is slow."""


def live(
    source: SoundSource,
    detector: VoiceDetector,
    transcriber: Transcriber,
    translators: Mapping[str, Translator],
    *,
    language: str,
    quick: Transcriber | None = None,
    options: LiveOptions = LiveOptions(),
) -> Generator[LiveEvent, None, None]:
    """Every sentence as a caption, a draft first and then for good, in order; and how far they are behind.

    Of the `translators`, by the tag of what each writes, every one has its captions. `quick` hears while computing
    cannot keep up. When the sound ends, by itself or because its device has vanished, what was said is captioned to the
    end; then the error of the source is raised, if there is one. Who closes the generator before stops the source.
    """
    endpointer = Endpointer(detector, options.endpoint)
    pace = Pace(options.pace, fixed=not options.degrade)
    captioner = Captioner(translators, options.sentences)
    failure: SubtransError | None = None
    heard = 0

    def events(said: Iterable[Said]) -> Iterator[LiveEvent]:
        for caption, words in said:
            yield CaptionEvent(caption, words, heard, source.now())

    def hear(utterance: Utterance, said: str) -> list[Word]:
        engine = (quick or transcriber) if pace.greedy else transcriber
        return engine.transcribe(utterance.audio, utterance.speech, language, said)

    def mark(utterance: Utterance, words: Sequence[Word]) -> Sequence[Word]:
        """What is quick hears no marks either; when an utterance is over there is time for them."""
        if pace.greedy and words and isinstance(quick, MarkingTranscriber):
            return quick.mark(words, utterance.audio, utterance.speech, language)
        return words

    interpreter = _Interpreter(hear, mark, captioner, pace, options.trim)
    try:
        while True:
            try:
                audio = source.take(samples(pace.step), samples(options.most))
            except SubtransError as error:
                failure, audio = error, None
            if audio is None:
                break
            heard = audio.span.end
            for utterance in endpointer.feed(audio):
                yield from events(interpreter.hear(utterance))
                endpointer.drop(interpreter.settled)
            if not endpointer.speaking:
                yield from events(interpreter.pause(heard))
            waiting = source.behind()
            yield LagEvent(waiting, _loudness(audio), heard, source.now())
            if change := pace.feel(waiting):
                yield DegradeEvent(*change, heard, source.now())
        for utterance in endpointer.end():
            yield from events(interpreter.hear(utterance))
        yield from events(interpreter.end())
        if failure:
            raise failure
    finally:
        source.stop()


Hear = Callable[[Utterance, str], list[Word]]
Mark = Callable[[Utterance, Sequence[Word]], Sequence[Word]]

BEFORE = 30
"""Words from before an utterance that the recogniser is told: spelling and case go on as they were."""


class _Interpreter:
    """What has been understood of the open utterance, and the captions that come of it."""

    def __init__(self, hear: Hear, mark: Mark, captioner: Captioner, pace: Pace, trim: int) -> None:
        self._transcribe = hear
        self._mark = mark
        self._captioner = captioner
        self._pace = pace
        self._trim = trim
        self._known = Agreement()
        self._before: tuple[Word, ...] = ()  # the last words that are in the open utterance no more
        self._heard: tuple[tuple[Span, ...], list[Word]] = ((), [])
        self._last = 0  # when the last word ended
        self.settled = 0  # the sample up to which the open utterance need not be heard again

    def hear(self, utterance: Utterance) -> Iterator[Said]:
        """The captions that one more hearing of the utterance gives."""
        if utterance.ended and (later := self._known.since(utterance.audio.span.end)).committed:
            # What was one utterance is two, now that more of it is heard: all of this one is settled.
            self._leave(self._known.committed[: -len(later.committed)])
            self._known = later
            return
        if self._heard[0] != utterance.speech:
            words = self._transcribe(utterance, "".join(word.text for word in self._before).strip())
            if not any(map(is_said, words)):
                words = []  # marks alone stand for what was not understood
            self._heard = utterance.speech, list(keep_to_speech(words, utterance.speech))
        # Else only silence has come since: to hear the same again would say the same.
        before = len(self._known.committed)
        known = self._known.hear(self._heard[1])
        if utterance.ended:
            known = known.settle()
        new = known.committed[before:]
        if utterance.ended and (marked := tuple(self._mark(utterance, known.committed))) != known.committed:
            pending = self._captioner.take_back()
            again = min(before, len(pending))  # of these, said in this utterance
            new = (*pending[: len(pending) - again], *marked[before - again :])
            known = Agreement(marked)
        self._known = known
        self._last = max([self._last, *(word.span.end for word in new)])
        finished: Word | None = None
        for said in self._captioner.add(new):
            yield said
            finished = said[1][-1]
        if utterance.ended:
            self._leave(known.committed)
            self._known = Agreement()
        elif finished and utterance.audio.span.duration > self._trim:
            self._forget(finished)
        yield from self._draft()

    def pause(self, now: int) -> Iterator[Said]:
        """The captions that are final because nothing is said any more; what was taken for speech may be none."""
        self._leave(self._known.committed)
        self._known = Agreement()
        yield from self._captioner.wait(now - self._last)
        yield from self._draft()

    def end(self) -> Iterator[Said]:
        """The last caption."""
        yield from self._captioner.end()

    def _draft(self) -> Iterator[Said]:
        yield from self._captioner.draft(self._known.draft, translated=self._pace.drafts)

    def _forget(self, last: Word) -> None:
        """Hear the utterance from behind its last finished sentence on; the cut falls between two words."""
        following = (*self._captioner.pending, *self._known.draft)[:1]
        begin = max(last.span.end, following[0].span.start) if following else last.span.end
        cut = (last.span.end + begin) // 2
        pending = self._captioner.pending
        self._leave(self._known.committed[: len(self._known.committed) - len(pending)])
        self._known = Agreement(pending, self._known.draft)
        self.settled = samples(cut)

    def _leave(self, words: Sequence[Word]) -> None:
        self._before = (*self._before, *words)[-BEFORE:]


def _loudness(audio: Audio) -> float:
    """The root mean square of the samples, 0 to 1."""
    return float(np.sqrt(np.mean(np.square(audio.samples, dtype=np.float64)))) if len(audio.samples) else 0.0
