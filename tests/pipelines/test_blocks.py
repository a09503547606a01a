"""Blocks: nothing lost or doubled at a seam, cuts in pauses, the same however the audio arrives."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from contracts import inside
from fakes import VOCABULARY, FakeDetector, FakeTranscriber, silence, spoken
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from subtrans.pipelines.blocks import BEARINGS, Block, BlockOptions, blocks
from subtrans.types import Audio, Span, samples

SMALL = BlockOptions(first=2000, longest=5000)


def chunked(recording: NDArray[np.float32], sizes: list[int], offset: int = 0) -> Iterator[Audio]:
    """The recording in pieces of these sizes, the last one holding the rest."""
    place = 0
    for size in [*sizes, len(recording)]:
        yield Audio(recording[place : place + size], offset + place)
        place = min(place + size, len(recording))


def cut(recording: NDArray[np.float32], options: BlockOptions = SMALL) -> list[Block]:
    return list(blocks([Audio(recording)], FakeDetector(), options))


@st.composite
def recordings(draw: st.DrawFn) -> NDArray[np.float32]:
    """Speech and silences of any lengths, up to half a minute."""
    pieces = draw(st.lists(st.tuples(st.sampled_from(VOCABULARY), st.integers(0, 3000)), max_size=20))
    recording = [silence(draw(st.integers(0, 3000)))]
    for word, gap in pieces:
        recording += [spoken(word, word=draw(st.integers(100, 900)), pause=0, rest=0), silence(gap)]
    return np.concatenate(recording)


@settings(max_examples=60, deadline=None)
@given(recordings(), st.lists(st.integers(0, 40_000), max_size=8), st.integers(0, 100_000))
def test_nothing_is_lost_and_the_way_of_arrival_does_not_matter(
    recording: NDArray[np.float32], sizes: list[int], offset: int
) -> None:
    found = list(blocks(chunked(recording, sizes, offset), FakeDetector(), SMALL))
    place = offset
    for block in found:
        assert block.audio.offset == place
        assert 0 < len(block.audio.samples) <= samples(SMALL.longest)
        inside(list(block.speech), block.audio)
        place += len(block.audio.samples)
    assert np.array_equal(np.concatenate([recording[:0], *(block.audio.samples for block in found)]), recording)

    at_once = list(blocks(chunked(recording, [], offset), FakeDetector(), SMALL))
    assert [(b.audio.offset, b.speech) for b in found] == [(b.audio.offset, b.speech) for b in at_once]


@settings(max_examples=60, deadline=None)
@given(recordings())
def test_all_speech_is_in_a_block(recording: NDArray[np.float32]) -> None:
    speaking = np.zeros(len(recording) + 16, dtype=bool)
    for block in cut(recording):
        for span in block.speech:
            speaking[samples(span.start) : samples(span.end)] = True
    assert speaking[: len(recording)][recording != 0].all()


def test_words_of_the_blocks_are_the_words_of_the_whole() -> None:
    recording = spoken("one two three four Stop. red green blue cat Again. five six seven Why? " * 6)
    whole = FakeTranscriber().transcribe(Audio(recording), [Audio(recording).span], "en")
    found = cut(recording)
    parts = [w for block in found for w in FakeTranscriber().transcribe(block.audio, block.speech, "en")]
    assert len(found) > 5
    assert parts == whole


def test_cuts_in_the_longest_pause_of_the_second_half() -> None:
    recording = np.concatenate([silence(100), spoken("one", word=1000, pause=250), spoken("two", word=400, pause=300)])
    recording = np.concatenate([recording, spoken("three", word=3000)])
    first, *_ = cut(recording, BlockOptions(first=3000, longest=3000))
    assert first.audio.span == Span(0, 1900)  # words at 100-1100, 1350-1750 and from 2050; half is 1500
    assert first.speech == (Span(100, 1100), Span(1350, 1750))


def test_silence_at_the_end_of_what_was_heard_is_not_trusted_to_its_last_moment() -> None:
    found = cut(np.concatenate([spoken("one", word=1500, pause=0), silence(3000)]), BlockOptions(3000, 3000))
    assert found[0].audio.span == Span(0, 2000)  # the middle of 1500 to 2500: the last half second may begin a word


def test_endless_speech_is_divided_at_its_quietest_point() -> None:
    recording = np.full(samples(6000), 0.5, dtype=np.float32)
    recording[samples(2000) : samples(2030)] = 0.0  # a closure inside a word: short, and loud around it
    recording[samples(1600) : samples(1900)] = 0.01  # a breath: not silent, but long
    found = cut(recording, BlockOptions(first=3000, longest=3000))
    assert 1600 <= found[0].audio.span.end <= 1900
    assert found[0].speech == (found[0].audio.span,)
    assert found[1].speech[0].start == found[1].audio.span.start


def test_first_block_is_short_and_the_next_ones_double() -> None:
    heard = FakeDetector()
    found = list(blocks([Audio(silence(60_000))], heard, BlockOptions(first=4000, longest=16_000)))
    reach = [span.end - block.audio.span.start for span, block in zip(heard.heard, found, strict=True)]
    assert reach[:5] == [4000, 8000, 16_000, 16_000, 16_000]


@settings(max_examples=60, deadline=None)
@given(recordings())
def test_what_the_block_before_was_sought_through_is_not_heard_again(recording: NDArray[np.float32]) -> None:
    detector = FakeDetector()
    list(blocks([Audio(recording)], detector, SMALL))
    for before, after in pairwise(detector.heard):
        assert after.start >= before.end - SMALL.margin - BEARINGS - 1


def test_no_more_audio_is_taken_than_a_block_needs() -> None:
    taken = 0

    def source() -> Iterator[Audio]:
        nonlocal taken
        for number in range(1000):
            taken += 1000
            yield Audio(silence(1000), number * 16_000)

    found = blocks(source(), FakeDetector(), SMALL)
    for block in found:
        assert taken <= block.audio.span.start + SMALL.longest + 1000
        if taken > 50_000:
            break


def test_no_audio_gives_no_block() -> None:
    assert list(blocks([], FakeDetector(), SMALL)) == []
    assert list(blocks([Audio(silence(0))], FakeDetector(), SMALL)) == []


def test_a_gap_in_the_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="gap: 16001 follows 16000"):
        list(blocks([Audio(silence(1000)), Audio(silence(1000), 16_001)], FakeDetector(), SMALL))


@pytest.mark.parametrize("wrong", [{"first": 1000}, {"pause": 1}, {"longest": 10_000}])
def test_options_that_leave_no_room_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"blocks? .*\d ms"):
        BlockOptions(**wrong)
