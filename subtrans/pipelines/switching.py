"""Speech in which the language changes in; words that say theirs, and sentences translated each from its own, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from subtrans.errors import InputError
from subtrans.pipelines.transcribe import only_speech
from subtrans.ports import Transcriber, Translator, shorten
from subtrans.types import Audio, Hypothesis, Sentence, Span, Word

PAUSE = 500
"""Milliseconds of silence in which the language may change."""
ENOUGH = 3_000
"""Milliseconds of speech by which a language is told; of fewer, recognisers guess."""


class SwitchingTranscriber:
    """The Transcriber port over one that is asked behind every pause what language is spoken now.

    What is too short to tell goes with what is nearest.
    """

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber

    def identify(self, audio: Audio) -> str:
        """The language of the whole."""
        return self._transcriber.identify(audio)

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        """The words with the language of each; `language` where it cannot be told."""
        told = [(self._language(audio, spans, language), spans) for spans in _stretches(speech)]
        words: list[Word] = []
        for spoken, group in groupby(told, key=lambda one: one[0]):
            spans = [span for _, some in group for span in some]
            words += [
                replace(word, language=spoken) for word in self._transcriber.transcribe(audio, spans, spoken, said)
            ]
        return words

    def _language(self, audio: Audio, spans: Sequence[Span], otherwise: str) -> str:
        try:
            return self._transcriber.identify(only_speech(audio, spans))
        except InputError:  # nothing that the language could be told by
            return otherwise


class SwitchingTranslator:
    """The Translator port from `language`, and for sentences that say theirs from that; `of` gives one for each."""

    def __init__(self, of: Callable[[str], Translator], language: str) -> None:
        self._of = of
        self._language = language

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order."""
        return self._of(self._language).translate(texts)

    def translate_sentences(self, said: Sequence[Sentence]) -> list[Hypothesis]:
        """One hypothesis for each sentence, in order."""
        return self._ask(said, lambda translator, texts: translator.translate(texts))

    def shorten_sentences(self, said: Sequence[Sentence]) -> list[Hypothesis]:
        """What can be found that is short, for each sentence, in order."""
        return self._ask(said, shorten)

    def _ask(
        self, said: Sequence[Sentence], question: Callable[[Translator, Sequence[str]], Sequence[Hypothesis]]
    ) -> list[Hypothesis]:
        languages = [sentence.language or self._language for sentence in said]
        found: dict[int, Hypothesis] = {}
        for language in dict.fromkeys(languages):
            places = [place for place, one in enumerate(languages) if one == language]
            found |= zip(places, question(self._of(language), [said[place].text for place in places]), strict=True)
        return [found[place] for place in range(len(said))]


def _stretches(speech: Sequence[Span]) -> list[list[Span]]:
    """The spans in groups between pauses; one of less than `ENOUGH` goes with that over the shorter pause."""
    groups: list[list[Span]] = []
    for span in speech:
        if groups and _pause(groups[-1], [span]) < PAUSE:
            groups[-1].append(span)
        else:
            groups.append([span])
    while len(groups) > 1 and _spoken(short := min(groups, key=_spoken)) < ENOUGH:
        place = groups.index(short)
        pauses = [_pause(before, after) for before, after in pairwise(groups)]
        first = min((one for one in (place - 1, place) if 0 <= one < len(pauses)), key=pauses.__getitem__)
        groups[first : first + 2] = [groups[first] + groups[first + 1]]
    return groups


def _pause(before: Sequence[Span], after: Sequence[Span]) -> int:
    return after[0].start - before[-1].end


def _spoken(spans: Sequence[Span]) -> int:
    return sum(span.duration for span in spans)
