"""A recording in, its subtitles in another language out, and those in its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from subtrans.pipelines.speech import SpeechOptions, speech, translate
from subtrans.ports import Transcriber, Translator, VoiceDetector
from subtrans.text.languages import language as find_language
from subtrans.text.layout import cues
from subtrans.text.profiles import Profile, profile
from subtrans.types import Audio, Cue, Sentence, Translation


@dataclass(frozen=True, slots=True)
class Step:
    """The next translations and the time up to which the file has been dealt with; with the last step, all cues."""

    translations: tuple[Translation, ...]
    until: int
    cues: tuple[Cue, ...] = ()
    transcript: tuple[Cue, ...] = ()


def subtitle(
    audio: Iterable[Audio],
    detector: VoiceDetector,
    transcriber: Transcriber,
    translator: Translator,
    *,
    language: str,
    target: str,
    norms: Profile | None = None,
    options: SpeechOptions = SpeechOptions(),  # noqa: B008 - a frozen value
) -> Iterator[Step]:
    """Each step brings the sentences that were understood; the last one brings the cues of all.

    `language` is what is spoken, `target` what the translator writes; `norms` are those of the target language if none
    are given. The cues come at the end because each one's time depends on its neighbours'.
    """
    understood: list[Translation] = []
    until = 0
    for passage in speech(audio, detector, transcriber, translator, language=language, options=options):
        understood += passage.translations
        until = passage.until
        yield Step(passage.translations, until)

    spoken, written = find_language(language), find_language(target)
    said = [Translation(translation.sentence, translation.sentence.text) for translation in understood]
    yield Step(
        (),
        until,
        cues=tuple(cues(understood, norms or profile(written), written)),
        transcript=tuple(cues(said, profile(spoken), spoken)),
    )


def subtitle_sentences(
    sentences: Sequence[Sentence],
    translator: Translator,
    *,
    target: str,
    norms: Profile | None = None,
    options: SpeechOptions = SpeechOptions(),  # noqa: B008 - a frozen value
) -> Iterator[Step]:
    """The same for sentences that are known already: a further language, or subtitles that somebody wrote."""
    understood: list[Translation] = []
    until = 0
    for first in range(0, len(sentences), options.batch):
        translations = translate(sentences[first : first + options.batch], translator)
        understood += translations
        until = max(until, translations[-1].sentence.span.end)
        yield Step(translations, until)
    written = find_language(target)
    yield Step((), until, cues=tuple(cues(understood, norms or profile(written), written)))
