from __future__ import annotations

from itertools import pairwise

import numpy as np
from fakes import FakeDetector, silence, spoken
from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.pipelines.utterances import FRAME, Endpointer, EndpointOptions, Utterance
from subtrans.types import SAMPLE_RATE, Audio, samples


def heard(sound, sizes) -> list[Utterance]:
    """All utterances that ended, when the sound comes in pieces of these sizes, over and over."""
    endpointer, position, found, turn = Endpointer(FakeDetector()), 0, [], 0
    while position < len(sound):
        size = sizes[turn % len(sizes)]
        found += endpointer.feed(Audio(sound[position : position + size], position))
        position, turn = position + size, turn + 1
    return [one for one in [*found, *endpointer.end()] if one.ended]


pieces = st.lists(st.integers(1000, 40_000), min_size=1, max_size=4)
talks = st.lists(
    st.one_of(
        st.integers(1, 1200).map(silence),
        st.lists(st.sampled_from(["one", "red", "Go."]), min_size=1, max_size=6).map(lambda w: spoken(" ".join(w))),
    ),
    max_size=8,
).map(lambda parts: np.concatenate([silence(0), *parts]))


@settings(max_examples=40)
@given(talks, pieces)
def test_no_sample_of_speech_is_lost_or_heard_twice(sound, sizes) -> None:
    found = heard(sound, sizes)
    covered = np.zeros(len(sound), dtype=int)
    for utterance in found:
        start = utterance.audio.offset
        assert np.array_equal(utterance.audio.samples, sound[start : start + len(utterance.audio.samples)])
        covered[start : start + len(utterance.audio.samples)] += 1
    assert (covered <= 1).all()
    assert (covered[sound != 0] == 1).all()


@settings(max_examples=5)
@given(st.integers(0, 20_000), st.lists(st.integers(8000, 40_000), min_size=1, max_size=4))
def test_speech_without_a_pause_is_cut_before_the_recogniser_hears_no_more(phase, sizes) -> None:
    sound = np.tile(spoken("one two three", pause=40), 120)[phase : phase + 70 * SAMPLE_RATE]
    found = heard(sound, sizes)
    assert all(len(one.audio.samples) < 30 * SAMPLE_RATE for one in found)
    for one, two in pairwise(found):
        assert two.audio.offset == one.audio.offset + len(one.audio.samples)
        assert sound[two.audio.offset] == 0, "the cut is in the middle of a word"


def test_a_pause_ends_an_utterance() -> None:
    sound = np.concatenate([silence(900), spoken("one two", pause=100), silence(700), spoken("red"), silence(700)])
    first, second = heard(sound, [SAMPLE_RATE // 2])
    # "one" begins at 900 ms and "two" ends at 1400 ms; 200 ms of silence are kept on both sides.
    assert (first.audio.offset, len(first.audio.samples)) == (samples(700), samples(900))
    assert second.audio.span.start == 900 + 600 + 700 - 200


def test_an_open_utterance_grows_and_can_be_shortened() -> None:
    endpointer = Endpointer(FakeDetector())
    sound = spoken("one two three four five six")
    [one] = endpointer.feed(Audio(sound[:8000]))
    [two] = endpointer.feed(Audio(sound[8000:16_000], 8000))
    assert (one.ended, two.ended, len(two.audio.samples)) == (False, False, 16_000)
    endpointer.drop(6000)
    [three] = endpointer.feed(Audio(sound[16_000:17_000], 16_000))
    assert three.audio.offset == 6000


def test_the_detector_hears_the_silence_before_speech_too_by_its_whole_frames() -> None:
    detector = FakeDetector()
    endpointer = Endpointer(detector)
    sound = np.concatenate([silence(3210), spoken("one two three four five six seven")])
    for start in range(0, len(sound), 5000):
        found = endpointer.feed(Audio(sound[start : start + 5000], start))
    assert samples(detector.heard[-1].start) % FRAME == 0
    assert 2010 - 32 < detector.heard[-1].start <= 3210 - 200 - 1000
    assert found[0].audio.span.start == 3210 - 200


def test_what_is_held_is_bounded() -> None:
    options = EndpointOptions()
    endpointer = Endpointer(FakeDetector(), options)
    for second in range(100):
        endpointer.feed(Audio(silence(1000), second * SAMPLE_RATE))
        assert len(endpointer._held.samples) <= samples(options.pause + options.context) + FRAME
