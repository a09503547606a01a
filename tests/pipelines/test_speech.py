"""The walk from audio to translated sentences: none lost, none doubled, in order, with honest progress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from fakes import VOCABULARY, FakeDetector, FakeTranscriber, FakeTranslator, silence, spoken
from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.pipelines.blocks import Block, BlockOptions, blocks
from subtrans.pipelines.speech import Passage, SpeechOptions, speech, translate, whole_sentences
from subtrans.pipelines.transcribe import ENOUGH, Heard, identify, transcribe, vote
from subtrans.text.sentences import SentenceOptions, sentences
from subtrans.types import Audio, Hypothesis, Sentence, Span, Translation, Word

SMALL = SpeechOptions(blocks=BlockOptions(first=2000, longest=5000), batch=3)
TALK = "one two three Stop. red green cat Why? four five six seven eight nine ten Again. blue Go. " * 4


def walk(
    recording: np.ndarray, options: SpeechOptions = SMALL, translator: FakeTranslator | None = None
) -> list[Passage]:
    audio = [Audio(recording)] if len(recording) else []
    found = speech(
        audio, FakeDetector(), FakeTranscriber(), translator or FakeTranslator(), language="en", options=options
    )
    return list(found)


def said(passages: list[Passage]) -> list[str]:
    return [translation.sentence.text for passage in passages for translation in passage.translations]


def test_sentences_are_whole_across_the_seams_of_blocks() -> None:
    passages = walk(spoken(TALK, pause=100))
    expected = [
        "one two three Stop.",
        "red green cat Why?",
        "four five six seven eight nine ten Again.",
        "blue Go.",
    ] * 4
    assert said(passages) == expected
    assert [t.text for passage in passages for t in passage.translations] == [f"zh:{text}" for text in expected]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(VOCABULARY), st.integers(0, 3000)), max_size=30), st.integers(1, 5))
def test_no_word_is_lost_or_doubled(words: list[tuple[str, int]], batch: int) -> None:
    pieces = [np.concatenate([spoken(word, pause=120, rest=120), silence(gap)]) for word, gap in words]
    options = SpeechOptions(blocks=SMALL.blocks, batch=batch)
    passages = walk(np.concatenate([silence(0), *pieces]), options)
    assert " ".join(said(passages)).split() == [word for word, _ in words]


def test_progress_grows_to_the_end_of_the_recording() -> None:
    recording = np.concatenate([silence(9000), spoken(TALK, pause=100), silence(12_345)])
    progress = [passage.until for passage in walk(recording)]
    assert progress == sorted(progress)
    assert progress[0] <= 2000
    assert progress[-1] == len(recording) // 16


@given(st.lists(st.tuples(st.sampled_from(VOCABULARY), st.integers(0, 2500)), max_size=80), st.data())
def test_sentences_do_not_depend_on_where_the_blocks_end(said: list[tuple[str, int]], data: st.DataObject) -> None:
    words, end = [], 0
    for text, gap in said:
        words.append(Word(f" {text}", Span(end + gap, end + gap + 200)))
        end += gap + 200
    options = SentenceOptions(maximum_words=8)
    heard = []
    while words:
        taken = data.draw(st.integers(1, len(words)))
        heard.append(Heard(tuple(words[:taken]), words[taken - 1].span.end))
        words = words[taken:]
    found = [sentence for complete, _ in whole_sentences(heard, options) for sentence in complete]
    assert found == list(sentences([word for block in heard for word in block.words], options))


def test_batches_are_bounded_and_no_sentence_waits_for_more_than_the_next_block() -> None:
    translator = FakeTranslator()
    options = SpeechOptions(blocks=BlockOptions(first=10_000, longest=20_000), batch=2)
    passages = walk(spoken(TALK, pause=100), options, translator)
    assert max(translator.batches) == 2
    early = next(passage for passage in passages if passage.until >= 10_000 or passage.translations)
    assert early.translations, "the first block's sentences come with the first block"


def test_silence_gives_no_sentences_but_progress() -> None:
    translator = FakeTranslator()
    passages = walk(silence(11_000), translator=translator)
    assert said(passages) == []
    assert passages[-1].until == 11_000
    assert walk(silence(0)) == []


def test_the_recogniser_is_not_asked_about_silence() -> None:
    transcriber = FakeTranscriber()
    heard = list(transcribe(blocks([Audio(silence(9000))], FakeDetector(), SMALL.blocks), transcriber, "en"))
    assert transcriber.calls == 0
    assert heard[-1] == Heard((), 9000)


def test_a_failure_of_the_recogniser_comes_after_the_sentences_before_it() -> None:
    transcriber = FakeTranscriber(failure=MemoryError("no room"), patience=2)
    passages = speech(
        [Audio(spoken(TALK, pause=100))], FakeDetector(), transcriber, FakeTranslator(), language="en", options=SMALL
    )
    got: list[Passage] = []
    with pytest.raises(MemoryError, match="no room"):
        got.extend(passages)
    assert transcriber.calls == 3


def endless(closed: list[bool]) -> Iterator[Audio]:
    """Sound that hardly ends, and says when it is no longer read."""
    try:
        for number in range(10_000):
            yield Audio(spoken("one Stop.")[:16_000], number * 16_000)
    finally:
        closed.append(True)


def test_a_failure_ends_the_reading_though_its_traceback_lives_on() -> None:
    closed: list[bool] = []
    translator = FakeTranslator(failure=RuntimeError("wires crossed"))
    passages = speech(endless(closed), FakeDetector(), FakeTranscriber(), translator, language="en", options=SMALL)
    with pytest.raises(RuntimeError, match="wires crossed") as failure:
        list(passages)
    assert closed == [True]
    assert failure.tb is not None


def test_stopping_early_stops_the_reading() -> None:
    closed: list[bool] = []
    passages = speech(
        endless(closed), FakeDetector(), FakeTranscriber(), FakeTranslator(), language="en", options=SMALL
    )
    next(passages)
    passages.close()
    assert closed == [True]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_language_is_heard(language: str) -> None:
    recording = np.concatenate([silence(9000), spoken("one two", language=language), silence(4000)])
    assert identify(blocks([Audio(recording)], FakeDetector(), SMALL.blocks), FakeTranscriber()) == language


def test_silence_has_no_language() -> None:
    assert identify(blocks([Audio(silence(9000))], FakeDetector(), SMALL.blocks), FakeTranscriber()) is None


def test_two_minutes_of_speech_are_enough_to_tell_the_language() -> None:
    heard: list[Audio] = []
    taken = 0

    class Listening(FakeTranscriber):
        def identify(self, audio: Audio) -> str:
            heard.append(audio)
            return "en"

    def source() -> Iterator[Audio]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield Audio(spoken("one", word=900, pause=100), number * 16_000)

    assert identify(blocks(source(), FakeDetector(shortest=10), SMALL.blocks), Listening()) == "en"
    assert len(heard[0].samples) == ENOUGH
    assert (heard[0].samples != 0).all()
    assert taken < 150


def test_what_the_translator_knows_beside_the_text_is_kept() -> None:
    shorter = Hypothesis("kurz", -0.5, ((0, 4),))

    class Knowing:
        def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
            return [Hypothesis(f"de:{text}", -0.25, ((0, 0), (3, 4)), (shorter,)) for text in texts]

    said = Sentence((Word(" one", Span(0, 500)), Word(" Stop.", Span(500, 900))))
    (translation,) = translate([said], Knowing())
    assert translation == Translation(said, "de:one Stop.", -0.25, ((0, 0), (3, 4)), (shorter,))


def test_the_language_of_most_places_wins() -> None:
    def passages(*languages: str) -> list[list[Block]]:
        sounds = [spoken("one two", language=one) if one else silence(3000) for one in languages]
        return [list(blocks([Audio(sound)], FakeDetector(), SMALL.blocks)) for sound in sounds]

    assert vote(passages("en", "fr", "fr", "", "en", "fr"), FakeTranscriber()) == [("fr", 3), ("en", 2)]
    assert vote(passages("fr", "en"), FakeTranscriber()) == [("fr", 1), ("en", 1)]
    assert vote(passages("", ""), FakeTranscriber()) == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_translator_that_answers_too_little_or_too_much_is_told(number: int) -> None:
    class Careless:
        def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
            return [Hypothesis("what")] * number

    sentence = Sentence((Word("Stop.", Span(0, 500)),))
    with pytest.raises(ValueError, match=f"got {number} for 2"):
        translate([sentence, sentence], Careless())


def test_no_sentence_at_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sentence"):
        SpeechOptions(batch=0)
