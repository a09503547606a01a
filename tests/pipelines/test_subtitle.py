"""The walk from audio to cues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np
import pytest
from fakes import FakeDetector, FakeTranscriber, FakeTranslator, silence, spoken

from subtrans.pipelines.blocks import BlockOptions
from subtrans.pipelines.subtitle import Step, SubtitleOptions, subtitle, subtitle_voices, transcript
from subtrans.text.languages import Language
from subtrans.text.profiles import Profile, profile
from subtrans.types import Audio, Cue, Hypothesis, Span

ENGINES = FakeDetector(), FakeTranscriber(), FakeTranslator("de")
SMALL = SubtitleOptions(blocks=BlockOptions(first=2000, longest=4000))


def said(steps: Iterable[Step], options: SubtitleOptions = SMALL) -> tuple[Cue, ...]:
    """The transcript of what was understood."""
    return transcript([one.sentence for step in steps for one in step.translations], "en", options)


def test_translations_come_first_and_all_cues_with_the_last_step() -> None:
    audio = Audio(spoken("one two three Stop. red green cat Why? " * 4))
    *steps, last = subtitle([audio], *ENGINES, language="en", target="de", options=SMALL)
    assert len(steps) > 3
    assert all(not step.cues for step in steps)
    assert [t.text for step in steps for t in step.translations] == 4 * [
        "de:one two three Stop.",
        "de:red green cat Why?",
    ]
    assert last.translations == ()
    assert last.until == steps[-1].until == audio.span.end
    assert [cue.text for cue in last.cues] == 4 * ["de:one two three Stop.", "de:red green cat Why?"]
    original = said(steps)
    assert [cue.text for cue in original] == 4 * ["one two three Stop.", "red green cat Why?"]
    assert [cue.span.start for cue in last.cues] == [cue.span.start for cue in original]


def test_who_speak_on_channels_of_their_own_speak_in_turn() -> None:
    one = spoken("one two three Stop. red green cat Go.", word=400, rest=2500)
    two = np.concatenate([silence(2000), spoken("one Why?", word=300)])
    channels = [[Audio(one)], [Audio(two)]]
    *steps, last = subtitle_voices(channels, *ENGINES, language="en", target="de", options=SMALL)
    assert [cue.lines for cue in said(steps)] == [("one two three Stop.",), ("one Why?",), ("red green cat Go.",)]
    assert [cue.lines for cue in last.cues] == [
        ("de:one two three Stop.",),
        ("de:one Why?",),
        ("de:red green cat Go.",),
    ]
    quick = [[Audio(spoken("one Why?"))], [Audio(np.concatenate([silence(600), spoken("two Why?")]))]]
    *_, last = subtitle_voices(quick, *ENGINES, language="en", target="de")
    assert [cue.lines for cue in last.cues] == [("-de:one Why?", "-de:two Why?")]
    *_, last = subtitle_voices([[Audio(silence(900))], []], *ENGINES, language="en", target="de")
    assert last.cues == ()


def test_cues_keep_the_norms_that_are_given() -> None:
    audio = Audio(spoken("one two three four five six seven eight nine ten Stop."))

    def norms(language: Language) -> Profile:
        return Profile(characters_per_line=12, lines=1) if language.tag == "de" else Profile()

    options = SubtitleOptions(norms=norms)
    *steps, last = subtitle([audio], *ENGINES, language="en", target="de", options=options)
    assert all(len(line) <= 12 for cue in last.cues for line in cue.lines)
    assert all(len(cue.lines) == 1 for cue in last.cues)
    assert " ".join(cue.text for cue in last.cues) == "de:one two three four five six seven eight nine ten Stop."
    assert [len(cue.lines) for cue in said(steps, options)] == [2], "the transcript keeps its own language's norms"


@pytest.mark.parametrize("audio", [[], [Audio(silence(3000))]])
def test_silence_gives_no_cues(audio: list[Audio]) -> None:
    *steps, last = subtitle(audio, *ENGINES, language="en", target="de")
    assert (last.cues, said(steps)) == ((), ())


def test_a_cue_is_where_the_words_are() -> None:
    audio = Audio(spoken("one Stop."), 16_000)
    (cue,) = said(subtitle([audio], *ENGINES, language="en", target="de"))
    assert cue == Cue(Span(1000, cue.span.end), ("one Stop.",))
    assert 1440 <= cue.span.end <= 1940


def test_a_translation_without_time_gives_way_to_a_shorter_one() -> None:
    class Verbose(FakeTranslator):
        def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
            others = (Hypothesis("Kurz.", -0.5),)
            return [Hypothesis("Ein sehr langer Satz, den niemand so schnell liest. " * 2, -0.4, (), others)] * len(
                texts
            )

    audio = Audio(spoken("one two three Stop. red green cat Why? ten Again."))
    *steps, last = subtitle(
        [audio], FakeDetector(), FakeTranscriber(), Verbose(), language="en", target="de", options=SMALL
    )
    assert [t.text for step in steps for t in step.translations] == ["Kurz."] * 3
    assert last.cues[0].text.startswith("Kurz.")


def test_shorter_words_are_looked_for_where_there_is_no_time_alone() -> None:
    class Verbose(FakeTranslator):
        def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
            return [Hypothesis("lang " * 30 if "Stop." in text else "Ja.", -0.4) for text in texts]

        def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
            asked.extend(texts)
            return [Hypothesis("lang " * 31, -0.4, (), (Hypothesis("Kurz.", -0.5),)) for _ in texts]

    asked: list[str] = []
    audio = Audio(spoken("one two three Stop. red green cat Why? ten Again. two Stop."))
    *steps, _ = subtitle(
        [audio], FakeDetector(), FakeTranscriber(), Verbose(), language="en", target="de", options=SMALL
    )
    assert [t.text for step in steps for t in step.translations] == ["Kurz.", "Ja.", "Ja.", "Kurz."]
    assert asked == ["one two three Stop.", "two Stop."]


def test_cues_keep_to_frames_and_shots() -> None:
    audio = Audio(spoken("one two three Stop. red green cat Why?"))
    rate = Fraction(25)
    options = SubtitleOptions(norms=lambda one: profile(one).at(rate), shots=[40, 1610])
    *steps, last = subtitle([audio], *ENGINES, language="en", target="de", options=options)
    assert [cue.span.start for cue in last.cues] == [40, 1640]
    assert all(cue.span.end % 40 == 0 for cue in last.cues + said(steps, options))


def test_who_closes_the_walk_closes_the_sound() -> None:
    closed: list[bool] = []

    def sound() -> Iterator[Audio]:
        try:
            for number in range(100):
                yield Audio(spoken("one two three Stop. "), number * len(spoken("one two three Stop. ")))
        finally:
            closed.append(True)

    steps = subtitle(sound(), *ENGINES, language="en", target="de", options=SMALL)
    next(steps)
    steps.close()
    assert closed == [True]
