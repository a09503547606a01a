"""Speech in which the language changes: every word knows its own, and every sentence is translated from its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from contracts import check_transcriber, check_translator
from fakes import FakeDetector, FakeTranscriber, FakeTranslator, silence, spoken
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.pipelines.speech import speech
from subtrans.pipelines.subtitle import subtitle
from subtrans.pipelines.switching import ENOUGH, PAUSE, SwitchingTranscriber, SwitchingTranslator, _stretches
from subtrans.types import Audio, Hypothesis, Sentence, Span, Word

ENGLISH, FRENCH = spoken("one two three Stop. " * 6, pause=100), -spoken("red green cat Why? " * 6, pause=100)
"""The fake recogniser takes samples below zero for French."""


class FromLanguage(FakeTranslator):
    """Says what it translates from."""

    def __init__(self, source: str) -> None:
        super().__init__(f"{source}>zh")


@pytest.fixture
def translator() -> SwitchingTranslator:
    return SwitchingTranslator(FromLanguage, "en")


def test_each_sentence_is_translated_from_what_it_is_said_in(translator) -> None:
    recording = np.concatenate([ENGLISH, silence(900), FRENCH, silence(900), ENGLISH])
    passages = speech(
        [Audio(recording)], FakeDetector(), SwitchingTranscriber(FakeTranscriber()), translator, language="en"
    )
    found = [(one.sentence.language, one.text) for passage in passages for one in passage.translations]
    english = [("en", "en>zh:one two three Stop.")] * 6
    assert found == [*english, *[("fr", "fr>zh:red green cat Why?")] * 6, *english]


def test_another_language_ends_a_sentence(translator) -> None:
    words = [Word(" one", Span(0, 100), language="en"), Word(" two", Span(100, 200), language="fr")]
    from subtrans.text.sentences import sentences

    found = list(sentences(words))
    assert [(one.text, one.language) for one in found] == [("one", "en"), ("two", "fr")]
    assert [one.text for one in translator.translate_sentences(found)] == ["en>zh:one", "fr>zh:two"]


def test_shorter_words_are_looked_for_in_the_language_of_each_sentence() -> None:
    class Verbose(FromLanguage):
        def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
            return [replace(one, text=f"{one.text} {'lang ' * 40}") for one in super().translate(texts)]

        def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
            return super().translate(texts)

    recording = np.concatenate([ENGLISH, silence(900), FRENCH])
    steps = subtitle(
        [Audio(recording)],
        FakeDetector(),
        SwitchingTranscriber(FakeTranscriber()),
        SwitchingTranslator(Verbose, "en"),
        language="en",
        target="de",
    )
    found = {one.text for step in steps for one in step.translations}
    assert found == {"en>zh:one two three Stop.", "fr>zh:red green cat Why?"}


@given(st.lists(st.sampled_from(["en", "fr", None]), max_size=12))
def test_there_is_one_hypothesis_a_sentence_in_order(languages: list[str | None]) -> None:
    said = [Sentence((Word(str(place), Span(place, place), language=one),)) for place, one in enumerate(languages)]
    found = SwitchingTranslator(FromLanguage, "de").translate_sentences(said)
    assert [one.text for one in found] == [f"{one or 'de'}>zh:{place}" for place, one in enumerate(languages)]


@given(st.lists(st.tuples(st.integers(0, 2 * PAUSE), st.integers(1, 2 * ENOUGH)), max_size=20))
def test_no_stretch_is_lost_and_none_but_the_only_one_is_too_short(spans: list[tuple[int, int]]) -> None:
    ends = np.cumsum([0, *(pause + duration for pause, duration in spans)]).tolist()
    speech = [Span(end - duration, end) for end, (_, duration) in zip(ends[1:], spans, strict=True)]
    groups = _stretches(speech)
    assert [span for group in groups for span in group] == speech
    assert all(after[0].start - before[-1].end >= PAUSE for before, after in pairwise(groups))
    assert len(groups) <= 1 or all(sum(span.duration for span in group) >= ENOUGH for group in groups)


def test_where_nothing_tells_the_language_it_is_that_of_the_recording() -> None:
    class Unsure(FakeTranscriber):
        def identify(self, audio: Audio) -> str:
            raise InputError("there is no speech to tell the language by")

    sound = Audio(spoken("one two Stop."))
    words = SwitchingTranscriber(Unsure()).transcribe(sound, FakeDetector().detect(sound), "en")
    assert [(word.text, word.language) for word in words] == [(" one", "en"), (" two", "en"), (" Stop.", "en")]


def test_they_keep_the_contracts(translator) -> None:
    sound = Audio(spoken("one two Stop."))
    assert (
        check_transcriber(SwitchingTranscriber(FakeTranscriber()), sound, FakeDetector().detect(sound), "en")
        == "one two Stop."
    )
    assert check_translator(translator, ["one", "", "two"]) == ["en>zh:one", "", "en>zh:two"]
