from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from fakes import FakeDetector, FakeTranscriber, silence, spoken

from subtrans.media.capture import Replay
from subtrans.media.clock import ComputingClock
from subtrans.pipelines.opening import hear_language
from subtrans.types import Audio

TALK = "one two three Stop. red green cat Why? four five six seven Again. "


class Doubtful(FakeTranscriber):
    """Says one language after the other."""

    def __init__(self, *said: str) -> None:
        super().__init__()
        self.said = list(said)

    def identify(self, audio: Audio) -> str:
        assert np.count_nonzero(audio.samples)
        return self.said.pop(0)


def replay(*sound) -> Replay:
    whole = np.concatenate(sound)
    return Replay([Audio(whole[start : start + 1600], start) for start in range(0, len(whole), 1600)], ComputingClock())


def rest_of(source) -> np.ndarray:
    pieces = list(iter(lambda: source.take(12_800, 320_000), None))
    for before, after in pairwise(pieces):
        assert after.offset == before.offset + len(before.samples)
    return np.concatenate([silence(0), *(piece.samples for piece in pieces)])


def test_the_language_is_heard_and_every_word_is_still_to_come() -> None:
    talk = spoken(TALK * 4, language="fr")
    language, source = hear_language(replay(silence(60_000), talk), FakeDetector(), FakeTranscriber())
    assert language == "fr"
    assert source.behind() > 3000
    heard = rest_of(source)
    assert np.array_equal(heard[-len(talk) :], talk)
    assert len(heard) - len(talk) <= 16_000  # of the silence before it, hardly any


@pytest.mark.parametrize(
    ("said", "settled"),
    [(["de", "de"], "de"), (["cy", "en", "en"], "en"), (["a", "b", "c", "d", "e"], "e")],
)
def test_two_hearings_that_agree_settle_it(said, settled) -> None:
    transcriber = Doubtful(*said)
    language, _ = hear_language(replay(spoken(TALK * 8)), FakeDetector(), transcriber)
    assert (language, transcriber.said) == (settled, [])


def test_of_a_few_words_it_is_told_too() -> None:
    language, source = hear_language(replay(spoken("one")), FakeDetector(), FakeTranscriber())
    assert language == "en"
    assert np.array_equal(rest_of(source), spoken("one"))


def test_nobody_speaks() -> None:
    language, source = hear_language(replay(silence(5000)), FakeDetector(), FakeTranscriber())
    assert language is None
    assert len(rest_of(source)) <= 16_000
