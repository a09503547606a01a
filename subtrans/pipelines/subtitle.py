"""A recording in, its subtitles in another language out, and those in its own from the sentences."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from subtrans.pipelines.blocks import blocks
from subtrans.pipelines.speech import Passage, SpeechOptions, ask, speech, translate, whole_sentences
from subtrans.pipelines.transcribe import transcribe
from subtrans.ports import SentenceTranslator, ShorteningTranslator, Transcriber, Translator, VoiceDetector
from subtrans.text.fit import fit, hurried
from subtrans.text.languages import Language
from subtrans.text.languages import language as find_language
from subtrans.text.layout import cues
from subtrans.text.profiles import Profile, profile
from subtrans.types import Audio, Cue, Sentence, Translation


@dataclass(frozen=True, slots=True)
class SubtitleOptions(SpeechOptions):
    """How a recording is walked through, and what its cues keep to."""

    norms: Callable[[Language], Profile] = profile
    """What the cues of a language keep to."""
    shots: Sequence[int] = ()
    """The times at which the picture changes."""
    lingering: bool = True
    """Whether cues stay a moment after what is said; those of subtitles only if they need the time to be read."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next translations and the time up to which the file has been dealt with; with the last step, all cues."""

    translations: tuple[Translation, ...]
    until: int
    cues: tuple[Cue, ...] = ()


def subtitle(
    audio: Iterable[Audio],
    detector: VoiceDetector,
    transcriber: Transcriber,
    translator: Translator,
    *,
    language: str,
    target: str,
    options: SubtitleOptions = SubtitleOptions(),
) -> Generator[Step, None, None]:
    """Each step brings the sentences that were understood; the last one brings the cues of all.

    `language` is what is spoken, `target` what the translator writes. Where a translation cannot be read in its time, a
    shorter one that the translator had in mind takes its place. Who has enough before the end closes the generator, and
    with it `audio`, if that is one.
    """
    written = find_language(target)
    passages = speech(audio, detector, transcriber, translator, language=language, options=options)
    return _steps(passages, translator, written, options)


def transcript(
    sentences: Iterable[Sentence], language: str, options: SubtitleOptions = SubtitleOptions()
) -> tuple[Cue, ...]:
    """The cues of sentences in the language in which they were said."""
    said = [Translation(sentence, sentence.text) for sentence in sentences]
    return _lay_out(said, find_language(language), options)


def subtitle_voices(
    channels: Sequence[Iterable[Audio]],
    detector: VoiceDetector,
    transcriber: Transcriber,
    translator: Translator,
    *,
    language: str,
    target: str,
    options: SubtitleOptions = SubtitleOptions(),
) -> Generator[Step, None, None]:
    """The same for a recording with a speaker on each channel: one after the other is heard, and then all translated.

    Sentences come in the order in which they are begun.
    """
    heard: list[tuple[int, Sentence]] = []
    until = 0
    for number, audio in enumerate(channels):
        words = transcribe(blocks(audio, detector, options.blocks), transcriber, language)
        for said, until in whole_sentences(words, options.sentences):
            heard += [(number, sentence) for sentence in said]
            yield Step((), until)
    heard.sort(key=lambda one: one[1].span.start)
    turns = [False, *(before != after for (before, _), (after, _) in pairwise(heard))]
    sentences = [_begun(sentence, turn) for (_, sentence), turn in zip(heard, turns, strict=False)]
    for _, step in subtitle_parts([sentences], translator, target=target, options=options):
        yield replace(step, until=until)


def _begun(sentence: Sentence, turn: bool) -> Sentence:
    first, *others = sentence.words
    return Sentence((replace(first, turn=turn), *others))


def subtitle_parts(
    parts: Sequence[Sequence[Sentence]],
    translator: Translator,
    *,
    target: str,
    options: SubtitleOptions = SubtitleOptions(),
) -> Generator[tuple[int, Step], None, None]:
    """The same for sentences that are known already, as those of subtitles in several places of the picture are.

    Each step has the number of its part. A part is laid out for itself, and the last of its steps brings its cues; all
    are translated in batches.
    """
    written = find_language(target)
    every = [sentence for sentences in parts for sentence in sentences]
    translated = (one for batch in _batches(every, options) for one in translate(batch, translator))
    for number, sentences in enumerate(parts):
        batches = _batches(sentences, options)
        passages = (Passage(tuple(islice(translated, len(batch))), batch[-1].span.end) for batch in batches)
        for step in _steps(passages, translator, written, options):
            yield number, step


def _steps(
    passages: Iterable[Passage], translator: Translator, written: Language, options: SubtitleOptions
) -> Generator[Step, None, None]:
    """A step for each passage, and one with the cues of all."""
    understood: list[Translation] = []
    until = 0
    for step in _understand(passages, translator, options.norms(written), written):
        understood += step.translations
        until = step.until
        yield step
    yield Step((), until, _lay_out(understood, written, options))


def _lay_out(translations: Iterable[Translation], language: Language, options: SubtitleOptions) -> tuple[Cue, ...]:
    norms = options.norms(language)
    return tuple(cues(translations, norms, language, options.shots, lingering=options.lingering))


def _batches(sentences: Sequence[Sentence], options: SpeechOptions) -> Iterator[Sequence[Sentence]]:
    return (sentences[first : first + options.batch] for first in range(0, len(sentences), options.batch))


def _understand(
    passages: Iterable[Passage], translator: Translator, norms: Profile, language: Language
) -> Iterator[Step]:
    """A step for each passage, whose last translation comes with the next: until then its time is not known."""
    held: tuple[Translation, ...] = ()
    until = 0
    for passage in passages:
        known, until = held + passage.translations, max(until, passage.until)
        timed = [(one, following.sentence.span.start) for one, following in pairwise(known)]
        yield Step(_readable(timed, translator, norms, language), until)
        held = known[-1:]
    if held:
        yield Step(_readable([(held[0], None)], translator, norms, language), until)


def _readable(
    timed: Sequence[tuple[Translation, int | None]], translator: Translator, norms: Profile, language: Language
) -> tuple[Translation, ...]:
    """Each translation, or where there is too little time until the next one, a shorter one if there is any."""
    fitted = [one for one, _ in timed]
    searches = isinstance(translator, ShorteningTranslator | SentenceTranslator)

    def in_haste(places: Iterable[int]) -> list[int]:
        return [place for place in places if hurried(fitted[place], timed[place][1], norms, language)]

    late = in_haste(place for place, one in enumerate(fitted) if searches or one.alternatives)
    for place in late:
        fitted[place] = fit(*timed[place], norms, language)
    if searches and (late := in_haste(late)):
        found = ask([fitted[place].sentence for place in late], translator, short=True)
        for place, shorter in zip(late, found, strict=True):
            sound = tuple(one for one in (shorter, *shorter.alternatives) if not one.faults)
            fitted[place] = fit(replace(fitted[place], alternatives=sound), timed[place][1], norms, language)
    return tuple(replace(one, alternatives=()) for one in fitted)  # those of hours would fill the memory
